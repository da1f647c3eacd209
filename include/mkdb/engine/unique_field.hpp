#pragma once

#include <mkdb/document/path.hpp>
#include <mkdb/engine/options.hpp>
#include <mkdb/index/scalar_key.hpp>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <compare>
#include <string>
#include <utility>
#include <vector>

namespace mkdb::engine {

/// A field of which no two records of a store hold the same value: string, number or bool. A record without the field,
/// or with null, an array or an object in it, holds nothing that counts.
struct unique_field {
    std::string name;
    bool nested = false; ///< The name is a path. False for a name that is none in any store.

    [[nodiscard]] boost::json::value const* find_in(boost::json::object const& record) const {
        return document::find_field(record, name, nested);
    }

    /// Whether indexes over fields whose names mean this much say something of it.
    [[nodiscard]] bool is_meant_by(bool names_are_paths) const {
        return names_are_paths == nested || !document::is_path(name);
    }

    friend auto operator<=>(unique_field const&, unique_field const&) = default;
};

/// What a record holds in the field, as bytes that are the same for what `eq` takes for equal; empty for nothing.
[[nodiscard]] inline std::string unique_key(unique_field const& field, boost::json::object const& record) {
    std::string key;
    auto const* value = field.find_in(record);
    return value != nullptr && index::scalar_key(*value, key) ? key : std::string();
}

using unique_fields = std::vector<unique_field>; ///< In order, each once.

[[nodiscard]] inline unique_fields unique_fields_of(store_options const& wanted) {
    unique_fields fields;
    for (auto const& name : wanted.unique) {
        fields.push_back({name, wanted.nested_queries && document::is_path(name)});
    }
    std::ranges::sort(fields);
    return fields;
}

} // namespace mkdb::engine
