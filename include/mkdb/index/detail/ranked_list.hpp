#pragma once

#include <mkdb/index/bm25.hpp>
#include <mkdb/index/detail/best_rows.hpp>
#include <mkdb/index/detail/posting_cursor.hpp>
#include <mkdb/index/detail/row_lengths.hpp>
#include <mkdb/index/detail/term_postings.hpp>
#include <mkdb/index/row_set.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace mkdb::index::detail {

/// One term of one field that rows are ranked by.
struct ranked_list {
    term_postings const* postings;
    row_lengths const* lengths; ///< Of the field's texts.
    term_score score;
};

/// Offers those of the rows that some list has. All scores come from here, summed in the order of the lists, so that
/// none depends on the way a row was found. Precondition: rows ascend.
inline void offer_rows(std::span<ranked_list const> lists, std::span<std::uint32_t const> rows, best_rows& best) {
    std::vector<double> sums(rows.size());
    // List by list, since a list is read where it was read before.
    for (auto const& [postings, lengths, score] : lists) {
        posting_cursor cursor(*postings);
        for (std::size_t i = 0; i < rows.size(); ++i) {
            if (cursor.seek(rows[i])) {
                sums[i] += score(cursor.frequency(), (*lengths)[rows[i]]);
            }
        }
    }
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (sums[i] > 0) {
            best.offer({sums[i], rows[i]});
        }
    }
}

inline void offer_rows(std::span<ranked_list const> lists, row_set const& rows, best_rows& best) {
    std::vector<std::uint32_t> all(rows.cardinality());
    if (!all.empty()) {
        rows.toUint32Array(all.data());
    }
    offer_rows(lists, all, best);
}

} // namespace mkdb::index::detail
