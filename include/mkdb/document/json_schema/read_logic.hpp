#pragma once

#include <mkdb/document/describe.hpp>
#include <mkdb/document/json_schema/read_scalars.hpp>
#include <mkdb/document/json_schema/schema_builder.hpp>

#include <optional>

/// Keywords that combine schemas.
namespace mkdb::document::detail {

template <schema_list logic_rules::*Member>
[[nodiscard]] result<> read_schemas(schema_keyword const& keyword) {
    MKDB_TRY_ASSIGN(rules_in(keyword.node.logic).*Member, keyword.builder.add_elements(keyword.operand));
    return {};
}

template <std::optional<schema_index> logic_rules::*Member>
[[nodiscard]] result<> read_schema(schema_keyword const& keyword) {
    MKDB_TRY_ASSIGN(rules_in(keyword.node.logic).*Member, keyword.builder.add(keyword.operand));
    return {};
}

[[nodiscard]] inline result<> read_not(schema_keyword const& keyword) {
    rules_in(keyword.node.logic).none_text = shortened(to_json(keyword.operand.value));
    return read_schema<&logic_rules::none>(keyword);
}

/// Schemas that others may refer to.
[[nodiscard]] inline result<> read_definitions(schema_keyword const& keyword) {
    MKDB_TRY(keyword.builder.add_members(keyword.operand));
    return {};
}

[[nodiscard]] inline result<> read_reference(schema_keyword const& keyword) {
    MKDB_TRY(read_string(keyword.operand));
    keyword.builder.refer(keyword.self, keyword.operand);
    return {};
}

} // namespace mkdb::document::detail
