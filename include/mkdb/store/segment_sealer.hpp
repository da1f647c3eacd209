#pragma once

#include <mkdb/engine/timer.hpp>
#include <mkdb/storage/scrubbable.hpp>
#include <mkdb/store/periodic_task.hpp>

#include <chrono>
#include <memory>
#include <utility>
#include <vector>

namespace mkdb {

/// Ends segments that were being written at the look before and still are, so that what a quiet store holds is not
/// without protection until its segment is full. On the thread of the upkeep timer.
///
/// Thread safety: safe from any thread.
template <class Partition>
class segment_sealer {
public:
    using partition_list = std::vector<std::shared_ptr<Partition>>;

    /// Without a timer it does nothing.
    segment_sealer(partition_list partitions, engine::timer* upkeep)
        : look_(std::make_shared<periodic_task>(upkeep, [partitions = std::move(partitions)] {
              for (auto const& each : partitions) {
                  each->seal_lasting();
              }
              return false;
          })) {}

    /// Between two looks; 0: none.
    void apply(std::chrono::milliseconds interval) { look_->apply(interval); }

    /// Returns when no look is under way; none begins after it.
    void stop() { look_->stop(); }

private:
    std::shared_ptr<periodic_task> look_;
};

/// Stands in where the storage protects nothing.
struct no_sealer {
    void apply(std::chrono::milliseconds /*interval*/) const noexcept {}
    void stop() const noexcept {}
};

/// The sealer of a store, by what its storage can do.
template <class Partition>
struct sealer_of {
    using type = no_sealer;
};
template <class Partition>
requires storage::scrubbable_storage<typename Partition::backend_type>
struct sealer_of<Partition> {
    using type = segment_sealer<Partition>;
};

} // namespace mkdb
