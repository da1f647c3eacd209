#pragma once

#include <mkdb/core/bytes.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mkdb::index::detail {

/// Numbers in bytes of seven bits, lowest first; the last byte of a number is below 0x80.
inline constexpr std::size_t longest_varint = 5;

inline void put_varint(std::string& to, std::uint32_t value) {
    for (; value >= 0x80U; value >>= 7U) {
        to += static_cast<char>(value | 0x80U);
    }
    to += static_cast<char>(value);
}

/// Reads a number and removes it from the bytes. Precondition: `put_varint` wrote it.
[[nodiscard]] inline std::uint32_t take_varint(std::string_view& bytes) noexcept {
    std::uint32_t value = 0;
    for (unsigned shift = 0;; shift += 7) {
        auto const byte = static_cast<unsigned char>(bytes.front());
        bytes.remove_prefix(1);
        value |= (byte & 0x7FU) << shift;
        if (byte < 0x80U) {
            return value;
        }
    }
}

/// As `take_varint`, of bytes that may be anything.
[[nodiscard]] inline std::optional<std::uint32_t> checked_varint(std::string_view& bytes) noexcept {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < bytes.size() && i < longest_varint; ++i) {
        auto const byte = static_cast<unsigned char>(bytes[i]);
        value |= std::uint64_t{byte & 0x7FU} << (7 * i);
        if (byte < 0x80U) {
            bytes.remove_prefix(i + 1);
            return value <= UINT32_MAX ? std::optional(static_cast<std::uint32_t>(value)) : std::nullopt;
        }
    }
    return std::nullopt;
}

/// Where the numbers behind the first `count` begin. Precondition: there are so many.
[[nodiscard]] inline std::size_t skip_varints(std::string_view bytes, std::uint64_t count) noexcept {
    constexpr std::uint64_t high_bits = 0x8080808080808080U;
    std::size_t at = 0;
    while (count >= 8 && at + 8 <= bytes.size()) {
        auto const word = load<std::uint64_t>(as_bytes(bytes).data() + at);
        count -= static_cast<std::uint64_t>(std::popcount(~word & high_bits));
        at += 8;
    }
    // The last eight bytes may have ended in the middle of a number, which then is among those still to skip.
    for (; count > 0; ++at) {
        count -= static_cast<unsigned char>(bytes[at]) < 0x80U ? 1 : 0;
    }
    return at;
}

} // namespace mkdb::index::detail
