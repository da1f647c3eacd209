#pragma once

#include <mkdb/core/assert.hpp>

#include <boost/json/value.hpp>

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>

namespace mkdb::document::detail {

/// A number without its sign: `digits` times ten to the power of `exponent`.
struct decimal {
    std::uint64_t digits = 0;
    int exponent = 0;
};

/// A double as people write it, in the fewest digits that give it back: 0.01 is a hundredth.
[[nodiscard]] inline decimal decimal_of(double number) {
    std::array<char, 32> text;
    auto const* const end =
        std::to_chars(text.data(), text.data() + text.size(), std::abs(number), std::chars_format::scientific).ptr;
    decimal parts;
    bool fraction = false;
    auto const* at = text.data();
    for (; *at != 'e'; ++at) {
        if (*at == '.') {
            fraction = true;
            continue;
        }
        parts.digits = parts.digits * 10 + static_cast<std::uint64_t>(*at - '0');
        parts.exponent -= fraction ? 1 : 0;
    }
    int exponent = 0;
    at += at[1] == '+' ? 2 : 1;
    std::from_chars(at, end, exponent);
    parts.exponent += exponent;
    return parts;
}

[[nodiscard]] inline decimal decimal_of(boost::json::value const& number) {
    if (auto const* integer = number.if_int64()) {
        auto const bits = static_cast<std::uint64_t>(*integer);
        return {*integer < 0 ? std::uint64_t{0} - bits : bits, 0};
    }
    auto const* large = number.if_uint64();
    return large != nullptr ? decimal{*large, 0} : decimal_of(number.get_double());
}

__extension__ typedef unsigned __int128 wide_unsigned;

[[nodiscard]] inline std::uint64_t power_of_ten(unsigned exponent, std::uint64_t modulus) {
    wide_unsigned power = 1 % modulus;
    for (wide_unsigned square = 10 % modulus; exponent > 0; exponent >>= 1U) {
        power = (exponent & 1U) != 0 ? power * square % modulus : power;
        square = square * square % modulus;
    }
    return static_cast<std::uint64_t>(power);
}

/// Whether some integer times `step` is `number`, both taken as the decimals that they are written as.
///
/// Preconditions: both are finite numbers, and `step` is above 0.
[[nodiscard]] inline bool is_multiple(boost::json::value const& number, boost::json::value const& step) {
    auto const [digits, exponent] = decimal_of(number);
    auto [divisor, step_exponent] = decimal_of(step);
    MKDB_ASSERT(divisor != 0);
    if (exponent >= step_exponent) {
        auto const power = power_of_ten(static_cast<unsigned>(exponent - step_exponent), divisor);
        return static_cast<wide_unsigned>(digits) * power % divisor == 0;
    }
    for (; step_exponent > exponent; --step_exponent) {
        if (divisor > std::numeric_limits<std::uint64_t>::max() / 10) {
            return digits == 0; // The step is larger than any number of so many digits.
        }
        divisor *= 10;
    }
    return digits % divisor == 0;
}

} // namespace mkdb::document::detail
