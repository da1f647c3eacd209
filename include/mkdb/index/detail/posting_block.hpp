#pragma once

#include <mkdb/core/assert.hpp>
#include <mkdb/core/bytes.hpp>
#include <mkdb/index/detail/check_postings.hpp>
#include <mkdb/index/detail/impacts.hpp>
#include <mkdb/index/detail/posting_view.hpp>
#include <mkdb/index/detail/row_lengths.hpp>
#include <mkdb/index/detail/varint.hpp>
#include <mkdb/index/index_allocator.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace mkdb::index::detail {

/// What one row has of a term: how often, and where, as `posting_view` encodes it.
struct posting {
    std::uint32_t row = 0;
    std::uint32_t count = 0;
    std::string_view positions{};
};

/// The bytes of a `posting_view` that change: they are at any time what could lie in a file. A few postings need no
/// memory beside the block.
class posting_block {
public:
    static constexpr std::size_t limit = 128;

    posting_block() = default;

    /// Nothing when the bytes are not those of a block.
    [[nodiscard]] static std::optional<posting_block> from_bytes(std::uint32_t first, std::uint8_t size, bool wide,
                                                                 std::string_view bytes);

    [[nodiscard]] posting_view view() const noexcept { return {first_, size_, wide_, records_, positions_}; }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] std::uint32_t first() const noexcept { return first_; }
    [[nodiscard]] std::uint32_t last() const noexcept { return last_; }
    [[nodiscard]] bool wide() const noexcept { return wide_; }
    [[nodiscard]] std::string bytes() const { return std::string(records_).append(positions_); }
    [[nodiscard]] impacts const& highest() const noexcept { return impacts_; }

    /// Asks for the memory that a posting behind the last will be written to.
    void prefetch() const noexcept {
        __builtin_prefetch(records_.data() + records_.size(), 1);
        __builtin_prefetch(positions_.data() + positions_.size(), 1);
    }

    /// Preconditions: the block is not full and has not this row. `length` is that of the row's text.
    void insert(posting const& added, std::uint32_t length) {
        MKDB_ASSERT(size_ < limit);
        auto const at = size_ > 0 && added.row > last_ ? size_ : view().find(added.row);
        reach(added.row);
        auto const begin = view().positions_begin(at);
        auto const frequency = static_cast<std::uint8_t>(std::min<std::uint32_t>(added.count, most_frequency));
        std::string number;
        if (frequency == most_frequency) {
            put_varint(number, added.count);
        }
        // From here on memory cannot run out, which would leave half a posting.
        records_.reserve(records_.size() + stride());
        positions_.reserve(positions_.size() + number.size() + added.positions.size());
        records_.insert(at * stride(), stride(), static_cast<char>(frequency));
        set_offset(at, added.row - first_);
        positions_.insert(begin, added.positions);
        positions_.insert(begin, number);
        ++size_;
        last_ = std::max(last_, added.row);
        impacts_.add(frequency, length);
    }

    /// Precondition: the row is here.
    void erase(std::uint32_t row, row_lengths const& lengths) {
        auto const old = view();
        auto const at = old.find(row);
        auto const begin = old.positions_begin(at);
        auto const frequency = old.frequency(at);
        positions_.erase(begin, old.positions_begin(at + 1) - begin);
        records_.erase(at * stride(), stride());
        --size_;
        if (size_ == 0) {
            return;
        }
        if (at == 0) {
            start_at(view().row(0));
        }
        last_ = view().row(size_ - 1U);
        if (impacts_.has(frequency, lengths[row])) {
            find_impacts(lengths);
        }
    }

    /// The postings from `begin` up to `end` as a block of their own.
    [[nodiscard]] posting_block part(std::size_t begin, std::size_t end, row_lengths const& lengths) const {
        posting_block made;
        auto const all = view();
        for (auto i = begin; i < end; ++i) {
            made.insert(posting_at(all, i), lengths[all.row(i)]);
        }
        return made;
    }

    /// Takes in the postings of a block behind this one.
    void append(posting_block const& next, row_lengths const& lengths) {
        auto const all = next.view();
        for (std::size_t i = 0; i < all.size(); ++i) {
            insert(posting_at(all, i), lengths[all.row(i)]);
        }
    }

    /// Calls `visit(row, count)` for each posting.
    template <class Visit>
    void visit_counts(Visit&& visit) const {
        auto const all = view();
        all.visit(0, UINT64_MAX, [&](std::uint32_t row, std::uint8_t frequency) {
            visit(row, frequency < most_frequency ? frequency : posting_at(all, all.find(row)).count);
        });
    }

    /// `lengths[row]` is that of a row's text.
    template <class Lengths>
    void find_impacts(Lengths const& lengths) {
        // All lengths first: so memory brings several at a time.
        std::array<std::uint32_t, limit> found;
        auto next = found.begin();
        view().visit(0, UINT64_MAX, [&](std::uint32_t row, std::uint8_t) { *next++ = lengths[row]; });
        next = found.begin();
        impacts_ = {};
        view().visit(0, UINT64_MAX, [&](std::uint32_t, std::uint8_t frequency) { impacts_.add(frequency, *next++); });
    }

    /// Nothing comes behind the last row any more.
    void finish() {
        records_.shrink_to_fit();
        positions_.shrink_to_fit();
    }

    [[nodiscard]] std::uint64_t heap_bytes() const noexcept { return heap_bytes(records_) + heap_bytes(positions_); }

