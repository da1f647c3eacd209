#pragma once

#include <mkdb/index/bm25.hpp>
#include <mkdb/index/detail/best_rows.hpp>
#include <mkdb/index/detail/posting_cursor.hpp>
#include <mkdb/index/detail/row_lengths.hpp>
#include <mkdb/index/detail/term_postings.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace mkdb::index::detail {

/// One term of one field that rows are ranked by.
struct ranked_list {
    term_postings const* postings;
    row_lengths const* lengths; ///< Of the field's texts.
    term_score score;
};

/// Scores rows that ascend. All scores come from here, summed in the order of the lists, so that none depends on the
/// way a row was found.
class row_scorer {
public:
    explicit row_scorer(std::span<ranked_list const> lists) : lists_(lists) {
        for (auto const& list : lists) {
            cursors_.emplace_back(*list.postings);
        }
    }

    /// Nothing when no list has the row. Precondition: rows ascend.
    [[nodiscard]] std::optional<double> score(std::uint32_t row) {
        bool found = false;
        double sum = 0;
        for (std::size_t i = 0; i < lists_.size(); ++i) {
            if (cursors_[i].seek(row)) {
                found = true;
                sum += lists_[i].score(cursors_[i].frequency(), (*lists_[i].lengths)[row]);
            }
        }
        return found ? std::optional(sum) : std::nullopt;
    }

    /// Offers those of `rows` that some list has. Precondition: the rows ascend.
    template <class Rows>
    void offer_all(Rows const& rows, best_rows& best) {
        for (auto const row : rows) {
            if (auto const sum = score(row)) {
                best.offer({*sum, row});
            }
        }
    }

private:
    std::span<ranked_list const> lists_;
    std::vector<posting_cursor> cursors_;
};

} // namespace mkdb::index::detail
