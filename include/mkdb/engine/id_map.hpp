#pragma once

#include <mkdb/core/seeded_hash.hpp>

#include <tsl/robin_map.h>
#include <tsl/robin_set.h>

#include <functional>
#include <string>
#include <string_view>

namespace mkdb::engine {

/// From record ids, which clients choose, to values: `id_map<Value>(0, seeded_hash{seed})`.
template <class Value>
using id_map = tsl::robin_map<std::string, Value, seeded_hash, std::equal_to<>>;

using id_view_set = tsl::robin_set<std::string_view, seeded_hash>;

} // namespace mkdb::engine
