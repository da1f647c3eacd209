#pragma once

#include <mkdb/engine/grow_indexes.hpp>
#include <mkdb/engine/save_state.hpp>

namespace mkdb {

/// As `engine::adopt_indexes`. A checkpoint that lacks one of them is out of date then: or each opening would build it
/// anew. Where none with them can be written, the one that there is spares opening something still.
template <class Partition, class Kept>
[[nodiscard]] auto adopt_grown(Partition& partition, Kept const& kept) {
    bool const has_more = partition.inspect([](auto const& state) { return state.growing->indexes().can_be_saved(); });
    auto dropped = engine::adopt_indexes(partition, kept);
    if (has_more && partition.inspect([](auto const& state) { return engine::is_worth_saving(state); })) {
        partition.checkpoint().outdate();
    }
    return dropped;
}

} // namespace mkdb
