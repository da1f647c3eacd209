#pragma once

#include <mkdb/document/describe.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <charconv>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

/// RFC 6901 JSON pointers into a schema. A part is known by its address: one long name above thousands of schemas would
/// be in the pointer of each.
namespace mkdb::document::detail {

/// The way to `wanted`, a part of `from`, for a message: of a long one the end, and of long names the beginning. None
/// when it is no part. Complexity: looks at all of `from`.
[[nodiscard]] inline std::optional<std::string> pointer_to(boost::json::value const& wanted,
                                                           boost::json::value const& from);

[[nodiscard]] inline std::string escaped(std::string_view name) {
    std::string text;
    for (auto const byte : name) {
        text += byte == '~' ? "~0" : byte == '/' ? "~1" : std::string(1, byte);
    }
    return text;
}

/// None where a tilde is followed by neither 0 nor 1.
[[nodiscard]] inline std::optional<std::string> unescaped(std::string_view token) {
    std::string name;
    for (; !token.empty(); token.remove_prefix(1)) {
        if (token.front() != '~') {
            name += token.front();
            continue;
        }
        token.remove_prefix(1);
        if (token.empty() || (token.front() != '0' && token.front() != '1')) {
            return std::nullopt;
        }
        name += token.front() == '0' ? '~' : '/';
    }
    return name;
}

/// `below` stays as it is once it is long.
[[nodiscard]] inline std::string step_above(std::string const& token, std::string const& below) {
    constexpr std::size_t limit = 240;
    bool const is_cut = !below.empty() && below.front() != '/';
    return is_cut ? below : below.size() > limit ? "…" + below : "/" + token + below;
}

inline std::optional<std::string> pointer_to(boost::json::value const& wanted, boost::json::value const& from) {
    if (&wanted == &from) {
        return "";
    }
    if (auto const* object = from.if_object()) {
        for (auto const& [name, member] : *object) {
            if (auto const below = pointer_to(wanted, member)) {
                return step_above(escaped(shortened(name)), *below);
            }
        }
    } else if (auto const* array = from.if_array()) {
        for (std::size_t i = 0; i < array->size(); ++i) {
            if (auto const below = pointer_to(wanted, (*array)[i])) {
                return step_above(std::to_string(i), *below);
            }
        }
    }
    return std::nullopt;
}

/// Null when there is no such element.
[[nodiscard]] inline boost::json::value const* element_at(boost::json::array const& array, std::string_view token) {
    std::size_t index = 0;
    auto const* const end = token.data() + token.size();
    bool const is_index = std::from_chars(token.data(), end, index).ptr == end && token == std::to_string(index);
    return is_index ? array.if_contains(index) : nullptr;
}

/// What a pointer leads to; null when that is nothing. Preconditions: `pointer` is empty or begins with a slash.
[[nodiscard]] inline boost::json::value const* find_at(boost::json::value const& from, std::string_view pointer) {
    auto const* at = &from;
    while (at != nullptr && !pointer.empty()) {
        pointer.remove_prefix(1);
        auto const token = pointer.substr(0, pointer.find('/'));
        pointer.remove_prefix(token.size());
        if (auto const* array = at->if_array()) {
            at = element_at(*array, token);
        } else {
            auto const* object = at->if_object();
            auto const name = unescaped(token);
            at = object == nullptr || !name ? nullptr : object->if_contains(*name);
        }
    }
    return at;
}

} // namespace mkdb::document::detail
