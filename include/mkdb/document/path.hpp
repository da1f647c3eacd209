#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <cstddef>
#include <string_view>

namespace mkdb::document {

/// Whether a name may be read as a path: dotted, and no part of it is empty.
[[nodiscard]] inline bool is_path(std::string_view name) noexcept {
    return name.find('.') != std::string_view::npos && name.front() != '.' && name.back() != '.' &&
           name.find("..") == std::string_view::npos;
}

/// The value under `name`: the field of that literal name first, then, when `nested`, the path through objects.
/// Null when there is none. Paths do not go through arrays.
[[nodiscard]] inline boost::json::value const* find_field(boost::json::object const& record, std::string_view name,
                                                          bool nested) {
    if (auto const* literal = record.if_contains(name); literal != nullptr || !nested || !is_path(name)) {
        return literal;
    }
    auto const* object = &record;
    for (auto dot = name.find('.'); dot != std::string_view::npos; dot = name.find('.')) {
        auto const* step = object->if_contains(name.substr(0, dot));
        object = step == nullptr ? nullptr : step->if_object();
        if (object == nullptr) {
            return nullptr;
        }
        name.remove_prefix(dot + 1);
    }
    return object->if_contains(name);
}

} // namespace mkdb::document
