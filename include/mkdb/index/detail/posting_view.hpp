#pragma once

#include <mkdb/core/bytes.hpp>
#include <mkdb/index/detail/varint.hpp>
#include <mkdb/index/most_frequency.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace mkdb::index::detail {

/// Some postings of one term, as bytes that may lie anywhere: rows that ascend, how often each has the term, and where.
///
/// Of each posting there is a record: the distance of its row from the first, of two bytes or when the view is `wide`
/// of four, and a byte of frequency. The positions of each are the first, and from each to the next, as varints. When
/// the frequency is `most_frequency`, or more, they follow their number, a varint too.
class posting_view {
public:
    posting_view(std::uint32_t first, std::size_t size, bool wide, std::string_view records,
                 std::string_view positions) noexcept
        : records_(records), positions_(positions), size_(size), first_(first), wide_(wide) {}

    /// Bytes of a record.
    [[nodiscard]] static constexpr std::size_t stride(bool wide) noexcept { return wide ? 5 : 3; }

    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] std::uint32_t row(std::size_t index) const noexcept {
        return first_ + (wide_ ? offset<std::uint32_t>(index) : offset<std::uint16_t>(index));
    }
    [[nodiscard]] std::uint8_t frequency(std::size_t index) const noexcept {
        return static_cast<std::uint8_t>(records_[(index + 1) * stride(wide_) - 1]);
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
        auto from = positions_.substr(positions_begin(index));
        auto const count = count_of(frequency(index), from);
        return from.substr(0, skip_varints(from, count));
    }

    /// Where the positions of a posting, with their number, begin; for the size, where all end.
    [[nodiscard]] std::size_t positions_begin(std::size_t index) const noexcept {
        if (index == size_) {
            return positions_.size();
        }
        std::uint32_t total = 0;
        bool counted = true;
        for (std::size_t i = 0; i < index; ++i) {
            total += frequency(i);
            counted = counted && frequency(i) < most_frequency;
        }
        return counted ? skip_varints(positions_, total) : walk_to(index);
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

private:
    template <class Offset>
    [[nodiscard]] Offset offset(std::size_t index) const noexcept {
        return load<Offset>(as_bytes(records_).data() + index * (sizeof(Offset) + 1));
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

    /// As `positions_begin`, where a record does not tell how many positions there are.
    [[nodiscard]] std::size_t walk_to(std::size_t index) const noexcept {
        auto from = positions_;
        for (std::size_t i = 0; i < index; ++i) {
            auto const count = count_of(frequency(i), from);
            from.remove_prefix(skip_varints(from, count));
        }
        return positions_.size() - from.size();
    }

    std::string_view records_;
    std::string_view positions_;
    std::size_t size_;
    std::uint32_t first_;
    bool wide_;
};

} // namespace mkdb::index::detail
