#pragma once

#include <mkdb/document/path.hpp>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <span>
#include <string>
#include <string_view>

namespace mkdb::document {
namespace detail {

/// Puts a value where its path leads, through objects that are made on the way.
inline void put_at(boost::json::object& record, std::string_view path, boost::json::value const& value) {
    auto* object = &record;
    for (auto dot = path.find('.'); dot != std::string_view::npos; dot = path.find('.')) {
        auto& step = (*object)[path.substr(0, dot)];
        object = step.is_object() ? &step.get_object() : &step.emplace_object();
        path.remove_prefix(dot + 1);
    }
    object->insert_or_assign(path, value);
}

} // namespace detail

/// The fields of these names, found as `find_field` does; a path comes back as the objects that it leads through.
[[nodiscard]] inline boost::json::object project(boost::json::object const& record, std::span<std::string const> names,
                                                 bool nested) {
    boost::json::object chosen;
    for (auto const& name : names) {
        if (auto const* literal = record.if_contains(name)) {
            chosen.insert_or_assign(name, *literal);
        } else if (auto const* value = find_field(record, name, nested)) {
            detail::put_at(chosen, name, *value);
        }
    }
    return chosen;
}

} // namespace mkdb::document
