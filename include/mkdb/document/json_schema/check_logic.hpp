#pragma once

#include <mkdb/document/json_schema/schema_checker.hpp>

#include <algorithm>
#include <cstddef>
#include <string>

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

inline bool schema_checker::fits_any(schema_list const& schemas, schema_subject const& subject,
                                     schema_place const& place) {
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
