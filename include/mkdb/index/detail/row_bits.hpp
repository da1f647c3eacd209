#pragma once

#include <mkdb/index/index_allocator.hpp>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace mkdb::index::detail {

/// A set of rows as one bit each from row 0 on: for terms that so many rows have that nothing is quicker to intersect.
class row_bits {
public:
    /// Before rows up to this one are set.
    void expect(std::uint32_t last) { words_.resize(last / word_bits + std::size_t{1}); }

    void set(std::uint32_t row) {
        auto const word = row / word_bits;
        if (word >= words_.size()) {
            // Rows mostly come in order; doubling would leave half of the largest part of an index unused.
            words_.reserve(word < words_.capacity() ? 0 : word + 1 + word / 8);
            words_.resize(word + std::size_t{1});
        }
        words_[word] |= std::uint64_t{1} << (row % word_bits);
    }
    void clear(std::uint32_t row) noexcept { words_[row / word_bits] &= ~(std::uint64_t{1} << (row % word_bits)); }

    [[nodiscard]] bool has(std::uint32_t row) const noexcept {
        auto const word = row / word_bits;
        return word < words_.size() && (words_[word] >> (row % word_bits) & 1U) != 0;
    }

    /// Calls `visit(row)` for those in both, in order.
    template <class Visit>
    void visit_common(row_bits const& other, Visit&& visit) const {
        auto const words = std::min(words_.size(), other.words_.size());
        for (std::size_t i = 0; i < words; ++i) {
            for (auto left = words_[i] & other.words_[i]; left != 0; left &= left - 1) {
                visit(static_cast<std::uint32_t>(i * word_bits + static_cast<std::size_t>(std::countr_zero(left))));
            }
        }
    }

    [[nodiscard]] std::uint64_t bytes() const noexcept { return words_.capacity() * sizeof(std::uint64_t); }

private:
    static constexpr std::uint32_t word_bits = 64;
    index_vector<std::uint64_t> words_;
};

} // namespace mkdb::index::detail
