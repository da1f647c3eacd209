#pragma once

#include <mkdb/index/condition.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>

namespace mkdb::engine {

/// What the planner needs to know, of all partitions of a store together. Complexity of each call: one lock a
/// partition.
template <class Partitions>
class plan_statistics {
public:
    /// `nested`: what names of fields mean to the query. Indexes of the other meaning tell nothing.
    plan_statistics(Partitions const& partitions, bool nested) : partitions_(&partitions), nested_(nested) {}

    [[nodiscard]] std::uint64_t live() const {
        std::uint64_t all = 0;
        for (auto const& partition : *partitions_) {
            all += partition->size();
        }
        return all;
    }

    /// Nothing when the index of some partition does not know.
    [[nodiscard]] std::optional<std::uint64_t> estimate(index::condition const& asked) const {
        return sum([&](auto const& indexes) { return indexes.estimate(asked); });
    }
    [[nodiscard]] std::optional<std::uint64_t> estimate_range(index::condition const& lower,
                                                              index::condition const& upper) const {
        return sum([&](auto const& indexes) { return indexes.estimate_range(lower, upper); });
    }

    [[nodiscard]] bool is_ordered(std::string_view field) const {
        return std::ranges::all_of(*partitions_, [&](auto const& partition) {
            return partition->inspect([&](auto const& state) {
                return state.indexes.nested() == nested_ && state.indexes.settled(field) != nullptr;
            });
        });
    }

    [[nodiscard]] std::string_view kind_of(std::string_view field) const {
        return partitions_->front()->inspect([&](auto const& state) { return state.indexes.kind_of(field); });
    }

private:
    template <class Estimate>
    [[nodiscard]] std::optional<std::uint64_t> sum(Estimate const& estimate) const {
        std::uint64_t all = 0;
        for (auto const& partition : *partitions_) {
            auto const rows = partition->inspect([&](auto const& state) -> std::optional<std::uint64_t> {
                return state.indexes.nested() == nested_ ? estimate(state.indexes) : std::nullopt;
            });
            if (!rows) {
                return std::nullopt;
            }
            all += *rows;
        }
        return all;
    }

    Partitions const* partitions_;
    bool nested_;
};

} // namespace mkdb::engine
