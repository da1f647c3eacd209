#pragma once

#include <mkdb/document/json_schema/schema_builder.hpp>
#include <mkdb/document/number.hpp>

#include <string>
#include <utility>

/// Keywords for numbers and for strings.
namespace mkdb::document::detail {

template <class Rules>
[[nodiscard]] Rules& rules_in(std::optional<Rules>& rules) {
    return rules ? *rules : rules.emplace();
}

template <bound Kind>
[[nodiscard]] result<> read_bound(schema_keyword const& keyword) {
    MKDB_TRY_ASSIGN(auto limit, read_number(keyword.operand));
    rules_in(keyword.node.numbers).bounds.push_back({Kind, std::move(limit)});
    return {};
}

[[nodiscard]] inline result<> read_multiple_of(schema_keyword const& keyword) {
    auto const& step = keyword.operand.value;
    if (!step.is_number() || key_of(step) <= key_of(std::uint64_t{0})) {
        return unexpected(keyword.operand, "a number above 0");
    }
    rules_in(keyword.node.numbers).multiple_of = step;
    return {};
}

[[nodiscard]] inline result<> read_min_length(schema_keyword const& keyword) {
    MKDB_TRY_ASSIGN(rules_in(keyword.node.texts).length.least, read_count(keyword.operand));
    return {};
}

[[nodiscard]] inline result<> read_max_length(schema_keyword const& keyword) {
    MKDB_TRY_ASSIGN(rules_in(keyword.node.texts).length.most, read_count(keyword.operand));
    return {};
}

[[nodiscard]] inline result<> read_pattern(schema_keyword const& keyword) {
    MKDB_TRY_ASSIGN(auto expression, read_string(keyword.operand));
    MKDB_TRY_ASSIGN(auto compiled, keyword.builder.add_pattern(expression, keyword.operand));
    rules_in(keyword.node.texts).searched = searched_pattern{std::move(expression), std::move(compiled)};
    return {};
}

} // namespace mkdb::document::detail
