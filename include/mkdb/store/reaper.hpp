#pragma once

#include <mkdb/core/result.hpp>
#include <mkdb/document/expiry.hpp>
#include <mkdb/engine/record.hpp>
#include <mkdb/query/kept_records.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mkdb {

/// What one round of deletions came to.
struct reaped_records {
    std::uint64_t deleted = 0;
    bool more = false;            ///< Some may be left that another round would delete.
    std::optional<error> failure; ///< The first; it kept none of the other partitions from their deletions.
};

/// Some of the records that indexes have as over. None while the meaning of field names changes. What no index has read
/// is not among them.
template <class Partition>
[[nodiscard]] std::vector<engine::over_record> find_over(Partition const& partition, document::expiry const& when,
                                                         bool nested, std::size_t most) {
    return partition.inspect([&](auto const& state) {
        std::vector<engine::over_record> found;
        auto named = state.indexes.nested() == nested ? state.indexes.lookup(query::is_over(when)) : std::nullopt;
        if (!named) {
            return found;
        }
        *named &= state.rows.live();
        for (auto row = named->begin(); row != named->end() && found.size() < most; ++row) {
            found.push_back({std::string(state.rows.id(*row)), state.rows.at(*row).sequence});
        }
        return found;
    });
}

/// What became of the deletions in one partition.
enum class reaping_end { done, stopped, failed };

template <class Partition, class GoOn>
[[nodiscard]] reaping_end reap_in(Partition& partition, std::vector<engine::over_record> found,
                                  document::expiry const& when, GoOn const& go_on, reaped_records& all) {
    for (auto& each : found) {
        if (!go_on()) {
            return reaping_end::stopped;
        }
        auto const outcome = partition.apply(engine::reaping(std::move(each), when));
        if (!outcome) {
            all.failure = all.failure ? std::move(all.failure) : std::optional(outcome.error());
            return reaping_end::failed;
        }
        all.deleted += outcome->revision != 0 ? 1 : 0;
    }
    return reaping_end::done;
}

/// Deletes up to `most` records of each partition that are over, for as long as `go_on()`, which is asked before each.
///
/// A partition where nothing could be deleted, or not all, asks for no other round: what it was is tried again when the
/// next is due, and not in a circle.
template <class Partitions, class GoOn>
[[nodiscard]] reaped_records reap_round(Partitions const& partitions, document::expiry const& when, bool nested,
                                        std::size_t most, GoOn const& go_on) {
    reaped_records all;
    for (auto const& partition : partitions) {
        auto found = find_over(*partition, when, nested, most);
        bool const full = found.size() == most;
        auto const before = all.deleted;
        auto const end = reap_in(*partition, std::move(found), when, go_on, all);
        if (end == reaping_end::stopped) {
            all.more = true;
            break;
        }
        all.more = all.more || (full && end == reaping_end::done && all.deleted > before);
    }
    return all;
}

} // namespace mkdb
