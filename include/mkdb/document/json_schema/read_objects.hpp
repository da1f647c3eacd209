#pragma once

#include <mkdb/document/json_schema/read_scalars.hpp>
#include <mkdb/document/json_schema/schema_builder.hpp>

#include <string>
#include <utility>

/// Keywords for objects.
namespace mkdb::document::detail {

[[nodiscard]] inline result<> read_min_properties(schema_keyword const& keyword) {
    MKDB_TRY_ASSIGN(rules_in(keyword.node.objects).count.least, read_count(keyword.operand));
    return {};
}

[[nodiscard]] inline result<> read_max_properties(schema_keyword const& keyword) {
    MKDB_TRY_ASSIGN(rules_in(keyword.node.objects).count.most, read_count(keyword.operand));
    return {};
}

[[nodiscard]] inline result<> read_required(schema_keyword const& keyword) {
    MKDB_TRY_ASSIGN(rules_in(keyword.node.objects).required, read_names(keyword.operand));
    return {};
}

[[nodiscard]] inline result<> read_properties(schema_keyword const& keyword) {
    MKDB_TRY_ASSIGN(rules_in(keyword.node.objects).properties, keyword.builder.add_members(keyword.operand));
    return {};
}

[[nodiscard]] inline result<> read_pattern_properties(schema_keyword const& keyword) {
    MKDB_TRY_ASSIGN(auto const schemas, keyword.builder.add_members(keyword.operand));
    for (auto const& [expression, schema] : schemas) {
        auto const at = keyword.operand.member(expression);
        MKDB_TRY_ASSIGN(auto compiled, keyword.builder.add_pattern(expression, at));
        rules_in(keyword.node.objects).patterns.push_back({std::move(compiled), schema});
    }
    return {};
}

[[nodiscard]] inline result<> read_additional_properties(schema_keyword const& keyword) {
    MKDB_TRY_ASSIGN(rules_in(keyword.node.objects).others, keyword.builder.add(keyword.operand));
    return {};
}

[[nodiscard]] inline result<> read_property_names(schema_keyword const& keyword) {
    MKDB_TRY_ASSIGN(rules_in(keyword.node.objects).names, keyword.builder.add(keyword.operand));
    return {};
}

[[nodiscard]] inline result<> read_dependent_required(schema_keyword const& keyword) {
    auto const* members = keyword.operand.value.if_object();
    if (members == nullptr) {
        return unexpected(keyword.operand, "an object of lists of names");
    }
    for (auto const& member : *members) {
        MKDB_TRY_ASSIGN(auto names, read_names(keyword.operand.member(member.key())));
        rules_in(keyword.node.objects).beside.push_back({std::string(member.key()), std::move(names)});
    }
    std::ranges::sort(rules_in(keyword.node.objects).beside, {}, &companions::field);
    return {};
}

[[nodiscard]] inline result<> read_dependent_schemas(schema_keyword const& keyword) {
    MKDB_TRY_ASSIGN(rules_in(keyword.node.objects).when_there, keyword.builder.add_members(keyword.operand));
    return {};
}

} // namespace mkdb::document::detail
