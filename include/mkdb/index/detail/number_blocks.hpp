#pragma once

#include <mkdb/core/assert.hpp>
#include <mkdb/core/byte_reader.hpp>
#include <mkdb/core/byte_writer.hpp>
#include <mkdb/document/number.hpp>
#include <mkdb/index/detail/sort_rows.hpp>
#include <mkdb/index/detail/sorted_blocks.hpp>
#include <mkdb/index/row_set.hpp>

#include <algorithm>
#include <cmath>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
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

/// Entries in order of (number, row).
class number_blocks {
public:
    /// False when the entry was there already.
    bool insert(number_entry const& entry) { return blocks_.insert(entry, std::less<>()); }

    /// False when the entry was not there.
    bool erase(number_entry const& entry) { return blocks_.erase(entry, std::less<>()); }

    /// Adds to `rows` those whose number lies in the range.
    void collect(number_range const& range, row_set& rows) const {
        auto const is_before = [&](number_entry const& entry) { return before(entry.key, range); };
        auto const is_in = [&](number_entry const& entry) { return !after(entry.key, range); };
        std::vector<std::uint32_t> found(static_cast<std::size_t>(blocks_.count_range(is_before, is_in)));
        auto end = found.begin();
        blocks_.visit_range(is_before, is_in, [&](std::span<number_entry const> entries) {
            end = std::ranges::transform(entries, end, &number_entry::row).out;
        });
        MKDB_ASSERT(end == found.end());
        sort_rows(found);
        rows.addMany(found.size(), found.data());
    }

    /// How many entries have their number in the range. Complexity: that of `sorted_blocks::count_range`.
    [[nodiscard]] std::uint64_t count(number_range const& range) const {
        return blocks_.count_range([&](number_entry const& entry) { return before(entry.key, range); },
                                   [&](number_entry const& entry) { return !after(entry.key, range); });
    }

    /// Visits the entries from the first that is not below `from`, in order, until `visit` returns false.
    template <class Visit>
    void ascend(std::optional<document::number_key> from, Visit&& visit) const {
        number_range const range{.from = from};
        blocks_.ascend([&](number_entry const& entry) { return before(entry.key, range); }, visit);
    }

    /// As `ascend`, from the last entry that is not above `from`, backwards.
    template <class Visit>
    void descend(std::optional<document::number_key> from, Visit&& visit) const {
        number_range const range{.to = from};
        blocks_.descend([&](number_entry const& entry) { return !after(entry.key, range); }, visit);
    }

    void save(byte_writer& to) const {
        to.put(entries());
        blocks_.for_each([&](number_entry const& entry) {
            to.put(entry.key.high);
            to.put(entry.key.low);
            to.put(entry.row);
        });
    }

    /// Into an empty object. False when the bytes make no sense.
    [[nodiscard]] bool load(byte_reader& from, row_set const& live) {
        auto const count = from.get<std::uint64_t>();
        if (count > from.left() / saved_entry_bytes) {
            return false;
        }
        number_entry last;
        while (entries() < count) {
            number_entry next;
            next.key.high = from.get<double>();
            next.key.low = from.get<std::uint32_t>();
            next.row = from.get<std::uint32_t>();
            if (std::isnan(next.key.high) || (!blocks_.empty() && !(last < next)) || !live.contains(next.row)) {
                return false;
            }
            blocks_.append(next);
            last = next;
        }
        return from.sound();
    }

    [[nodiscard]] std::uint64_t entries() const noexcept { return blocks_.size(); }
    [[nodiscard]] std::uint64_t bytes() const noexcept { return blocks_.bytes(); }

private:
    static constexpr std::uint64_t saved_entry_bytes = 16;

    [[nodiscard]] static bool before(document::number_key const& key, number_range const& range) {
        return (range.from && key < *range.from) || (range.above && key <= *range.above);
    }
    [[nodiscard]] static bool after(document::number_key const& key, number_range const& range) {
        return (range.to && key > *range.to) || (range.below && key >= *range.below);
    }

    sorted_blocks<number_entry> blocks_;
};

} // namespace mkdb::index::detail
