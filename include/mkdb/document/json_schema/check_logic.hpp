#pragma once

#include <mkdb/document/json_schema/schema_checker.hpp>

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

/// Schemas that combine others.
namespace mkdb::document::detail {

/// The sentence that tells how many of several alternatives a value fits.
[[nodiscard]] inline std::string fitting(std::string_view wanted, std::size_t alternatives,
                                         schema_subject const& subject, std::size_t fits) {
    return "expected a " + std::string(subject.noun()) + " that fits " + std::string(wanted) + " of " +
           std::to_string(alternatives) + " alternatives, found " + subject.description() + ", which fits " +
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
            return "expected a " + std::string(subject.noun()) + " that does not fit what \"not\" says, " +
                   rules.none_text + ", found " +
                   (subject.value() == nullptr ? "one that does" : subject.description());
        });
    }
    return fits_some(rules.any, subject, place, 1) && fits_some(rules.one, subject, place, rules.one.size()) &&
           keeps_condition(rules, subject, place);
}

/// Whether the types that a schema names are the value's, with those of what it refers to. Other rules may refuse it.
inline bool schema_checker::admits(schema_index schema, schema_subject const& subject) const {
    auto const& node = program_.nodes[schema];
    bool const refers = node.logic && node.logic->reference;
    return !node.never && subject.is_of(node.types) && (!refers || admits(*node.logic->reference, subject));
}

/// The only one of several alternatives that may fit, or all of them.
///
/// Complexity: as many steps as there are references, each of which is followed once more by who looks.
inline std::span<schema_index const> schema_checker::candidates(schema_list const& schemas,
                                                                schema_subject const& subject) const {
    auto const may_fit = [&](schema_index each) { return admits(each, subject); };
    auto const found = std::ranges::find_if(schemas, may_fit);
    bool const only = found != schemas.end() && std::none_of(found + 1, schemas.end(), may_fit);
    return only ? std::span(&*found, 1) : std::span(schemas);
}

/// Whether one of several alternatives fits. No more are looked at when `most` do; those beyond the first are too many.
/// What is wrong with the only one that may fit is what is wrong with the value.
inline bool schema_checker::fits_some(schema_list const& schemas, schema_subject const& subject,
                                      schema_place const& place, std::size_t most) {
    if (schemas.empty()) {
        return true;
    }
    auto const asked = candidates(schemas, subject);
    bool const is_choice = asked.size() > 1;
    std::size_t fits = 0;
    for (auto each = asked.begin(); each != asked.end() && fits < most; ++each) {
        fits += asks(*each, subject, place, is_choice) ? 1 : 0;
    }
    if (fits == 1 || !is_choice) {
        return fits == 1;
    }
    return report_.refuse(place,
                          [&] { return fitting(most == 1 ? "one" : "exactly one", schemas.size(), subject, fits); });
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
