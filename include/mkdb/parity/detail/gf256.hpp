#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

/// The field of 256 elements with the polynomial x^8 + x^4 + x^3 + x^2 + 1 (0x11D), in which 2 generates all but zero.
/// Addition is exclusive or. ISA-L computes in the same field.
namespace mkdb::parity::detail::gf256 {

using element = std::uint8_t;
inline constexpr unsigned polynomial = 0x11D;

struct logarithms {
    /// Stands for the logarithm of 0: whatever it is added to leads behind all powers, where there are zeros.
    static constexpr std::uint16_t of_zero = 510;

    /// 2^i; written out twice, so that a sum of two logarithms needs no remainder.
    std::array<element, 2 * of_zero + 1> power{};
    std::array<std::uint16_t, 256> log{of_zero};
};

inline constexpr logarithms tables = [] {
    logarithms made;
    unsigned value = 1;
    for (std::uint16_t i = 0; i < 255; ++i) {
        made.power[i] = made.power[i + 255U] = static_cast<element>(value);
        made.log[value] = i;
        value <<= 1U;
        if (value > 255) {
            value ^= polynomial;
        }
    }
    return made;
}();

[[nodiscard]] constexpr element multiply(element a, element b) noexcept {
    return tables.power[std::size_t{tables.log[a]} + tables.log[b]];
}

/// Preconditions: `a` is not zero.
[[nodiscard]] constexpr element inverse(element a) noexcept {
    return tables.power[255U - tables.log[a]];
}

} // namespace mkdb::parity::detail::gf256
