#pragma once

#include <mkdb/document/json_schema/read_scalars.hpp>
#include <mkdb/document/json_schema/schema_builder.hpp>

/// Keywords for lists.
namespace mkdb::document::detail {

[[nodiscard]] inline result<> read_min_items(schema_keyword const& keyword) {
    MKDB_TRY_ASSIGN(rules_in(keyword.node.arrays).count.least, read_count(keyword.operand));
    return {};
}

[[nodiscard]] inline result<> read_max_items(schema_keyword const& keyword) {
    MKDB_TRY_ASSIGN(rules_in(keyword.node.arrays).count.most, read_count(keyword.operand));
    return {};
}

[[nodiscard]] inline result<> read_unique_items(schema_keyword const& keyword) {
    MKDB_TRY_ASSIGN(rules_in(keyword.node.arrays).unique, read_flag(keyword.operand));
    return {};
}

[[nodiscard]] inline result<> read_prefix_items(schema_keyword const& keyword) {
    MKDB_TRY_ASSIGN(rules_in(keyword.node.arrays).first, keyword.builder.add_elements(keyword.operand));
    return {};
}

[[nodiscard]] inline result<> read_items(schema_keyword const& keyword) {
    if (keyword.operand.value.is_array()) { // As before 2020-12.
        return unexpected(keyword.operand, "one schema (schemas by position are \"prefixItems\")");
    }
    MKDB_TRY_ASSIGN(rules_in(keyword.node.arrays).rest, keyword.builder.add(keyword.operand));
    return {};
}

[[nodiscard]] inline result<> read_contains(schema_keyword const& keyword) {
    MKDB_TRY_ASSIGN(rules_in(keyword.node.arrays).contains, keyword.builder.add(keyword.operand));
    return {};
}

[[nodiscard]] inline result<> read_min_contains(schema_keyword const& keyword) {
    MKDB_TRY_ASSIGN(rules_in(keyword.node.arrays).contained.least, read_count(keyword.operand));
    return {};
}

[[nodiscard]] inline result<> read_max_contains(schema_keyword const& keyword) {
    MKDB_TRY_ASSIGN(rules_in(keyword.node.arrays).contained.most, read_count(keyword.operand));
    return {};
}

} // namespace mkdb::document::detail
