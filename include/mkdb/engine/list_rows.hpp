#pragma once

#include <mkdb/core/result.hpp>
#include <mkdb/document/value_order.hpp>
#include <mkdb/engine/directory.hpp>
#include <mkdb/engine/hit_list.hpp>
#include <mkdb/index/row_set.hpp>
#include <mkdb/query/detail/field_range.hpp>
#include <mkdb/query/request.hpp>

#include <boost/json/value.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

/// Hits of rows that are known to match, without reading a record.
namespace mkdb::engine {
namespace detail {

/// Records lie apart from each other in memory: those of so many rows are fetched while the rows before are listed.
inline constexpr std::size_t rows_ahead = 16;

/// A fraction of a millisecond of listing.
inline constexpr std::uint64_t rows_between_checks = 4096;

/// How many rows were created no later than this: a binary search.
[[nodiscard]] inline std::uint64_t rows_up_to(std::uint64_t created, index::row_set const& rows,
                                              directory const& versions) {
    std::uint64_t before = 0;
    for (auto end = rows.cardinality(); before < end;) {
        auto const middle = std::midpoint(before, end);
        std::uint32_t row = 0;
        bool const is_before =
            rows.select(static_cast<std::uint32_t>(middle), &row) && versions.at(row).created <= created;
        (is_before ? before : end) = is_before ? middle + 1 : middle;
    }
    return before;
}

[[nodiscard]] inline query_hit hit_of(row_id row, directory const& versions, std::size_t partition) {
    auto const& newest = versions.at(row);
    return {{std::string(versions.id(row)), newest.created, {}}, newest.sequence, partition, row};
}

/// The value before which, in the order of the walk, nothing is that can be on the page.
[[nodiscard]] inline std::optional<boost::json::value> start_of_walk(query::request const& asked) {
    if (asked.after) {
        return asked.after->values.front();
    }
    auto const& key = asked.sort.front();
    auto const bounds = query::detail::bounds_of(asked.where, key.field);
    auto const* first = key.descending ? bounds.upper : bounds.lower;
    return first != nullptr ? std::optional(first->operand) : std::nullopt;
}

} // namespace detail

/// In the order in which their records were created, which is that of rows. Errors: those of the watch.
template <class Watch>
[[nodiscard]] result<> list_created(index::row_set const& rows, directory const& versions, std::size_t partition,
                                    query::request const& asked, Watch const& watch, hit_list& hits) {
    auto const skipped = asked.after ? detail::rows_up_to(asked.after->created, rows, versions) : 0;
    hits.count_following(rows.cardinality() - skipped);
    auto at = rows.begin();
    if (std::uint32_t first = 0; skipped != 0 && rows.select(static_cast<std::uint32_t>(skipped), &first)) {
        at.equalorlarger(first);
    } else if (skipped != 0) {
        at = rows.end();
    }
    auto left = std::min(hits.wanted(), rows.cardinality() - skipped);
    hits.expect(left);
    auto ahead = at;
    for (std::size_t i = 0; i < detail::rows_ahead && ahead != rows.end(); ++i, ++ahead) {
        versions.prefetch_row(*ahead);
    }
    for (; left > 0; ++at, --left) {
        if (left % detail::rows_between_checks == 0) {
            MKDB_TRY(watch.check_time());
        }
        if (ahead != rows.end()) {
            versions.prefetch_row(*ahead);
            ++ahead;
        }
        hits.add(detail::hit_of(*at, versions, partition));
    }
    return {};
}

/// In the order of the one sort key, whose index is walked from where the filter allows values on, until what can be on
/// the page is there, with all that are equal to its last: of those the ids decide. Gives the rows whose place the
/// index does not know.
///
/// Errors: those of the watch.
/// Complexity: the keys that are walked over, some of which are of rows that do not match.
template <class Indexes, class Watch>
[[nodiscard]] result<index::row_set> list_walked(index::row_set const& rows, Indexes const& indexes,
                                                 directory const& versions, std::size_t partition,
                                                 query::request const& asked, Watch const& watch, hit_list& hits) {
    auto const& key = asked.sort.front();
    auto const& settled = *indexes.settled(key.field);
    auto left = rows.and_cardinality(settled);
    bool const is_past_all = asked.after && !asked.after->values.front(); // Records without the field are the last.
    if (left == 0 || is_past_all) {
        return rows - settled;
    }
    std::uint64_t listed = 0;
    std::uint64_t visited = 0;
    result<> stopped;
    std::optional<boost::json::value> last;
    indexes.walk(key.field, key.descending, detail::start_of_walk(asked), [&](row_id row, auto const& value_of) {
        if (++visited % detail::rows_between_checks == 0) {
            stopped = watch.check_time();
        }
        if (!stopped) {
            return false;
        }
        if (!rows.contains(row) || !settled.contains(row)) {
            return true;
        }
        auto value = value_of();
        // One more than wanted says that more follow.
        if (listed > hits.wanted() && !document::equal(value, *last)) {
            return false;
        }
        auto hit = detail::hit_of(row, versions, partition);
        hit.at.values.emplace_back(value);
        last = std::move(value);
        if (hits.is_ahead(hit.at)) {
            ++listed;
            hits.count_following(1);
            hits.add(std::move(hit));
        }
        return --left > 0;
    });
    MKDB_TRY(stopped);
    return rows - settled;
}

} // namespace mkdb::engine
