#pragma once

#include <mkdb/index/detail/intersect.hpp>
#include <mkdb/index/detail/ranked_list.hpp>
#include <mkdb/index/detail/window_ranker.hpp>
#include <mkdb/index/row_set.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace mkdb::index::detail {

/// Looking one row up in a list takes as long as reading so many postings.
inline constexpr std::uint64_t postings_per_lookup = 8;

/// Whether scoring these rows one by one is quicker than reading the lists.
[[nodiscard]] inline bool are_few(std::uint64_t rows, std::span<ranked_list const> lists) noexcept {
    std::uint64_t postings = 0;
    for (auto const& list : lists) {
        postings += list.postings->size();
    }
    return rows * lists.size() * postings_per_lookup <= postings;
}

/// The rows that are in all lists, and `among` those when they are given.
[[nodiscard]] inline row_set rows_in_all(std::span<ranked_list const> lists, row_set const* among) {
    std::vector<term_postings const*> postings;
    for (auto const& list : lists) {
        postings.push_back(list.postings);
    }
    auto common = intersect(std::move(postings));
    if (among != nullptr) {
        common &= *among;
    }
    return common;
}

/// The `wanted` best rows that are in any list, and `among` those when they are given, the best first. These are
/// exactly those that scoring every row would give, in the same order. None at all when `go_on()`, asked now and then,
/// says no.
///
/// Precondition: no list is empty.
template <class GoOn>
[[nodiscard]] std::vector<scored_row> rank_lists(std::span<ranked_list const> lists, std::size_t wanted,
                                                 row_set const* among, GoOn&& go_on) {
    if (lists.empty() || wanted == 0) {
        return {};
    }
    best_rows best(wanted);
    if (among != nullptr && are_few(among->cardinality(), lists)) {
        offer_rows(lists, *among, best);
        return std::move(best).take();
    }
    row_set common;
    bool missing_one = false;
    // Rows that have everything are likely to win: with their scores known, most windows need not be searched.
    if (lists.size() > 1) {
        common = rows_in_all(lists, among);
        missing_one = are_few(common.cardinality(), lists);
        if (missing_one) {
            offer_rows(lists, common, best);
        }
    }
    bool const found = window_ranker(lists, {among, missing_one ? &common : nullptr}, best).run(missing_one, go_on);
    return found ? std::move(best).take() : std::vector<scored_row>();
}

} // namespace mkdb::index::detail
