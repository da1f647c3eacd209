#pragma once

#include <mkdb/engine/timer.hpp>
#include <mkdb/store/periodic_task.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace mkdb {

/// Tells when indexes go on in RAM beyond their limit, since the rest of them cannot lie on a disk: once for each
/// partition and limit.
template <class Partition>
[[nodiscard]] std::shared_ptr<periodic_task> watch_indexes(engine::timer* upkeep,
                                                           std::vector<std::shared_ptr<Partition>> partitions,
                                                           std::function<void(std::string const&)> on_notice) {
    return std::make_shared<periodic_task>(
        upkeep, [partitions = std::move(partitions), on_notice = std::move(on_notice)] {
            std::size_t in_excess = 0;
            std::string reason;
            for (auto const& partition : partitions) {
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
