#pragma once

#include <mkdb/core/assert.hpp>
#include <mkdb/parity/detail/block_sums.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

namespace mkdb::parity::detail {

/// Sums in plain C++, eight rows at a time: a word holds one byte of each, so that one look-up multiplies by all eight.
class scalar_sums {
public:
    [[nodiscard]] static constexpr bool is_available() noexcept { return true; }

    explicit scalar_sums(matrix const& factors) : rows_(factors.rows()), columns_(factors.columns()) {
        for (std::size_t first = 0; first < rows_; first += word_rows) {
            for (std::size_t column = 0; column < columns_; ++column) {
                word packed = 0;
                for (auto row = std::min(rows_, first + word_rows); row-- > first;) {
                    packed = packed << 8U | factors.at(row, column);
                }
                packed_.push_back(packed);
            }
        }
    }

    void write(sources from, targets into, std::size_t length) const noexcept {
        MKDB_ASSERT(from.size() == columns_ && into.size() == rows_);
        for (std::size_t at = 0; at < length; at += tile_bytes) {
            auto const* packed = packed_.data();
            for (std::size_t first = 0; first < rows_; first += word_rows, packed += columns_) {
                write_tile(packed, from, into.subspan(first, std::min(word_rows, rows_ - first)), at,
                           std::min(tile_bytes, length - at));
            }
        }
    }

private:
    using word = std::uint64_t;
    using product_table = std::array<word, 256>;

    static constexpr std::size_t word_rows = sizeof(word);
    /// The sums of a tile and one table of products fit a first-level cache of 32 KiB with room for the source.
    static constexpr std::size_t tile_bytes = 2048;

    /// Each byte times two in the field, all at once.
    [[nodiscard]] static constexpr word doubled(word packed) noexcept {
        auto const carries = packed >> 7U & 0x0101'0101'0101'0101U;
        return (packed & 0x7F7F'7F7F'7F7F'7F7FU) << 1U ^ carries * (gf256::polynomial & 0xFFU);
    }

    /// Entry b holds b times each packed factor: the factor times 2^i for every bit i of b, added up.
    static void fill(product_table& products, word packed) noexcept {
        products[0] = 0;
        for (std::size_t count = 1; count < products.size(); count *= 2, packed = doubled(packed)) {
            for (std::size_t i = 0; i < count; ++i) {
                products[count + i] = products[i] ^ packed;
            }
        }
    }

    static void write_tile(word const* packed, sources from, targets into, std::size_t at,
                           std::size_t length) noexcept {
        std::array<word, tile_bytes> sums;
        std::fill_n(sums.begin(), length, word{0});
        product_table products;
        for (std::size_t j = 0; j < from.size(); ++j) {
            fill(products, packed[j]);
            auto const* const bytes = from[j] + at;
            for (std::size_t i = 0; i < length; ++i) {
                sums[i] ^= products[std::to_integer<std::size_t>(bytes[i])];
            }
        }
        for (std::size_t row = 0; row < into.size(); ++row) {
            for (std::size_t i = 0; i < length; ++i) {
                into[row][at + i] = static_cast<std::byte>(sums[i] >> 8U * row);
            }
        }
    }

    std::size_t rows_;
    std::size_t columns_;
    std::vector<word> packed_; ///< Eight rows of factors by columns, then the next eight.
};

static_assert(block_sums<scalar_sums>);

} // namespace mkdb::parity::detail