private:
    [[nodiscard]] static posting posting_at(posting_view const& all, std::size_t index) {
        auto const positions = all.positions(index);
        auto const ends =
            std::ranges::count_if(positions, [](char c) { return static_cast<unsigned char>(c) < 0x80U; });
        return {all.row(index), static_cast<std::uint32_t>(ends), positions};
    }

    /// Makes room for the distance of a row that is before the first or far behind it.
    void reach(std::uint32_t row) {
        if (size_ == 0) {
            first_ = last_ = row;
        }
        auto const from = std::min(first_, row);
        if (!wide_ && std::max(last_, row) - from > UINT16_MAX) {
            widen();
        }
        start_at(from);
    }

    void widen() {
        auto const old = view();
        index_string wider;
        wider.reserve(old.size() * posting_view::stride(true));
        for (std::size_t i = 0; i < size_; ++i) {
            auto const offset = old.row(i) - first_;
            wider.append(reinterpret_cast<char const*>(&offset), sizeof offset);
            wider += static_cast<char>(old.frequency(i));
        }
        records_ = std::move(wider);
        wide_ = true;
    }

    void start_at(std::uint32_t first) noexcept {
        for (std::size_t i = 0; first != first_ && i < size_; ++i) {
            set_offset(i, view().row(i) - first);
        }
        first_ = first;
    }

    void set_offset(std::size_t index, std::uint32_t offset) noexcept {
        std::memcpy(records_.data() + index * stride(), &offset,
                    stride() - 1); // little-endian: the low bytes come first
    }

    [[nodiscard]] std::size_t stride() const noexcept { return posting_view::stride(wide_); }
    [[nodiscard]] static std::uint64_t heap_bytes(index_string const& bytes) noexcept {
        return bytes.capacity() > index_string().capacity() ? bytes.capacity() + 1 : 0;
    }

    index_string records_;
    index_string positions_;
    std::uint32_t first_ = 0;
    std::uint32_t last_ = 0;
    std::uint8_t size_ = 0;
    bool wide_ = false;
    impacts impacts_;
};

static_assert(sizeof(posting_block) <= 96, "there are as many as rare terms");

inline std::optional<posting_block> posting_block::from_bytes(std::uint32_t first, std::uint8_t size, bool wide,
                                                              std::string_view bytes) {
    auto const records = size * posting_view::stride(wide);
    if (size == 0 || size > limit || bytes.size() < records) {
        return std::nullopt;
    }
    auto const positions = bytes.substr(records);
    posting_view const view(first, size, wide, bytes.substr(0, records), positions);
    if (!rows_ascend(view, first) || !are_positions_of(view, positions)) {
        return std::nullopt;
    }
    posting_block made;
    made.records_ = bytes.substr(0, records);
    made.positions_ = positions;
    made.first_ = first;
    made.last_ = view.row(size - 1U);
    made.size_ = size;
    made.wide_ = wide;
    return made;
}

} // namespace mkdb::index::detail
