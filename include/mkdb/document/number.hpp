#pragma once

#include <mkdb/core/assert.hpp>

#include <boost/json/value.hpp>

#include <bit>
#include <cmath>
#include <compare>
#include <cstdint>

namespace mkdb::document {

/// A JSON number as an exact, ordered key: equal numbers of different types have equal keys, and no two unequal ones
/// do.
///
/// `high` is the largest double that is not above the number, `low` what remains, which is 0 to 2047 because an integer
/// of 64 bits has at most eleven bits more than a double holds.
struct number_key {
    double high = 0;
    std::uint32_t low = 0;

    friend std::strong_ordering operator<=>(number_key const& a, number_key const& b) noexcept {
        if (a.high != b.high) {
            return a.high < b.high ? std::strong_ordering::less : std::strong_ordering::greater;
        }
        return a.low <=> b.low;
    }
    friend bool operator==(number_key const& a, number_key const& b) noexcept {
        return a.high == b.high && a.low == b.low;
    }
};

[[nodiscard]] inline number_key key_of(std::uint64_t number) noexcept {
    auto const excess = 11 - std::countl_zero(number);
    auto const low = excess > 0 ? number & ((std::uint64_t{1} << excess) - 1) : 0;
    return {static_cast<double>(number - low), static_cast<std::uint32_t>(low)};
}

[[nodiscard]] inline number_key key_of(std::int64_t number) noexcept {
    if (number >= 0) {
        return key_of(static_cast<std::uint64_t>(number));
    }
    auto const magnitude = std::uint64_t{0} - static_cast<std::uint64_t>(number);
    auto const excess = 11 - std::countl_zero(magnitude);
    if (excess <= 0) {
        return {-static_cast<double>(magnitude), 0};
    }
    // Towards minus infinity: the magnitude is rounded up to a multiple that a double holds.
    auto const mask = (std::uint64_t{1} << excess) - 1;
    auto const low = (~magnitude + 1) & mask;
    return {-static_cast<double>(magnitude + low), static_cast<std::uint32_t>(low)};
}

/// -0.0 and 0.0 are one number.
[[nodiscard]] inline number_key key_of(double number) noexcept {
    MKDB_ASSERT(!std::isnan(number));
    return {number == 0 ? 0.0 : number, 0};
}

/// Preconditions: `value` is a number, and not NaN.
[[nodiscard]] inline number_key key_of(boost::json::value const& value) noexcept {
    switch (value.kind()) {
    case boost::json::kind::int64: return key_of(value.get_int64());
    case boost::json::kind::uint64: return key_of(value.get_uint64());
    default: return key_of(value.get_double());
    }
}

/// A number of this key. Preconditions: the key is one of `key_of`.
[[nodiscard]] inline boost::json::value value_of(number_key const& key) noexcept {
    constexpr double beyond_int64 = 9223372036854775808.0;
    if (key.low == 0) {
        return key.high;
    }
    if (key.high >= beyond_int64) {
        return static_cast<std::uint64_t>(key.high) + key.low;
    }
    return static_cast<std::int64_t>(key.high) + static_cast<std::int64_t>(key.low);
}

} // namespace mkdb::document
