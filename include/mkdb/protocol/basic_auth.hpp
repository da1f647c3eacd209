#pragma once

#include <mkdb/document/utf8.hpp>
#include <mkdb/protocol/handshake.hpp>
#include <mkdb/protocol/http_message.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mkdb::protocol {

namespace detail {

[[nodiscard]] constexpr int base64_digit(char digit) noexcept {
    if (digit >= 'A' && digit <= 'Z') {
        return digit - 'A';
    }
    if (digit >= 'a' && digit <= 'z') {
        return digit - 'a' + 26;
    }
    if (digit >= '0' && digit <= '9') {
        return digit - '0' + 52;
    }
    return digit == '+' ? 62 : digit == '/' ? 63 : -1;
}

[[nodiscard]] inline std::optional<std::string> base64_decode(std::string_view text) {
    if (text.size() % 4 != 0) {
        return std::nullopt;
    }
    for (int padding = 0; padding < 2 && text.ends_with('='); ++padding) {
        text.remove_suffix(1);
    }
    std::string out;
    std::uint32_t bits = 0;
    unsigned held = 0;
    for (auto const byte : text) {
        auto const digit = base64_digit(byte);
        if (digit < 0) {
            return std::nullopt;
        }
        bits = bits << 6U | static_cast<std::uint32_t>(digit);
        held += 6;
        if (held >= 8) {
            held -= 8;
            out += static_cast<char>(bits >> held & 0xFFU);
        }
    }
    return out;
}

} // namespace detail

/// The pair in an Authorization header of the scheme Basic (RFC 7617, UTF-8), or nothing when it is another or
/// malformed.
[[nodiscard]] inline std::optional<credentials> parse_basic_auth(std::string_view header) {
    auto const space = header.find(' ');
    if (space == std::string_view::npos || !same_header_name(header.substr(0, space), "Basic")) {
        return std::nullopt;
    }
    auto const encoded = header.substr(header.find_first_not_of(' ', space) == std::string_view::npos
                                           ? header.size()
                                           : header.find_first_not_of(' ', space));
    auto const pair = detail::base64_decode(encoded);
    if (!pair || !document::is_utf8(*pair)) {
        return std::nullopt;
    }
    auto const colon = pair->find(':');
    if (colon == std::string::npos) {
        return std::nullopt;
    }
    return credentials{pair->substr(0, colon), pair->substr(colon + 1)};
}

} // namespace mkdb::protocol
