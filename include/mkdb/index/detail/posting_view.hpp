#pragma once

#include <mkdb/core/bytes.hpp>
#include <mkdb/index/detail/varint.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <string_view>

namespace mkdb::index::detail {

/// Above this a frequency is told by the positions, and counts as this much in scores.
inline constexpr std::uint8_t most_frequency = 255;

/// Some postings of one term, as bytes that may lie anywhere: rows that ascend, how often each has the term, and where.
///
/// The bytes are the distances of the rows from the first, of two bytes or when it is `wide` of four each; a byte of
/// frequency for each; and for each its positions: the first, and from each to the next, as varints. When the frequency
/// is `most_frequency` they follow their number, a varint too.
class posting_view {
public:
    posting_view(std::uint32_t first, std::size_t size, bool wide, std::string_view bytes) noexcept
        : bytes_(bytes), size_(size), first_(first), wide_(wide) {}

    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] std::uint32_t row(std::size_t index) const noexcept {
        return first_ + (wide_ ? offset<std::uint32_t>(index) : offset<std::uint16_t>(index));
    }
    [[nodiscard]] std::uint8_t frequency(std::size_t index) const noexcept {
        return static_cast<std::uint8_t>(bytes_[size_ * width() + index]);
    }

    /// The first whose row is not before this one; the size when all are.
    [[nodiscard]] std::size_t find(std::uint32_t row) const noexcept {
        if (row <= first_) {
            return 0;
        }
        return wide_ ? count_below<std::uint32_t>(row - first_) : count_below<std::uint16_t>(row - first_);
    }

    /// The encoded positions of one posting, without their number.
    [[nodiscard]] std::string_view positions(std::size_t index) const noexcept {
        auto const all = bytes_.substr(size_ * (width() + 1));
        auto from = all.substr(skip_postings(all, index));
        auto const count = count_of(frequency(index), from);
        return from.substr(0, skip_varints(from, count));
    }

    /// Where the positions of a posting, with their number, begin in the bytes; where they end, for the size.
    [[nodiscard]] std::size_t positions_begin(std::size_t index) const noexcept {
        auto const all = size_ * (width() + 1);
        return index == size_ ? bytes_.size() : all + skip_postings(bytes_.substr(all), index);
    }

    /// Calls `visit(row, frequency)` from a posting on, while rows are before `end`.
    template <class Visit>
    void visit(std::size_t from, std::uint64_t end, Visit&& visit) const {
        wide_ ? visit_as<std::uint32_t>(from, end, visit) : visit_as<std::uint16_t>(from, end, visit);
    }

    /// Appends all rows.
    template <class Rows>
    void add_rows_to(Rows& rows) const {
        visit(0, UINT64_MAX, [&](std::uint32_t row, std::uint8_t) { rows.push_back(row); });
    }

    [[nodiscard]] std::size_t width() const noexcept { return wide_ ? 4 : 2; }

private:
    template <class Offset>
    [[nodiscard]] Offset offset(std::size_t index) const noexcept {
        return load<Offset>(as_bytes(bytes_).data() + index * sizeof(Offset));
    }

    template <class Offset>
    [[nodiscard]] std::size_t count_below(std::uint32_t wanted) const noexcept {
        std::size_t low = 0;
        for (auto left = size_; left > 0;) {
            auto const half = left / 2;
            auto const below = offset<Offset>(low + half) < wanted;
            low += below ? left - half : 0; // no jump to guess: which half it is is as good as random
            left = half;
        }
        return low;
    }

    template <class Offset, class Visit>
    void visit_as(std::size_t from, std::uint64_t end, Visit& visit) const {
        for (auto i = from; i < size_; ++i) {
            auto const row = first_ + offset<Offset>(i);
            if (row >= end) {
                return;
            }
            visit(row, frequency(i));
        }
    }

    /// How many positions follow.
    [[nodiscard]] static std::uint32_t count_of(std::uint8_t frequency, std::string_view& from) noexcept {
        return frequency < most_frequency ? frequency : take_varint(from);
    }

    /// How many bytes the first `index` postings take.
    [[nodiscard]] std::size_t skip_postings(std::string_view from, std::size_t index) const noexcept {
        auto const frequencies = as_bytes(bytes_).subspan(size_ * width(), index);
        std::uint32_t total = 0;
        std::uint8_t highest = 0;
        for (auto const each : frequencies) {
            total += static_cast<std::uint8_t>(each);
            highest = std::max(highest, static_cast<std::uint8_t>(each));
        }
        if (highest < most_frequency) {
            return skip_varints(from, total);
        }
        auto const all = from.size();
        for (auto const each : frequencies) {
            auto const count = count_of(static_cast<std::uint8_t>(each), from);
            from.remove_prefix(skip_varints(from, count));
        }
        return all - from.size();
    }

    std::string_view bytes_;
    std::size_t size_;
    std::uint32_t first_;
    bool wide_;
};

} // namespace mkdb::index::detail
