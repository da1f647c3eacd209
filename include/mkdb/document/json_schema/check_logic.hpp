#pragma once

#include <mkdb/document/json_schema/schema_checker.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

/// Schemas that combine others.
namespace mkdb::document::detail {

/// The sentence that tells how many of several alternatives a value fits.
[[nodiscard]] inline std::string fitting(std::string_view wanted, std::size_t alternatives,
                                         schema_subject const& subject, std::size_t fits) {
    return "expected a value that fits " + std::string(wanted) + " of " + std::to_string(alternatives) +
           " alternatives, found " + subject.description() + ", which fits " +
           (fits == 0 ? "none" : std::to_string(fits));
}

inline bool schema_checker::keeps_logic(logic_rules const& rules, schema_subject const& subject,
                                        schema_place const& place) {
    if (rules.reference && !holds(*rules.reference, subject, place)) {
        return false;
    }
    for (auto const each : rules.all) {
        if (!holds(each, subject, place)) {
            return false;
        }
    }
    if (rules.none && asks(*rules.none, subject, place)) {
        return report_.refuse(place, [&] {
            return "expected a value that does not fit what \"not\" says, found " + subject.description();
        });
    }
    return fits_any(rules.any, subject, place) && fits_one(rules.one, subject, place) &&
           keeps_condition(rules, subject, place);
}

/// Whether the types that a schema names are the value's, with those of what it refers to. Other rules may refuse it.
inline bool schema_checker::admits(schema_index schema, schema_subject const& subject) const {
    auto const& node = program_.nodes[schema];
    bool const refers = node.logic && node.logic->reference;
    return !node.never && subject.is_of(node.types) && (!refers || admits(*node.logic->reference, subject));
}

/// The only one of several alternatives that may fit. What is wrong with it is what is wrong with the value.
///
/// Complexity: as many steps as there are references, each of which is followed once more by who looks.
inline std::optional<schema_index> schema_checker::only_candidate(schema_list const& schemas,
                                                                  schema_subject const& subject) const {
    auto const may_fit = [&](schema_index each) { return admits(each, subject); };
    auto const found = std::ranges::find_if(schemas, may_fit);
    if (found == schemas.end() || std::any_of(found + 1, schemas.end(), may_fit)) {
        return std::nullopt;
    }
    return *found;
}

inline bool schema_checker::fits_any(schema_list const& schemas, schema_subject const& subject,
                                     schema_place const& place) {
    if (auto const only = only_candidate(schemas, subject)) {
        return holds(*only, subject, place);
    }
    if (schemas.empty() || std::ranges::any_of(schemas, [&](auto each) { return asks(each, subject, place); })) {
        return true;
    }
    return report_.refuse(place, [&] { return fitting("one", schemas.size(), subject, 0); });
}

inline bool schema_checker::fits_one(schema_list const& schemas, schema_subject const& subject,
                                     schema_place const& place) {
    if (schemas.empty()) {
        return true;
    }
    if (auto const only = only_candidate(schemas, subject)) {
        return holds(*only, subject, place);
    }
    auto const fits =
        static_cast<std::size_t>(std::ranges::count_if(schemas, [&](auto each) { return asks(each, subject, place); }));
    return fits == 1 || report_.refuse(place, [&] { return fitting("exactly one", schemas.size(), subject, fits); });
}

inline bool schema_checker::keeps_condition(logic_rules const& rules, schema_subject const& subject,
                                            schema_place const& place) {
    if (!rules.condition || (!rules.consequence && !rules.otherwise)) {
        return true;
    }
    auto const& then = asks(*rules.condition, subject, place) ? rules.consequence : rules.otherwise;
    return !then || holds(*then, subject, place);
}

} // namespace mkdb::document::detail
