#pragma once

#include <mkdb/core/bytes.hpp>

#include <unicode/utf8.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>

namespace mkdb::document {

/// Calls `visit(code_point)` for every character while it returns true. Returns false at the first ill-formed sequence
/// (overlong forms, surrogates and anything above U+10FFFF are ill-formed) or when `visit` did.
template <class Visit> [[nodiscard]] bool for_each_code_point(std::string_view text, Visit&& visit) {
    auto const* bytes = reinterpret_cast<std::uint8_t const*>(text.data());
    auto const size = static_cast<std::int64_t>(text.size());
    for (std::int64_t at = 0; at < size;) {
        UChar32 code_point = 0;
        U8_NEXT(bytes, at, size, code_point);
        if (code_point < 0 || !visit(code_point)) {
            return false;
        }
    }
    return true;
}

/// Whether all of `text` is well-formed UTF-8.
///
/// Complexity: linear; eight bytes a step while they are ASCII.
[[nodiscard]] inline bool is_utf8(std::string_view text) {
    constexpr std::uint64_t high_bits = 0x8080808080808080U;
    while (text.size() >= 8 && (load<std::uint64_t>(as_bytes(text).data()) & high_bits) == 0) {
        text.remove_prefix(8);
    }
    return for_each_code_point(text, [](UChar32) { return true; });
}

/// The characters of well-formed text.
[[nodiscard]] inline std::u32string code_points(std::string_view text) {
    std::u32string characters;
    characters.reserve(text.size());
    std::ignore = for_each_code_point(text, [&](UChar32 character) {
        characters += static_cast<char32_t>(character);
        return true;
    });
    return characters;
}

} // namespace mkdb::document
