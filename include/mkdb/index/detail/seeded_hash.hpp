#pragma once

#include <mkdb/core/seeded_hash.hpp>

namespace mkdb::index::detail {

using mkdb::seeded_hash;

} // namespace mkdb::index::detail
