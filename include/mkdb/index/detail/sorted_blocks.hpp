#pragma once

#include <mkdb/index/index_allocator.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <ranges>
#include <span>
#include <utility>

namespace mkdb::index::detail {

/// Entries in order, in blocks that split at a limit: an insert moves one block's worth of memory, a search is binary
/// over blocks and then within one, and a range is read sequentially. The order is given with each call, the same each
/// time: entries may be references to what only the caller can compare.
///
/// What must hold: no block is empty, and the last entry of a block is before the first of the next.
template <class Entry>
class sorted_blocks {
public:
    /// Where an entry is.
    struct place {
        std::size_t block = 0;
        std::size_t index = 0;
    };

    /// False when the entry was there already. When memory runs out, nothing has changed.
    template <class Less>
    bool insert(Entry const& entry, Less const& less) {
        // What only grows, such as times, need not be searched for.
        if (blocks_.empty() || less(blocks_.back().back(), entry)) {
            append(entry);
            return true;
        }
        auto const block = block_of(entry, less);
        auto const at = std::ranges::lower_bound(*block, entry, less);
        if (!less(entry, *at)) {
            return false;
        }
        if (block->size() >= block_limit) {
            split(block);
            return insert(entry, less);
        }
        block->insert(at, entry);
        ++entries_;
        return true;
    }

    /// Precondition: all others are before the entry.
    void append(Entry const& entry) {
        if (blocks_.empty() || blocks_.back().size() >= appended_limit) {
            block_type fresh;
            fresh.push_back(entry);
            blocks_.push_back(std::move(fresh));
        } else {
            blocks_.back().push_back(entry);
        }
        ++entries_;
    }

    /// False when the entry was not there.
    template <class Less>
    bool erase(Entry const& entry, Less const& less) {
        auto const block = block_of(entry, less);
        if (block == blocks_.end()) {
            return false;
        }
        auto const at = std::ranges::lower_bound(*block, entry, less);
        if (less(entry, *at)) {
            return false;
        }
        block->erase(at);
        --entries_;
        if (block->empty()) {
            blocks_.erase(block);
        } else {
            join_neighbours(block);
        }
        return true;
    }

    /// Calls `visit` with spans of those that are neither before nor after a range, in order. Entries before it come
    /// first, and last those that are not `is_in` nor before.
    template <class IsBefore, class IsIn, class Visit>
    void visit_range(IsBefore const& is_before, IsIn const& is_in, Visit&& visit) const {
        auto const first = std::ranges::partition_point(blocks_, [&](auto const& b) { return is_before(b.back()); });
        for (auto block = first; block != blocks_.end(); ++block) {
            auto const from = std::ranges::partition_point(*block, is_before);
            auto const to = std::partition_point(from, block->end(), is_in);
            visit(std::span<Entry const>(from, to));
            if (to != block->end()) {
                break;
            }
        }
    }

    /// How many entries `visit_range` would give. Complexity: logarithmic, and the sizes of at most half of the blocks.
    template <class IsBefore, class IsIn>
    [[nodiscard]] std::uint64_t count_range(IsBefore const& is_before, IsIn const& is_in) const {
        auto const first = skip({}, is_before);
        auto const end = skip(first, is_in);
        if (end.block - first.block <= blocks_.size() / 2) {
            return entries_of(first.block, end.block) + end.index - first.index;
        }
        return entries_ - entries_of(0, first.block) - first.index - entries_of(end.block, blocks_.size()) + end.index;
    }

    /// Calls `visit` for entries in order, until it returns false: those that are not `is_before`, which come first.
    template <class IsBefore, class Visit>
    void ascend(IsBefore const& is_before, Visit&& visit) const {
        auto block = std::ranges::partition_point(blocks_, [&](auto const& b) { return is_before(b.back()); });
        for (; block != blocks_.end(); ++block) {
            auto const first = std::ranges::partition_point(*block, is_before);
            if (!std::all_of(first, block->end(), visit)) {
                return;
            }
        }
    }

    /// As `ascend`, backwards: those that are `is_in`, behind which no other is.
    template <class IsIn, class Visit>
    void descend(IsIn const& is_in, Visit&& visit) const {
        auto block = std::ranges::partition_point(blocks_, [&](auto const& b) { return is_in(b.back()); });
        if (block != blocks_.end()) {
            ++block; // The first that ends with an entry that is not in may begin with some that are.
        }
        while (block != blocks_.begin()) {
            --block;
            auto const end = std::ranges::partition_point(*block, is_in);
            if (!std::all_of(std::reverse_iterator(end), block->rend(), visit)) {
                return;
            }
        }
    }

