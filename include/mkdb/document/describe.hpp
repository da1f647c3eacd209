#pragma once

#include <mkdb/document/write.hpp>

#include <boost/json/value.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace mkdb::document {

/// The first bytes of a name or text, cut between characters: messages stay short whatever a client sends.
[[nodiscard]] inline std::string shortened(std::string_view text) {
    constexpr std::size_t limit = 60;
    if (text.size() <= limit) {
        return std::string(text);
    }
    auto end = limit;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) {
        --end;
    }
    return std::string(text.substr(0, end)) + "…";
}

/// A value as an error message shows it.
[[nodiscard]] inline std::string describe(boost::json::value const& value) {
    if (auto const* text = value.if_string()) {
        return to_json(boost::json::value(shortened(*text)));
    }
    if (auto const* array = value.if_array()) {
        return array->empty() ? "an empty list" : "a list";
    }
    if (auto const* object = value.if_object()) {
        return object->empty() ? "an empty object" : "an object";
    }
    return to_json(value);
}

} // namespace mkdb::document
