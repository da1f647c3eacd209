#pragma once

#include <mkdb/core/result.hpp>
#include <mkdb/engine/options.hpp>
#include <mkdb/engine/partition.hpp>
#include <mkdb/engine/partition_context.hpp>
#include <mkdb/store/checkpointer.hpp>
#include <mkdb/store/compactor.hpp>
#include <mkdb/store/make_scrubber.hpp>
#include <mkdb/store/opening.hpp>
#include <mkdb/store/segment_sealer.hpp>
#include <mkdb/store/statistics.hpp>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace mkdb {

/// What keeps the logs of a store in shape while they are used: compaction, scrubbing, the end of segments that last,
/// checkpoints. Each works by itself on the upkeep timer, and all but the third when they are asked to.
///
/// Thread safety: safe from any thread.
template <class Policies>
class store_upkeep {
public:
    using types = engine::engine_types<Policies>;
    using environment_type = typename types::environment_type;
    using partition_type = engine::partition<Policies>;
    using partition_list = std::vector<std::shared_ptr<partition_type>>;
    using notice = std::function<void(std::string const&)>;

    store_upkeep(partition_list const& partitions, environment_type& environment,
                 std::vector<partition_opening> const& places, engine::partition_context const& context,
                 notice const& on_notice)
        : compactor_(make_compactor(partitions, environment, places, context, on_notice)),
          // Partition 0 lies in the store's own directory.
          scrubber_(make_scrubber(partitions, environment.clock, environment.files,
                                  places.front().directory.parent_path(),
                                  {.store_name = context.store_name, .upkeep = context.upkeep, .on_notice = on_notice},
                                  context.on_recovery)),
          sealer_(make_sealer(partitions, context.upkeep)),
          checkpointer_(make_checkpointer(partitions, environment, context, on_notice)) {}

    void apply(store_options const& now) {
        checkpointer_->apply(now.checkpoint_bytes);
        compactor_->apply({now.compaction_dead_ratio, now.compaction_interval, now.compaction_bytes_per_second});
        scrubber_->apply({now.scrub_interval, now.scrub_bytes_per_second});
        sealer_->apply(now.seal_interval);
    }

    [[nodiscard]] auto& compaction() noexcept { return *compactor_; }
    [[nodiscard]] auto& scrubbing() noexcept { return *scrubber_; }
    [[nodiscard]] auto& checkpoints() noexcept { return *checkpointer_; }

    /// Ends all of it, and writes the last checkpoints. Errors: those of the log.
    [[nodiscard]] result<> finish() {
        compactor_->stop();
        scrubber_->stop();
        sealer_->stop();
        return checkpointer_->finish();
    }

    void describe(store_statistics& into) const {
        into.compaction = compactor_->statistics();
        into.scrub = scrubber_->statistics();
    }

private:
    static constexpr bool can_compact = storage::compactable_storage<typename types::backend_type>;
    static constexpr bool can_be_marked = storage::checkpointable_storage<typename types::backend_type>;
    using compactor_type = typename compactor_of<can_compact, partition_type, typename Policies::clock>::type;
    using scrubber_type = typename scrubber_of<partition_type, typename Policies::clock>::type;
    using sealer_type = typename sealer_of<partition_type>::type;
    using checkpointer_type = typename checkpointer_of<can_be_marked, partition_type, typename Policies::clock>::type;

    [[nodiscard]] static std::shared_ptr<compactor_type>
    make_compactor(partition_list const& partitions, environment_type& environment,
                   std::vector<partition_opening> const& places, engine::partition_context const& context,
                   notice const& on_notice) {
        if constexpr (can_compact) {
            compactor_surroundings around{context.store_name, context.upkeep, {}, on_notice};
            around.free_bytes = [&environment, places] {
                auto least = std::numeric_limits<std::uint64_t>::max();
                for (auto const& each : places) {
                    auto const found = environment.files.free_bytes(each.directory);
                    least = found ? std::min(least, *found) : least;
                }
                return least;
            };
            return std::make_shared<compactor_type>(partitions, environment.clock, std::move(around));
        } else {
            return std::make_shared<compactor_type>();
        }
    }

    [[nodiscard]] static std::shared_ptr<sealer_type> make_sealer(partition_list const& partitions,
                                                                  engine::timer* upkeep) {
        if constexpr (std::is_same_v<sealer_type, no_sealer>) {
            return std::make_shared<sealer_type>();
        } else {
            return std::make_shared<sealer_type>(partitions, upkeep);
        }
    }

    [[nodiscard]] static std::shared_ptr<checkpointer_type>
    make_checkpointer(partition_list const& partitions, environment_type& environment,
                      engine::partition_context const& context, notice const& on_notice) {
        if constexpr (can_be_marked) {
            return std::make_shared<checkpointer_type>(
                partitions, environment.clock,
                checkpointer_surroundings{context.store_name, context.upkeep, on_notice});
        } else {
            return std::make_shared<checkpointer_type>();
        }
    }

    std::shared_ptr<compactor_type> compactor_;
    std::shared_ptr<scrubber_type> scrubber_;
    std::shared_ptr<sealer_type> sealer_;
    std::shared_ptr<checkpointer_type> checkpointer_;
};

} // namespace mkdb
