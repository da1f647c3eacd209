#pragma once

#include <mkdb/core/assert.hpp>

#include <boost/json/value.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string>
#include <string_view>
#include <utility>

namespace mkdb::document {
namespace detail {

/// Bytes of a JSON string that stand for themselves: all but controls, quote and backslash.
inline constexpr auto plain_bytes = [] {
    std::array<bool, 256> plain{};
    for (std::size_t byte = 0x20; byte < plain.size(); ++byte) {
        plain[byte] = byte != '"' && byte != '\\';
    }
    return plain;
}();

inline void append_escape(std::string& out, char byte) {
    constexpr std::string_view digits = "0123456789abcdef";
    switch (byte) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\b': out += "\\b"; return;
    case '\f': out += "\\f"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default:
        out += "\\u00";
        out += digits[static_cast<unsigned char>(byte) >> 4U];
        out += digits[static_cast<unsigned char>(byte) & 15U];
    }
}

template <class Integer> void append_integer(std::string& out, Integer number) {
    std::array<char, 24> buffer;
    auto const end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number).ptr;
    out.append(buffer.data(), end);
}

/// A double always shows a point or an exponent, so that it is read back as a double.
inline void append_double(std::string& out, double number) {
    MKDB_ASSERT(std::isfinite(number));
    std::array<char, 32> buffer;
    auto const end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number).ptr;
    std::string_view const text(buffer.data(), end);
    out += text;
    if (text.find_first_of(".e") == std::string_view::npos) {
        out += ".0";
    }
}

} // namespace detail

/// Appends `text` as a JSON string, quotes included. UTF-8 is written as it is.
inline void append_json_string(std::string& out, std::string_view text) {
    out += '"';
    while (!text.empty()) {
        auto const special = std::ranges::find_if(
            text, [](char byte) { return !detail::plain_bytes[static_cast<unsigned char>(byte)]; });
        out.append(text.begin(), special);
        if (special == text.end()) {
            break;
        }
        detail::append_escape(out, *special);
        text.remove_prefix(static_cast<std::size_t>(special - text.begin()) + 1);
    }
    out += '"';
}

void append_json(std::string& out, boost::json::value const& value);

/// Appends `object` as compact JSON.
inline void append_json(std::string& out, boost::json::object const& object) {
    out += '{';
    for (bool first = true; auto const& field : object) {
        if (!std::exchange(first, false)) {
            out += ',';
        }
        append_json_string(out, field.key());
        out += ':';
        append_json(out, field.value());
    }
    out += '}';
}

/// Appends `array` as compact JSON.
inline void append_json(std::string& out, boost::json::array const& array) {
    out += '[';
    for (bool first = true; auto const& element : array) {
        if (!std::exchange(first, false)) {
            out += ',';
        }
        append_json(out, element);
    }
    out += ']';
}

/// Appends `value` as compact JSON: integers as integers, doubles in the shortest form that reads back as the same
/// double.
///
/// Preconditions: numbers are finite (`check_delta`), and nesting is within the document limit, since this recurses.
inline void append_json(std::string& out, boost::json::value const& value) {
    switch (value.kind()) {
    case boost::json::kind::null: out += "null"; return;
    case boost::json::kind::bool_: out += value.get_bool() ? "true" : "false"; return;
    case boost::json::kind::int64: detail::append_integer(out, value.get_int64()); return;
    case boost::json::kind::uint64: detail::append_integer(out, value.get_uint64()); return;
    case boost::json::kind::double_: detail::append_double(out, value.get_double()); return;
    case boost::json::kind::string: append_json_string(out, value.get_string()); return;
    case boost::json::kind::array: append_json(out, value.get_array()); return;
    case boost::json::kind::object: append_json(out, value.get_object()); return;
    }
}

/// `value` as compact JSON text. Takes a value, an object or an array.
template <class Json> [[nodiscard]] std::string to_json(Json const& value) {
    std::string out;
    append_json(out, value);
    return out;
}

} // namespace mkdb::document
