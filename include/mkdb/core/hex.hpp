#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace mkdb {

/// Two lower-case hexadecimal digits a byte.
[[nodiscard]] inline std::string hex(std::span<std::byte const> bytes) {
    constexpr char const* digits = "0123456789abcdef";
    std::string text;
    text.reserve(2 * bytes.size());
    for (auto const byte : bytes) {
        text += digits[std::to_integer<unsigned>(byte) >> 4U];
        text += digits[std::to_integer<unsigned>(byte) & 15U];
    }
    return text;
}

} // namespace mkdb
