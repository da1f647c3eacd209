#pragma once

#include <mkdb/parity/concept.hpp>

#include <array>
#include <cstdint>
#include <vector>

/// Parity as its documentation defines it, a byte at a time, with nothing of the library in it.
namespace mkdb::testing {

/// Multiplication in GF(2^8) modulo 0x11D as taught: shift and reduce, one bit a step.
[[nodiscard]] constexpr std::uint8_t multiply_slowly(unsigned a, unsigned b) {
    unsigned product = 0;
    for (; b != 0; b >>= 1U) {
        product ^= (b & 1U) != 0 ? a : 0;
        a <<= 1U;
        a ^= (a & 0x100U) != 0 ? 0x11DU : 0;
    }
    return static_cast<std::uint8_t>(product);
}

[[nodiscard]] inline std::array<std::array<std::uint8_t, 256>, 256> const& slow_products() {
    static auto const products = [] {
        std::array<std::array<std::uint8_t, 256>, 256> made{};
        for (unsigned a = 0; a < 256; ++a) {
            for (unsigned b = 0; b < 256; ++b) {
                made[a][b] = multiply_slowly(a, b);
            }
        }
        return made;
    }();
    return products;
}

/// Preconditions: `a` is not zero.
[[nodiscard]] inline std::uint8_t invert_slowly(std::uint8_t a) {
    unsigned inverse = 1;
    while (slow_products()[a][inverse] != 1) {
        ++inverse;
    }
    return static_cast<std::uint8_t>(inverse);
}

using blocks = std::vector<std::vector<std::byte>>;

/// into[i] = the sum over j of factors[i][j] * from[j]
[[nodiscard]] inline blocks sum_slowly(std::vector<std::vector<std::uint8_t>> const& factors, blocks const& from) {
    blocks into(factors.size(), std::vector<std::byte>(from.empty() ? 0 : from.front().size()));
    for (std::size_t i = 0; i < into.size(); ++i) {
        for (std::size_t j = 0; j < from.size(); ++j) {
            auto const& products = slow_products()[factors[i][j]];
            for (std::size_t at = 0; at < into[i].size(); ++at) {
                into[i][at] ^= static_cast<std::byte>(products[std::to_integer<std::size_t>(from[j][at])]);
            }
        }
    }
    return into;
}

/// The generator's row i, column j is the inverse of (data + i) xor j.
[[nodiscard]] inline std::vector<std::vector<std::uint8_t>> slow_generator(parity::geometry shape) {
    std::vector<std::vector<std::uint8_t>> rows(shape.parity, std::vector<std::uint8_t>(shape.data));
    for (std::size_t i = 0; i < shape.parity; ++i) {
        for (std::size_t j = 0; j < shape.data; ++j) {
            rows[i][j] = invert_slowly(static_cast<std::uint8_t>((shape.data + i) ^ j));
        }
    }
    return rows;
}

} // namespace mkdb::testing
