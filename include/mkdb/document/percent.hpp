#pragma once

#include <mkdb/document/utf8.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace mkdb::document {

namespace detail {

[[nodiscard]] constexpr int hex_digit(char digit) noexcept {
    if (digit >= '0' && digit <= '9') {
        return digit - '0';
    }
    auto const lower = static_cast<char>(digit | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

} // namespace detail

/// What a percent-encoded part of a URI says, or nothing when an escape is malformed or the bytes are not UTF-8.
[[nodiscard]] inline std::optional<std::string> percent_decode(std::string_view segment) {
    std::string out;
    out.reserve(segment.size());
    for (std::size_t i = 0; i < segment.size(); ++i) {
        if (segment[i] != '%') {
            out += segment[i];
            continue;
        }
        if (i + 2 >= segment.size()) {
            return std::nullopt;
        }
        auto const high = detail::hex_digit(segment[i + 1]);
        auto const low = detail::hex_digit(segment[i + 2]);
        if (high < 0 || low < 0) {
            return std::nullopt;
        }
        out += static_cast<char>(high << 4 | low);
        i += 2;
    }
    return is_utf8(out) ? std::optional(std::move(out)) : std::nullopt;
}

} // namespace mkdb::document
