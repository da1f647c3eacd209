#pragma once

#include <mkdb/core/assert.hpp>
#include <mkdb/core/bytes.hpp>
#include <mkdb/index/detail/impacts.hpp>
#include <mkdb/index/detail/posting_view.hpp>
#include <mkdb/index/detail/row_lengths.hpp>
#include <mkdb/index/detail/varint.hpp>

#include <algorithm>
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

    [[nodiscard]] posting_view view() const noexcept { return {first_, size_, wide_, bytes_}; }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] std::uint32_t first() const noexcept { return first_; }
    [[nodiscard]] std::uint32_t last() const noexcept { return last_; }
    [[nodiscard]] bool wide() const noexcept { return wide_; }
    [[nodiscard]] std::string_view bytes() const noexcept { return bytes_; }
    [[nodiscard]] impacts const& highest() const noexcept { return impacts_; }

    /// Preconditions: the block is not full and has not this row. `length` is that of the row's text.
    void insert(posting const& added, std::uint32_t length) {
        MKDB_ASSERT(size_ < limit);
        auto const at = size_ > 0 && added.row > last_ ? size_ : view().find(added.row);
        reach(added.row);
        auto const width = view().width();
        auto const begin = view().positions_begin(at);
        auto const frequency = static_cast<std::uint8_t>(std::min<std::uint32_t>(added.count, most_frequency));
        std::string number;
        if (frequency == most_frequency) {
            put_varint(number, added.count);
        }
        open(at, begin, number.size() + added.positions.size());
        set_offset(at, added.row - first_);
        bytes_[(size_ + 1U) * width + at] = static_cast<char>(frequency);
        std::ranges::copy(
            added.positions,
            std::ranges::copy(number, bytes_.begin() + static_cast<std::ptrdiff_t>(begin + width + 1)).out);
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
        bytes_.erase(begin, old.positions_begin(at + 1) - begin);
        bytes_.erase(size_ * old.width() + at, 1);
        bytes_.erase(at * old.width(), old.width());
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
        for (std::size_t i = 0; i < all.size(); ++i) {
            auto const frequency = all.frequency(i);
            visit(all.row(i), frequency < most_frequency ? frequency : posting_at(all, i).count);
        }
    }

    void find_impacts(row_lengths const& lengths) {
        impacts_ = {};
        view().visit(0, UINT64_MAX,
                     [&](std::uint32_t row, std::uint8_t frequency) { impacts_.add(frequency, lengths[row]); });
    }

    /// Nothing comes behind the last row any more.
    void finish() { bytes_.shrink_to_fit(); }

    [[nodiscard]] std::uint64_t heap_bytes() const noexcept {
        constexpr std::size_t inside = 15;
        return bytes_.capacity() > inside ? bytes_.capacity() + 1 : 0;
    }

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

    /// Makes gaps for a posting at `at`, whose positions are to begin where `begin` is now.
    void open(std::size_t at, std::size_t begin, std::size_t positions) {
        auto const width = view().width();
        auto const frequencies = size_ * width;
        auto const end = bytes_.size();
        bytes_.resize(end + width + 1 + positions);
        auto const move = [&](std::size_t from, std::size_t to, std::size_t by) {
            std::memmove(bytes_.data() + from + by, bytes_.data() + from, to - from);
        };
        move(begin, end, width + 1 + positions);
        move(frequencies + at, begin, width + 1);
        move(at * width, frequencies + at, width);
    }

    void widen() {
        std::string wider;
        wider.reserve(bytes_.size() + size_ * sizeof(std::uint16_t));
        for (std::size_t i = 0; i < size_; ++i) {
            auto const offset = view().row(i) - first_;
            wider.append(reinterpret_cast<char const*>(&offset), sizeof offset);
        }
        wider.append(bytes_, size_ * sizeof(std::uint16_t));
        bytes_ = std::move(wider);
        wide_ = true;
    }

    void start_at(std::uint32_t first) noexcept {
        for (std::size_t i = 0; first != first_ && i < size_; ++i) {
            set_offset(i, view().row(i) - first);
        }
        first_ = first;
    }

    void set_offset(std::size_t index, std::uint32_t offset) noexcept {
        auto const width = view().width();
        std::memcpy(bytes_.data() + index * width, &offset, width); // little-endian: the low bytes come first
    }

    std::string bytes_;
    std::uint32_t first_ = 0;
    std::uint32_t last_ = 0;
    std::uint8_t size_ = 0;
    bool wide_ = false;
    impacts impacts_;
};

static_assert(sizeof(posting_block) == 64, "one line of the cache");

/// Whether these are the positions of a posting with this frequency, which they are removed from.
[[nodiscard]] inline bool take_positions(std::string_view& bytes, std::uint8_t frequency) noexcept {
    std::optional<std::uint32_t> count = frequency;
    if (frequency == most_frequency) {
        count = checked_varint(bytes);
    }
    if (!count || *count < frequency || frequency == 0) {
        return false;
    }
    std::uint64_t position = 0;
    for (std::uint32_t i = 0; i < *count; ++i) {
        auto const step = checked_varint(bytes);
        if (!step || (i > 0 && *step == 0)) {
            return false;
        }
        position += *step;
    }
    return position <= UINT32_MAX;
}

inline std::optional<posting_block> posting_block::from_bytes(std::uint32_t first, std::uint8_t size, bool wide,
                                                              std::string_view bytes) {
    posting_view const view(first, size, wide, bytes);
    if (size == 0 || size > limit || bytes.size() < size * (view.width() + 1) || view.row(0) != first) {
        return std::nullopt;
    }
    for (std::size_t i = 1; i < size; ++i) {
        if (view.row(i) <= view.row(i - 1)) { // as it is when a row would be beyond the last there can be
            return std::nullopt;
        }
    }
    auto positions = bytes.substr(size * (view.width() + 1));
    for (std::size_t i = 0; i < size; ++i) {
        if (!take_positions(positions, view.frequency(i))) {
            return std::nullopt;
        }
    }
    if (!positions.empty()) {
        return std::nullopt;
    }
    posting_block made;
    made.bytes_ = bytes;
    made.first_ = first;
    made.last_ = view.row(size - 1U);
    made.size_ = size;
    made.wide_ = wide;
    return made;
}

} // namespace mkdb::index::detail
