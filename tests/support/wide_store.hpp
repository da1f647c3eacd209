#pragma once

#include "compacting_store.hpp"

#include <cstdint>
#include <string>

namespace mkdb::testing {

/// Settings under which nearly all of the indexes lies on the disk, and so many of them that the state is too large
/// for a copy (`engine::is_too_large_to_copy`): each has room for some mebibytes at least, of which little is used.
[[nodiscard]] inline store_options wide_options() {
    constexpr int fields = 20;
    store_options chosen;
    chosen.mode = durability::sync;
    chosen.schema = {{"n", "numeric"}, {"pad", "exact"}};
    for (int i = 0; i < fields; ++i) {
        chosen.schema["f" + std::to_string(i)] = "exact";
    }
    chosen.index_ram_bytes = 1;
    return chosen;
}

/// A record that is in every index.
inline void put_wide(compacting_store& with, std::string const& id) {
    boost::json::object fields{{"n", 5}, {"pad", "wide"}};
    for (auto const& [field, kind] : wide_options().schema) {
        fields[field] = kind == "exact" ? boost::json::value("v" + field) : boost::json::value(3);
    }
    EXPECT_TRUE(with.store->write({.id = id, .delta = fields}));
    EXPECT_GT(with.store->statistics().index_disk_bytes, 64 * mebibyte);
}

} // namespace mkdb::testing
