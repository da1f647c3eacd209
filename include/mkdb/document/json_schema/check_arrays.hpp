#pragma once

#include <mkdb/document/describe.hpp>
#include <mkdb/document/json_schema/schema_checker.hpp>
#include <mkdb/document/value_order.hpp>

#include <boost/json/array.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

/// Lists against their rules.
namespace mkdb::document::detail {

inline bool schema_checker::keeps_array_rules(array_rules const& rules, boost::json::array const& array,
                                              schema_place const& place) {
    if (!check_count(rules.count, array.size(), "items", place, report_)) {
        return false;
    }
    auto const end = rules.rest ? array.size() : std::min(array.size(), rules.first.size());
    for (std::size_t i = 0; i < end; ++i) {
        auto const schema = i < rules.first.size() ? rules.first[i] : *rules.rest;
        if (!holds(schema, schema_subject(array[i]), place.element(i))) {
            return false;
        }
    }
    return contains_enough(rules, array, place) && (!rules.unique || has_no_equals(array, place));
}

inline bool schema_checker::contains_enough(array_rules const& rules, boost::json::array const& array,
                                            schema_place const& place) {
    if (!rules.contains) {
        return true;
    }
    std::size_t fits = 0;
    for (std::size_t i = 0; i < array.size(); ++i) {
        fits += asks(*rules.contains, schema_subject(array[i]), place.element(i)) ? 1 : 0;
    }
    if (fits >= rules.contained.least && fits <= rules.contained.most) {
        return true;
    }
    return report_.refuse(place, [&] {
        bool const few = fits < rules.contained.least;
        auto const limit = few ? rules.contained.least : rules.contained.most;
        return std::string("expected at ") + (few ? "least " : "most ") + std::to_string(limit) +
               (limit == 1 ? " item that fits" : " items that fit") + " what \"contains\" says, found " +
               std::to_string(fits);
    });
}

/// Complexity: n log n comparisons.
inline bool schema_checker::has_no_equals(boost::json::array const& array, schema_place const& place) {
    std::vector<boost::json::value const*> sorted;
    sorted.reserve(array.size());
    for (auto const& element : array) {
        sorted.push_back(&element);
    }
    std::ranges::sort(sorted, [](auto const* a, auto const* b) { return compare(*a, *b) < 0; });
    auto const twice = std::ranges::adjacent_find(sorted, [](auto const* a, auto const* b) { return equal(*a, *b); });
    return twice == sorted.end() || report_.refuse(place, [&] {
        return "expected items that all differ, found " + describe(**twice) + " twice";
    });
}

} // namespace mkdb::document::detail
