#pragma once

#include <mkdb/document/describe.hpp>
#include <mkdb/document/json_schema/schema_checker.hpp>
#include <mkdb/document/value_hash.hpp>
#include <mkdb/document/value_order.hpp>

#include <boost/json/array.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
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

struct equal_items {
    std::size_t first = 0;
    std::size_t second = 0;
};

/// The first element that equals one before it, with the first of those. None when all differ.
///
/// Complexity: hashes each element, sorts the hashes, and compares elements only where these are the same. To compare
/// while sorting would look at a large element once for each small one.
[[nodiscard]] inline std::optional<equal_items> find_repeated(boost::json::array const& array,
                                                              std::uint64_t hash_seed) {
    std::vector<std::pair<std::uint64_t, std::size_t>> hashed;
    hashed.reserve(array.size());
    for (std::size_t i = 0; i < array.size(); ++i) {
        hashed.emplace_back(hash_value(array[i], hash_seed), i);
    }
    std::ranges::sort(hashed);
    std::optional<equal_items> found;
    for (auto each = hashed.begin(); each != hashed.end(); ++each) {
        for (auto other = each + 1; other != hashed.end() && other->first == each->first; ++other) {
            if (found && other->second >= found->second) {
                break;
            }
            if (equal(array[each->second], array[other->second])) {
                found = equal_items{each->second, other->second};
            }
        }
    }
    return found;
}

/// Of a list that several schemas ask for that, it is kept as if one more schema had found it.
inline bool schema_checker::has_no_equals(boost::json::array const& array, schema_place const& place) {
    if (array.size() < 2) {
        return true;
    }
    auto const question = static_cast<schema_index>(program_.nodes.size());
    if (auto const known = program_.many_ask_for_repeated ? verdict_on(question, &array) : std::nullopt) {
        return *known;
    }
    auto const repeated = find_repeated(array, hash_seed_);
    bool const verdict = !repeated;
    if (program_.many_ask_for_repeated) {
        verdicts_.keep(question, &array, verdict);
    }
    return verdict || report_.refuse(place, [&] {
        return "expected items that all differ, found " + describe(array[repeated->second]) + " at [" +
               std::to_string(repeated->first) + "] and [" + std::to_string(repeated->second) + "]";
    });
}

} // namespace mkdb::document::detail
