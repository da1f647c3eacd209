#pragma once

/// The embedded library: everything up to databases and stores, without any networking (see mkdb/net.hpp for that).

#include <mkdb/fwd.hpp>
#include <mkdb/policies.hpp>
#include <mkdb/store/database.hpp>
#include <mkdb/store/restore.hpp>
#include <mkdb/store/store.hpp>
