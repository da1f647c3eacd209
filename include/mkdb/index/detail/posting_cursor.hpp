#pragma once

#include <mkdb/index/detail/posting_view.hpp>
#include <mkdb/index/detail/term_postings.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace mkdb::index::detail {

/// Finds rows that ascend in one list. The list outlives the cursor and does not change.
class posting_cursor {
public:
    explicit posting_cursor(term_postings const& list) noexcept : list_(&list) {}

    /// Whether the list has the row. Precondition: rows do not descend.
    ///
    /// Complexity: logarithmic in the blocks that lie between.
    [[nodiscard]] bool seek(std::uint32_t row) {
        auto const blocks = list_->blocks();
        if (block_ < blocks.size() && blocks[block_].last() < row) {
            block_ = leap(row);
        }
        if (block_ == blocks.size() || blocks[block_].first() > row) {
            return false;
        }
        auto const view = blocks[block_].view();
        index_ = view.find(row);
        return view.row(index_) == row;
    }

    /// Of the row that was found.
    [[nodiscard]] std::uint8_t frequency() const noexcept { return view().frequency(index_); }
    [[nodiscard]] std::string_view positions() const noexcept { return view().positions(index_); }

private:
    [[nodiscard]] posting_view view() const noexcept { return list_->blocks()[block_].view(); }

    /// The first block that ends at or after the row: rows that are sought are often near each other.
    [[nodiscard]] std::size_t leap(std::uint32_t row) const {
        auto const blocks = list_->blocks();
        auto from = block_;
        for (std::size_t step = 1; from + step < blocks.size() && blocks[from + step].last() < row; step *= 2) {
            from += step;
        }
        return list_->find_block(row, from);
    }

    term_postings const* list_;
    std::size_t block_ = 0;
    std::size_t index_ = 0;
};

} // namespace mkdb::index::detail
