#pragma once

#include <mkdb/engine/partition_state.hpp>
#include <mkdb/engine/staging.hpp>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace mkdb::engine {

/// What a commit over several partitions does in one of them. It stays in one place: its batch points into it.
template <class Partition>
struct partition_part {
    partition_part(std::uint32_t of, Partition& partition) : number(of), turn(partition) {}
    partition_part(partition_part const&) = delete;
    partition_part& operator=(partition_part const&) = delete;

    /// Lays out what goes to the log. Nothing is staged afterwards.
    void make_batch() { batch = turn.batch_of(versions); }

    /// Whether anything new does.
    [[nodiscard]] bool writes() const {
        return std::ranges::any_of(versions, [](staged_version const& each) { return each.to_log(); });
    }

    std::uint32_t number;
    typename Partition::turn turn;
    std::vector<staged_version> versions{};
    commit_batch batch{};
};

} // namespace mkdb::engine
