#pragma once

#include <mkdb/index/detail/posting_block.hpp>
#include <mkdb/index/detail/row_bitmap.hpp>
#include <mkdb/index/detail/row_bits.hpp>
#include <mkdb/index/detail/row_lengths.hpp>
#include <mkdb/index/index_allocator.hpp>
#include <mkdb/index/row_set.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace mkdb::index::detail {

/// The rows that have a term, with how often and where: blocks of postings in order. Frequent terms have their rows in
/// a bitmap, too, to copy and unite, and very frequent ones in plain bits, to intersect: these are several times
/// quicker.
class term_postings {
public:
    /// Preconditions: the row is not here; `lengths` has that of its text.
    void insert(posting const& added, row_lengths const& lengths) {
        block_for(added.row, lengths).insert(added, lengths[added.row]);
        ++size_;
        if (set_ && added.row <= settled_) {
            set_->add(added.row);
        }
        if (bits_) {
            bits_->set(added.row);
        }
    }

    /// Asks for the memory that an insertion behind the last row will need: its block, and when that is here, the
    /// bytes.
    void prefetch_block() const noexcept { __builtin_prefetch(blocks_.empty() ? nullptr : &blocks_.back()); }
    void prefetch_bytes() const noexcept {
        if (!blocks_.empty()) {
            blocks_.back().prefetch();
        }
    }

    /// False when the row was not here.
    bool erase(std::uint32_t row, row_lengths const& lengths) {
        auto const block = find_block(row);
        if (block == blocks_.size()) {
            return false;
        }
        auto const view = blocks_[block].view();
        auto const at = view.find(row);
        if (view.row(at) != row) {
            return false;
        }
        blocks_[block].erase(row, lengths);
        --size_;
        tidy(block, lengths);
        if (set_ && row <= settled_) {
            set_->remove(row);
        }
        if (bits_) {
            bits_->clear(row);
        }
        forget_sets();
        return true;
    }

