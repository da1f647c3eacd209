#pragma once

#include <mkdb/core/byte_reader.hpp>
#include <mkdb/core/byte_writer.hpp>
#include <mkdb/document/number.hpp>
#include <mkdb/index/row_set.hpp>

#include <algorithm>
#include <cmath>
#include <compare>
#include <cstdint>
#include <iterator>
#include <optional>
#include <vector>

namespace mkdb::index::detail {

struct number_entry {
    document::number_key key;
    std::uint32_t row = 0;

    friend std::strong_ordering operator<=>(number_entry const&, number_entry const&) = default;
    friend bool operator==(number_entry const&, number_entry const&) = default;
};

/// What lies between two bounds, each of which may be missing, included (`from`, `to`) or not (`above`, `below`).
struct number_range {
    std::optional<document::number_key> from{};
    std::optional<document::number_key> above{};
    std::optional<document::number_key> to{};
    std::optional<document::number_key> below{};
};

/// Entries in order of (number, row), in blocks that split at a limit: an insert moves one block's worth of memory, a
/// search is binary over blocks and then within one, and a range is read sequentially.
///
/// What must hold: no block is empty, and the last entry of a block is before the first of the next.
class number_blocks {
public:
    /// False when the entry was there already.
    bool insert(number_entry const& entry) {
        if (blocks_.empty()) {
            blocks_.emplace_back();
        }
        auto block = block_of(entry);
        auto const at = std::ranges::lower_bound(*block, entry);
        if (at != block->end() && *at == entry) {
            return false;
        }
        block->insert(at, entry);
        ++entries_;
        if (block->size() == block_limit) {
            split(block);
        }
        return true;
    }

    /// False when the entry was not there.
    bool erase(number_entry const& entry) {
        if (blocks_.empty()) {
            return false;
        }
        auto block = block_of(entry);
        auto const at = std::ranges::lower_bound(*block, entry);
        if (at == block->end() || *at != entry) {
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

    /// Adds to `rows` those whose number lies in the range.
    void collect(number_range const& range, row_set& rows) const {
        auto const is_before = [&](number_entry const& entry) { return before(entry.key, range); };
        auto const is_in = [&](number_entry const& entry) { return !after(entry.key, range); };
        auto const first = std::ranges::partition_point(blocks_, [&](auto const& b) { return is_before(b.back()); });
        std::vector<std::uint32_t> found;
        for (auto block = first; block != blocks_.end(); ++block) {
            auto const from = std::ranges::partition_point(*block, is_before);
            auto const to = std::partition_point(from, block->end(), is_in);
            std::transform(from, to, std::back_inserter(found), [](auto const& entry) { return entry.row; });
            if (to != block->end()) {
                break;
            }
        }
        std::ranges::sort(found);
        rows.addMany(found.size(), found.data());
    }

    void save(byte_writer& to) const {
        to.put(entries_);
        for (auto const& block : blocks_) {
            for (auto const& entry : block) {
                to.put(entry.key.high);
                to.put(entry.key.low);
                to.put(entry.row);
            }
        }
    }

    /// Into an empty object. False when the bytes make no sense.
    [[nodiscard]] bool load(byte_reader& from, row_set const& live) {
        auto const count = from.get<std::uint64_t>();
        if (count > from.left() / saved_entry_bytes) {
            return false;
        }
        number_entry last;
        for (; entries_ < count; ++entries_) {
            number_entry next;
            next.key.high = from.get<double>();
            next.key.low = from.get<std::uint32_t>();
            next.row = from.get<std::uint32_t>();
            if (std::isnan(next.key.high) || (entries_ > 0 && !(last < next)) || !live.contains(next.row)) {
                return false;
            }
            if (blocks_.empty() || blocks_.back().size() == loaded_block) {
                blocks_.emplace_back().reserve(block_limit);
            }
            blocks_.back().push_back(next);
            last = next;
        }
        return from.sound();
    }

    [[nodiscard]] std::uint64_t entries() const noexcept { return entries_; }
    [[nodiscard]] std::uint64_t bytes() const noexcept {
        auto total = blocks_.capacity() * sizeof(block_type);
        for (auto const& block : blocks_) {
            total += block.capacity() * sizeof(number_entry);
        }
        return total;
    }

private:
    using block_type = std::vector<number_entry>;
    static constexpr std::size_t block_limit = 512;
    /// Full blocks would split at the next insert.
    static constexpr std::size_t loaded_block = block_limit - block_limit / 8;
    static constexpr std::uint64_t saved_entry_bytes = 16;

    [[nodiscard]] static bool before(document::number_key const& key, number_range const& range) {
        return (range.from && key < *range.from) || (range.above && key <= *range.above);
    }
    [[nodiscard]] static bool after(document::number_key const& key, number_range const& range) {
        return (range.to && key > *range.to) || (range.below && key >= *range.below);
    }

    /// The block that has the entry or is to get it: the first that ends at or after it, else the last.
    [[nodiscard]] std::vector<block_type>::iterator block_of(number_entry const& entry) {
        auto const at = std::ranges::partition_point(
            blocks_, [&](auto const& block) { return !block.empty() && block.back() < entry; });
        return at == blocks_.end() ? std::prev(at) : at;
    }

    void split(std::vector<block_type>::iterator block) {
        // Numbers that only grow, such as times, would leave every block half full: then the last one stays full.
        auto const appended = std::next(block) == blocks_.end();
        auto const keep = static_cast<std::ptrdiff_t>(appended ? block_limit - block_limit / 8 : block_limit / 2);
        block_type upper(block->begin() + keep, block->end());
        block->erase(block->begin() + keep, block->end());
        blocks_.insert(std::next(block), std::move(upper));
    }

    /// Small blocks join, or erasing would leave one entry in each.
    void join_neighbours(std::vector<block_type>::iterator block) {
        if (block != blocks_.begin() && join(std::prev(block))) {
            return;
        }
        join(block);
    }

    /// Takes the next block in when both are small.
    bool join(std::vector<block_type>::iterator block) {
        auto const next = std::next(block);
        if (next == blocks_.end() || block->size() + next->size() > block_limit / 2) {
            return false;
        }
        block->insert(block->end(), next->begin(), next->end());
        blocks_.erase(next);
        return true;
    }

    std::vector<block_type> blocks_;
    std::uint64_t entries_ = 0;
};

} // namespace mkdb::index::detail
