#pragma once

#include <mkdb/core/result.hpp>
#include <mkdb/engine/timer.hpp>
#include <mkdb/store/periodic_task.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace mkdb {

/// Takes the indexes away that a disk lost something of: from then on answers come from the records. Nothing of them is
/// followed, also for their end. The partition takes no more writes, as after any failure of a disk: its fields that
/// are unique cannot be kept so. Opening it again makes the indexes anew.
template <class Partition>
void part_with_lost_indexes(Partition& partition) {
    auto const kept = partition.index_memory()->check();
    if (kept) {
        return;
    }
    partition.stop_writes(fail(errc::io, "indexes that lie on a disk are lost, until the store is opened again: " +
                                             kept.error().message));
    std::ignore = partition.adjust(
        [](auto& state) { return state.indexes.split_off([](std::string const& /*field*/) { return false; }); });
}

/// Tells when indexes go on in RAM beyond their limit, since the rest of them cannot lie on a disk: once for each
/// partition and limit. Parts with those that a disk lost something of.
template <class Partition>
[[nodiscard]] std::shared_ptr<periodic_task> watch_indexes(engine::timer* upkeep,
                                                           std::vector<std::shared_ptr<Partition>> partitions,
                                                           std::function<void(std::string const&)> on_notice) {
    return std::make_shared<periodic_task>(
        upkeep, [partitions = std::move(partitions), on_notice = std::move(on_notice)] {
            std::size_t in_excess = 0;
            std::string reason;
            for (auto const& partition : partitions) {
                part_with_lost_indexes(*partition);
                if (auto why = partition->index_memory()->untold_excess()) {
                    ++in_excess;
                    reason = std::move(*why);
                }
            }
            if (in_excess > 0 && on_notice) {
                on_notice("indexes take more RAM than their limit, in " + std::to_string(in_excess) + " of " +
                          std::to_string(partitions.size()) + " partitions: " + reason);
            }
            return false;
        });
}

} // namespace mkdb
