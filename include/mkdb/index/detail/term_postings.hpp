#pragma once

#include <mkdb/index/detail/posting_block.hpp>
#include <mkdb/index/detail/row_lengths.hpp>
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

/// The rows that have a term, with how often and where: blocks of postings in order, and from two blocks' worth on also
/// a bitmap of the rows, since bitmaps are intersected many times faster.
class term_postings {
public:
    /// Preconditions: the row is not here; `lengths` has that of its text.
    void insert(posting const& added, row_lengths const& lengths) {
        block_for(added.row, lengths).insert(added, lengths[added.row]);
        ++size_;
        if (set_) {
            set_->add(added.row);
        } else if (size_ > posting_block::limit) {
            make_set();
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
        if (set_) {
            set_->remove(row);
            if (size_ <= posting_block::limit / 2) {
                set_.reset();
            }
        }
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

    [[nodiscard]] row_set rows() const { return set_ ? *set_ : made_set(); }
    void add_to(row_set& rows) const {
        if (set_) {
            rows |= *set_;
        } else {
            auto const all = listed();
            rows.addMany(all.size(), all.data());
        }
    }
    /// Removes from `rows` what is not here.
    void keep_in(row_set& rows) const { rows &= set_ ? *set_ : made_set(); }
    [[nodiscard]] row_set intersection(term_postings const& other) const {
        if (set_ && other.set_) {
            return *set_ & *other.set_;
        }
        auto common = set_ ? other.made_set() : made_set();
        set_ ? keep_in(common) : other.keep_in(common);
        return common;
    }

    /// Appends a block, which is behind all others, of what `blocks` gave.
    void restore(posting_block block) {
        size_ += static_cast<std::uint32_t>(block.size());
        blocks_.push_back(std::move(block));
    }
    void restored() {
        blocks_.shrink_to_fit();
        if (size_ > posting_block::limit) {
            make_set();
        }
    }

    [[nodiscard]] std::uint64_t heap_bytes() const {
        auto total = blocks_.capacity() * sizeof(posting_block) +
                     (set_ ? sizeof(row_set) + set_->getSizeInBytes() : std::uint64_t{0});
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
            }
            return blocks_.emplace_back();
        }
        if (blocks_[block].size() == posting_block::limit) {
            split(block, lengths);
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
    void remove(std::size_t block) { blocks_.erase(blocks_.begin() + static_cast<std::ptrdiff_t>(block)); }

    [[nodiscard]] std::vector<std::uint32_t> listed() const {
        std::vector<std::uint32_t> rows;
        rows.reserve(size_);
        for (auto const& block : blocks_) {
            block.view().add_rows_to(rows);
        }
        return rows;
    }
    [[nodiscard]] row_set made_set() const {
        auto const rows = listed();
        return {rows.size(), rows.data()};
    }
    void make_set() { set_ = std::make_unique<row_set>(made_set()); }

    std::vector<posting_block> blocks_;
    std::unique_ptr<row_set> set_;
    std::uint32_t size_ = 0;
};

/// The rows that are in all lists. Precondition: there is a list.
[[nodiscard]] inline row_set intersect(std::vector<term_postings const*> lists) {
    std::ranges::sort(lists, {}, [](term_postings const* list) { return list->size(); });
    if (lists.size() == 1) {
        return lists.front()->rows();
    }
    auto common = lists[0]->intersection(*lists[1]);
    for (std::size_t i = 2; i < lists.size() && !common.isEmpty(); ++i) {
        lists[i]->keep_in(common);
    }
    return common;
}

} // namespace mkdb::index::detail