    [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
    [[nodiscard]] std::uint32_t size() const noexcept { return size_; }

    /// In order; none is empty.
    [[nodiscard]] std::span<posting_block const> blocks() const noexcept { return blocks_; }
    /// The first block that ends at or after a row; one behind the last when none does.
    [[nodiscard]] std::size_t find_block(std::uint32_t row, std::size_t from = 0) const {
        auto const begin = blocks_.begin() + static_cast<std::ptrdiff_t>(from);
        auto const at =
            std::partition_point(begin, blocks_.end(), [&](posting_block const& each) { return each.last() < row; });
        return static_cast<std::size_t>(at - blocks_.begin());
    }

    [[nodiscard]] row_set rows() const {
        row_set rows;
        if (set_) {
            rows = set_->rows();
        }
        add_unsettled(rows);
        return rows;
    }
    void add_to(row_set& rows) const {
        if (set_) {
            rows |= set_->rows();
        }
        add_unsettled(rows);
    }
    /// In order.
    [[nodiscard]] std::vector<std::uint32_t> listed(std::size_t from_block = 0) const {
        std::vector<std::uint32_t> rows;
        rows.reserve(from_block == 0 ? size_ : 2 * posting_block::limit);
        for (auto const& block : blocks().subspan(from_block)) {
            block.view().add_rows_to(rows);
        }
        return rows;
    }
    /// Calls `visit(row)` for each, in order.
    template <class Visit>
    void visit_rows(Visit&& visit) const {
        for (auto const& block : blocks_) {
            block.view().visit(0, UINT64_MAX, [&](std::uint32_t row, std::uint8_t) { visit(row); });
        }
    }
    /// Null when the term is not frequent enough.
    [[nodiscard]] row_bits const* bits() const noexcept { return bits_.get(); }
    /// Precondition: the list is not empty.
    [[nodiscard]] std::uint32_t last_row() const noexcept { return blocks_.back().last(); }

    /// Before so many blocks are restored.
    void expect(std::size_t blocks) { blocks_.reserve(blocks); }
    /// Appends a block, which is behind all others, of what `blocks` gave.
    void restore(posting_block block) {
        size_ += static_cast<std::uint32_t>(block.size());
        blocks_.push_back(std::move(block));
    }
    void restored() { settle(); }

    [[nodiscard]] std::uint64_t heap_bytes() const {
        auto total = blocks_.capacity() * sizeof(posting_block) + (set_ ? set_->bytes() : std::uint64_t{0}) +
                     (bits_ ? sizeof(row_bits) + bits_->bytes() : std::uint64_t{0});
        for (auto const& block : blocks_) {
            total += block.heap_bytes();
        }
        return total;
    }

private:
    /// The block that is to get a row; it is not full.
    [[nodiscard]] posting_block& block_for(std::uint32_t row, row_lengths const& lengths) {
        auto block = find_last(row);
        if (block == blocks_.size()) {
            if (!blocks_.empty()) {
                blocks_.back().finish();
                settle();
            }
            if (blocks_.size() == blocks_.capacity()) {
                blocks_.reserve(blocks_.size() + blocks_.size() / 4 + 1); // most terms are finished with a few blocks
            }
            return blocks_.emplace_back();
        }
        if (blocks_[block].size() == posting_block::limit) {
            split(block, lengths);
            settle();
            block += row > blocks_[block].last() ? 1 : 0;
        }
        return blocks_[block];
    }

    /// As `find_block`, but rows behind all others go to the last block while it has room.
    [[nodiscard]] std::size_t find_last(std::uint32_t row) const {
        if (!blocks_.empty() && row > blocks_.back().last()) {
            return blocks_.size() - (blocks_.back().size() < posting_block::limit ? 1 : 0);
        }
        return find_block(row);
    }

    void split(std::size_t block, row_lengths const& lengths) {
        auto const half = posting_block::limit / 2;
        auto lower = blocks_[block].part(0, half, lengths);
        auto upper = blocks_[block].part(half, posting_block::limit, lengths);
        blocks_.insert(blocks_.begin() + static_cast<std::ptrdiff_t>(block), std::move(lower));
        blocks_[block + 1] = std::move(upper);
    }

    /// Empty blocks go, small ones join, or erasing would leave one posting in each.
    void tidy(std::size_t block, row_lengths const& lengths) {
        if (blocks_[block].size() == 0) {
            remove(block);
        } else if (block > 0 && are_small(block - 1)) {
            join(block - 1, lengths);
        } else if (block + 1 < blocks_.size() && are_small(block)) {
            join(block, lengths);
        }
    }
    [[nodiscard]] bool are_small(std::size_t block) const noexcept {
        return blocks_[block].size() + blocks_[block + 1].size() <= posting_block::limit / 2;
    }
    void join(std::size_t block, row_lengths const& lengths) {
        blocks_[block].append(blocks_[block + 1], lengths);
        remove(block + 1);
    }
    void remove(std::size_t block) {
        blocks_.erase(blocks_.begin() + static_cast<std::ptrdiff_t>(block));
        if (blocks_.size() < blocks_.capacity() / 4) {
            blocks_.shrink_to_fit();
        }
    }

    /// Adds the rows that are not in the bitmap yet.
    void add_unsettled(row_set& rows) const {
        auto const tail = listed(find_block(settled_));
        auto const first = std::ranges::lower_bound(tail, settled_);
        rows.addMany(static_cast<std::size_t>(tail.end() - first), std::to_address(first));
    }

    /// Makes or goes on with what is quicker than the blocks. Done whenever there is a block more: row by row it would
    /// take as long as all the rest of an insertion.
    void settle() {
        if (!set_ && size_ <= listed_limit) {
            return;
        }
        if (index_heap::has_room(most_growth_of_set())) {
            settle_set();
        }
        forget_bits();
        if (!bits_ && is_dense(dense_share)) {
            auto made = make_indexed<row_bits>();
            made->expect(last_row());
            visit_rows([&](std::uint32_t row) { made->set(row); });
            bits_ = std::move(made);
        }
    }
    /// As much more as the bitmap may take when it is brought up to the last row: it lies in RAM, as no block has to.
    [[nodiscard]] std::uint64_t most_growth_of_set() const {
        auto const as_lists = (blocks_.size() - find_block(settled_)) * posting_block::limit * sizeof(std::uint16_t);
        auto const as_bits = (last_row() + std::uint64_t{1} - settled_) / 8 + chunk_of_set_bytes;
        return std::min<std::uint64_t>(as_lists, as_bits);
    }
    /// Brings the bitmap up to the last row.
    void settle_set() {
        if (!set_) {
            set_ = row_bitmap::make();
        }
        set_->change([this](row_set& rows) { add_unsettled(rows); });
        settled_ = last_row() + 1;
    }

    void forget_sets() noexcept {
        if (set_ && size_ <= listed_limit / 2) {
            set_.reset();
            settled_ = 0;
        }
        forget_bits();
    }
    void forget_bits() noexcept {
        if (bits_ && (size_ <= listed_limit / 2 || !is_dense(dense_share * 4))) {
            bits_.reset();
        }
    }
    /// Whether at least one row in so many has the term.
    [[nodiscard]] bool is_dense(std::uint64_t share) const noexcept { return size_ * share > last_row(); }

    static constexpr std::uint64_t chunk_of_set_bytes = 8192; ///< At most, of 65,536 rows.
    /// Up to here rows are read from the blocks.
    static constexpr std::uint32_t listed_limit = 1024;
    static constexpr std::uint64_t dense_share = 64;

    index_vector<posting_block> blocks_;
    std::unique_ptr<row_bitmap> set_; ///< Of the rows below `settled_`.
    index_pointer<row_bits> bits_;
    std::uint32_t size_ = 0;
    std::uint32_t settled_ = 0;
};

} // namespace mkdb::index::detail
