#pragma once

#include <mkdb/document/describe.hpp>
#include <mkdb/document/json_schema/schema_checker.hpp>

#include <boost/json/object.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

/// Objects against their rules.
namespace mkdb::document::detail {

/// Whether `visit(entry, value)` is true of each of `entries` that is named as a field of the object is.
///
/// Preconditions: `entries` are in order of `name`. Complexity: as many steps as the fewer of both.
template <class Entry, class Visit>
[[nodiscard]] bool all_that_are_there(std::vector<Entry> const& entries, std::string Entry::*name,
                                      boost::json::object const& object, Visit&& visit) {
    if (entries.size() <= object.size()) {
        return std::ranges::all_of(entries, [&](Entry const& each) {
            auto const* value = object.if_contains(each.*name);
            return value == nullptr || visit(each, *value);
        });
    }
    return std::ranges::all_of(object, [&](auto const& field) {
        std::string_view const called = field.key();
        auto const found = std::ranges::lower_bound(entries, called, {}, name);
        return found == entries.end() || (*found).*name != called || visit(*found, field.value());
    });
}

inline bool schema_checker::keeps_object_rules(object_rules const& rules, schema_subject const& subject,
                                               boost::json::object const& object, schema_place const& place) {
    if (!has_what_it_must(rules, object, place) || !check_count(rules.count, object.size(), "fields", place, report_) ||
        !keeps_field_schemas(rules, object, place)) {
        return false;
    }
    return all_that_are_there(
        rules.when_there, &named_schema::name, object,
        [&](named_schema const& each, auto const& /*value*/) { return holds(each.schema, subject, place); });
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
    return all_that_are_there(rules.beside, &companions::field, object, [&](companions const& each, auto const&) {
        auto const expected = [&] { return "a value beside '" + shortened(each.field) + "'"; };
        return std::ranges::all_of(each.required,
                                   [&](auto const& field) { return has(field, expected, object, place); });
    });
}

inline bool schema_checker::keeps_field_schemas(object_rules const& rules, boost::json::object const& object,
                                                schema_place const& place) {
    auto const fits = [&](named_schema const& each, boost::json::value const& value) {
        return holds(each.schema, schema_subject(value), place.field(each.name));
    };
    if (!all_that_are_there(rules.properties, &named_schema::name, object, fits)) {
        return false;
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
        if (!holds(*rules.names, schema_subject(text, name), place.its_name())) {
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
