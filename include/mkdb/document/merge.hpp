#pragma once

#include <mkdb/document/path.hpp>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <string_view>

namespace mkdb::document {

/// `_id` and `_rev` are added on reading and never stored.
[[nodiscard]] inline bool is_reserved(std::string_view name) noexcept {
    return name == "_id" || name == "_rev";
}

namespace detail {

inline void merge_nested(boost::json::object& record, boost::json::object const& delta);

/// The object under `name`; made, in place of whatever else was there, when it is missing.
inline boost::json::object& object_at(boost::json::object& record, std::string_view name) {
    auto& value = record[name];
    return value.is_object() ? value.get_object() : value.emplace_object();
}

inline void assign_field(boost::json::object& record, std::string_view name, boost::json::value const& value) {
    if (value.is_object()) {
        merge_nested(object_at(record, name), value.get_object());
    } else {
        record[name] = value;
    }
}

inline void remove_path(boost::json::object& record, std::string_view name) {
    auto* object = &record;
    for (auto dot = name.find('.'); dot != std::string_view::npos; dot = name.find('.')) {
        auto* step = object->if_contains(name.substr(0, dot));
        object = step == nullptr ? nullptr : step->if_object();
        if (object == nullptr) {
            return;
        }
        name.remove_prefix(dot + 1);
    }
    object->erase(name);
}

/// Removes what `find_field` would find, and what it would find then: afterwards the field is gone.
inline void remove_field(boost::json::object& record, std::string_view name) {
    record.erase(name);
    if (is_path(name)) {
        remove_path(record, name);
    }
}

inline void merge_nested_field(boost::json::object& record, std::string_view name, boost::json::value const& value) {
    if (value.is_null()) {
        remove_field(record, name);
        return;
    }
    if (record.contains(name) || !is_path(name)) {
        assign_field(record, name, value);
        return;
    }
    auto* object = &record;
    for (auto dot = name.find('.'); dot != std::string_view::npos; dot = name.find('.')) {
        object = &object_at(*object, name.substr(0, dot));
        name.remove_prefix(dot + 1);
    }
    assign_field(*object, name, value);
}

inline void merge_nested(boost::json::object& record, boost::json::object const& delta) {
    for (auto const& field : delta) {
        merge_nested_field(record, field.key(), field.value());
    }
}

} // namespace detail

/// Merges a write into a record: fields of `delta` replace fields of `record`, others stay, null removes.
///
/// With `nested`, a dotted name walks into nested objects (making them where they are missing) and nested objects merge
/// recursively; a field whose literal name has the dots comes first, as in `find_field`. Otherwise names are literal
/// and a nested object replaces. `_id` and `_rev` at the top are ignored.
///
/// Preconditions: `check_delta` accepted the delta, so that the merged record stays within the depth limit.
inline void merge(boost::json::object& record, boost::json::object const& delta, bool nested) {
    for (auto const& field : delta) {
        std::string_view const name = field.key();
        if (is_reserved(name) || (nested && is_path(name) && is_reserved(name.substr(0, name.find('.'))))) {
            continue;
        }
        if (nested) {
            detail::merge_nested_field(record, name, field.value());
        } else if (field.value().is_null()) {
            record.erase(name);
        } else {
            record[name] = field.value();
        }
    }
}

} // namespace mkdb::document
