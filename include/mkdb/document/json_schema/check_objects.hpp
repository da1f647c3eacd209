#pragma once

#include <mkdb/document/describe.hpp>
#include <mkdb/document/json_schema/schema_checker.hpp>

#include <boost/json/object.hpp>

#include <algorithm>
#include <string>
#include <string_view>

/// Objects against their rules.
namespace mkdb::document::detail {

inline bool schema_checker::keeps_object_rules(object_rules const& rules, schema_subject const& subject,
                                               boost::json::object const& object, schema_place const& place) {
    if (!has_what_it_must(rules, object, place) || !check_count(rules.count, object.size(), "fields", place, report_) ||
        !keeps_field_schemas(rules, object, place)) {
        return false;
    }
    return std::ranges::all_of(rules.when_there, [&](named_schema const& each) {
        return !object.contains(each.name) || holds(each.schema, subject, place);
    });
}

/// `expected()` says what, for the message.
template <class Expected>
bool schema_checker::has(std::string const& field, Expected const& expected, boost::json::object const& object,
                         schema_place const& place) {
    return object.contains(field) ||
           report_.refuse(place.field(field), [&] { return "expected " + expected() + ", found none"; });
}

inline bool schema_checker::has_what_it_must(object_rules const& rules, boost::json::object const& object,
                                             schema_place const& place) {
    auto const value = [] { return std::string("a value"); };
    for (auto const& field : rules.required) {
        if (!has(field, value, object, place)) {
            return false;
        }
    }
    for (auto const& each : rules.beside) {
        if (!object.contains(each.field)) {
            continue;
        }
        auto const expected = [&] { return "a value beside '" + shortened(each.field) + "'"; };
        for (auto const& field : each.required) {
            if (!has(field, expected, object, place)) {
                return false;
            }
        }
    }
    return true;
}

inline bool schema_checker::keeps_field_schemas(object_rules const& rules, boost::json::object const& object,
                                                schema_place const& place) {
    for (auto const& [name, schema] : rules.properties) {
        auto const* value = object.if_contains(name);
        if (value != nullptr && !holds(schema, schema_subject(*value), place.field(name))) {
            return false;
        }
    }
    if (rules.patterns.empty() && !rules.others && !rules.names) {
        return true;
    }
    return std::ranges::all_of(object, [&](auto const& field) {
        return keeps_other_schemas(rules, field.key(), field.value(), place.field(field.key()));
    });
}

inline bool schema_checker::keeps_other_schemas(object_rules const& rules, std::string_view name,
                                                boost::json::value const& value, schema_place const& place) {
    if (rules.names) {
        boost::json::value const text(name);
        if (!holds(*rules.names, schema_subject(text), place.its_name())) {
            return false;
        }
    }
    bool is_known = std::ranges::binary_search(rules.properties, name, {}, &named_schema::name);
    for (auto const& each : rules.patterns) {
        if (each.name.found_in(name)) {
            is_known = true;
            if (!holds(each.schema, schema_subject(value), place)) {
                return false;
            }
        }
    }
    return is_known || !rules.others || holds(*rules.others, schema_subject(value), place);
}

} // namespace mkdb::document::detail