    /// The first entry from `from` on that is not `passed`; one behind the last when all are. Those that are come
    /// first.
    ///
    /// Complexity: logarithmic in how far that is.
    template <class IsPassed>
    [[nodiscard]] place skip(place from, IsPassed const& passed) const {
        if (from.block < blocks_.size() && passed(blocks_[from.block].back())) {
            from = {block_after(from.block, passed), 0};
        }
        if (from.block == blocks_.size()) {
            return from;
        }
        auto const& block = blocks_[from.block];
        std::size_t step = 1;
        while (from.index + step < block.size() && passed(block[from.index + step])) {
            from.index += step;
            step *= 2;
        }
        auto const begin = block.begin() + static_cast<std::ptrdiff_t>(from.index);
        auto const end = block.begin() + static_cast<std::ptrdiff_t>(std::min(from.index + step, block.size()));
        from.index = static_cast<std::size_t>(std::partition_point(begin, end, passed) - block.begin());
        return from;
    }

    [[nodiscard]] bool at_end(place at) const noexcept { return at.block == blocks_.size(); }
    [[nodiscard]] Entry const& operator[](place at) const noexcept { return blocks_[at.block][at.index]; }
    [[nodiscard]] place after(place at) const noexcept {
        return at.index + 1 < blocks_[at.block].size() ? place{at.block, at.index + 1} : place{at.block + 1, 0};
    }

    template <class Visit>
    void for_each(Visit&& visit) const {
        for (auto const& block : blocks_) {
            std::ranges::for_each(block, visit);
        }
    }

    [[nodiscard]] bool empty() const noexcept { return entries_ == 0; }
    [[nodiscard]] std::uint64_t size() const noexcept { return entries_; }
    [[nodiscard]] std::uint64_t bytes() const noexcept {
        auto total = blocks_.capacity() * sizeof(block_type);
        for (auto const& block : blocks_) {
            total += block.capacity() * sizeof(Entry);
        }
        return total;
    }

private:
    using block_type = index_vector<Entry>;
    static constexpr std::size_t block_limit = 512;
    /// Full blocks would split at the next insert between; half full ones would waste what appending leaves behind.
    static constexpr std::size_t appended_limit = block_limit - block_limit / 8;

    /// The block that has the entry or is to get it: the first that ends at or after it.
    template <class Less>
    [[nodiscard]] auto block_of(Entry const& entry, Less const& less) {
        return std::ranges::partition_point(blocks_, [&](auto const& block) { return less(block.back(), entry); });
    }

    [[nodiscard]] std::uint64_t entries_of(std::size_t first_block, std::size_t end_block) const {
        std::uint64_t sum = 0;
        for (auto block = first_block; block < end_block; ++block) {
            sum += blocks_[block].size();
        }
        return sum;
    }

    /// The first block behind this one whose last entry is not passed.
    template <class IsPassed>
    [[nodiscard]] std::size_t block_after(std::size_t block, IsPassed const& passed) const {
        std::size_t step = 1;
        while (block + step < blocks_.size() && passed(blocks_[block + step].back())) {
            block += step;
            step *= 2;
        }
        auto const begin = blocks_.begin() + static_cast<std::ptrdiff_t>(block + 1);
        auto const end = blocks_.begin() + static_cast<std::ptrdiff_t>(std::min(block + step, blocks_.size()));
        auto const at = std::partition_point(begin, end, [&](auto const& each) { return passed(each.back()); });
        return static_cast<std::size_t>(at - blocks_.begin());
    }

    void split(typename index_vector<block_type>::iterator block) {
        constexpr auto keep = static_cast<std::ptrdiff_t>(block_limit / 2);
        block_type upper(block->begin() + keep, block->end());
        auto const index = block - blocks_.begin();
        blocks_.insert(std::next(block), std::move(upper));
        auto& lower = blocks_[static_cast<std::size_t>(index)];
        lower.erase(lower.begin() + keep, lower.end());
    }

    /// Small blocks join, or erasing would leave one entry in each.
    void join_neighbours(typename index_vector<block_type>::iterator block) {
        if (block != blocks_.begin() && join(std::prev(block))) {
            return;
        }
        join(block);
    }

    /// Takes the next block in when both are small.
    bool join(typename index_vector<block_type>::iterator block) {
        auto const next = std::next(block);
        if (next == blocks_.end() || block->size() + next->size() > block_limit / 2) {
            return false;
        }
        block->insert(block->end(), next->begin(), next->end());
        blocks_.erase(next);
        return true;
    }

    index_vector<block_type> blocks_;
    std::uint64_t entries_ = 0;
};

} // namespace mkdb::index::detail
