#pragma once

#include <mkdb/document/describe.hpp>
#include <mkdb/document/json_schema/multiple_of.hpp>
#include <mkdb/document/json_schema/schema_node.hpp>
#include <mkdb/document/json_schema/schema_place.hpp>
#include <mkdb/document/number.hpp>

#include <boost/json/value.hpp>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

/// Numbers and strings against their rules. Each returns whether they are kept, and else has told the report.
namespace mkdb::document::detail {

[[nodiscard]] inline bool is_within(number_bound const& bound, number_key const& number) noexcept {
    auto const order = number <=> key_of(bound.limit);
    switch (bound.kind) {
    case bound::at_least: return order >= 0;
    case bound::above: return order > 0;
    case bound::at_most: return order <= 0;
    case bound::below: return order < 0;
    }
    return true;
}

[[nodiscard]] inline std::string_view words_of(bound kind) noexcept {
    switch (kind) {
    case bound::at_least: return "a number of at least ";
    case bound::above: return "a number above ";
    case bound::at_most: return "a number of at most ";
    case bound::below: return "a number below ";
    }
    return "";
}

[[nodiscard]] inline bool check_number(number_rules const& rules, boost::json::value const& number,
                                       schema_place const& place, schema_report& report) {
    auto const key = key_of(number);
    for (auto const& each : rules.bounds) {
        if (!is_within(each, key)) {
            return report.refuse(place, [&] {
                return "expected " + std::string(words_of(each.kind)) + to_json(each.limit) + ", found " +
                       describe(number);
            });
        }
    }
    if (rules.multiple_of && !is_multiple(number, *rules.multiple_of)) {
        return report.refuse(place, [&] {
            return "expected a multiple of " + to_json(*rules.multiple_of) + ", found " + describe(number);
        });
    }
    return true;
}

/// `noun` in the plural.
[[nodiscard]] inline bool check_count(count_range const& range, std::uint64_t count, std::string_view noun,
                                      schema_place const& place, schema_report& report) {
    if (count >= range.least && count <= range.most) {
        return true;
    }
    return report.refuse(place, [&] {
        bool const few = count < range.least;
        auto const limit = few ? range.least : range.most;
        auto counted = std::string(noun);
        if (limit == 1) {
            counted.pop_back();
        }
        return (few ? "expected at least " : "expected at most ") + std::to_string(limit) + " " + counted + ", found " +
               std::to_string(count);
    });
}

/// Preconditions: well-formed.
[[nodiscard]] inline std::uint64_t count_code_points(std::string_view text) noexcept {
    return static_cast<std::uint64_t>(
        std::ranges::count_if(text, [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; }));
}

[[nodiscard]] inline bool check_text(text_rules const& rules, std::string_view text, schema_place const& place,
                                     schema_report& report) {
    // A character has one to four bytes, so that those of a long string are seldom counted.
    bool const fits = (text.size() + 3) / 4 >= rules.length.least && text.size() <= rules.length.most;
    if (!fits && !check_count(rules.length, count_code_points(text), "characters", place, report)) {
        return false; // Before the search, which takes longer: a schema may spare itself that by a length.
    }
    if (rules.searched && !rules.searched->compiled.found_in(text)) {
        return report.refuse(place, [&] {
            return "expected a string that matches \"" + shortened(rules.searched->expression) + "\", found " +
                   describe(boost::json::value(text));
        });
    }
    return true;
}

} // namespace mkdb::document::detail
