#pragma once

#include <mkdb/fwd.hpp>

#include <cstdint>
#include <memory>

/// Only the forward header is needed to mention a store.
std::uint64_t fill(std::shared_ptr<mkdb::store> const& products);
