#pragma once

#include <mkdb/core/result.hpp>
#include <mkdb/engine/directory.hpp>
#include <mkdb/engine/hit_list.hpp>
#include <mkdb/engine/list_rows.hpp>
#include <mkdb/engine/query_watch.hpp>
#include <mkdb/engine/search_scores.hpp>
#include <mkdb/index/row_set.hpp>
#include <mkdb/query/request.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace mkdb::engine {

/// With more, as of a page without a limit, ranking would keep writes waiting: records are read one by one then.
inline constexpr std::uint64_t most_ranked = 10000;

/// The best of the rows that a search found in a partition, without reading a record. Preconditions: `rows` are all
/// that it found there, and no others; its indexes know the scores. Errors: of the watch.
///
/// Complexity: as `text_ranking::best`.
template <class Indexes, class Tokenizer, class Clock>
[[nodiscard]] result<> list_ranked(index::row_set const& rows, Indexes const& indexes,
                                   search_scores<Tokenizer> const& scores, directory const& versions,
                                   std::size_t partition, query::request const& asked, query_watch<Clock> const& watch,
                                   hit_list& hits) {
    auto const wanted = static_cast<std::size_t>(std::min<std::uint64_t>(hits.wanted(), rows.cardinality()));
    // What has any of the terms is what the ranking looks at by itself.
    auto const* const among = asked.search->is_any_term_alone() ? nullptr : &rows;
    result<> stopped;
    auto const best = scores.ranking(indexes).best(wanted, among, [&] {
        stopped = watch.check_time();
        return static_cast<bool>(stopped);
    });
    MKDB_TRY(stopped);
    hits.count_following(rows.cardinality());
    for (auto const& each : best) {
        auto hit = detail::hit_of(each.row, versions, partition);
        hit.at.score = each.score;
        hits.add(std::move(hit));
    }
    return {};
}

} // namespace mkdb::engine
