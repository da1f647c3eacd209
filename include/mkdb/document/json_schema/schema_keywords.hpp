#pragma once

#include <mkdb/document/json_schema/read_arrays.hpp>
#include <mkdb/document/json_schema/read_logic.hpp>
#include <mkdb/document/json_schema/read_objects.hpp>
#include <mkdb/document/json_schema/read_scalars.hpp>
#include <mkdb/document/json_schema/read_values.hpp>
#include <mkdb/document/json_schema/schema_builder.hpp>
#include <mkdb/document/nearest_name.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace mkdb::document::detail {

struct keyword_reader {
    std::string_view name;
    result<> (*read)(schema_keyword const&);
};

/// Every keyword that there is, in order of name.
inline constexpr std::array keyword_readers{
    keyword_reader{"$comment", read_text_annotation},
    keyword_reader{"$defs", read_definitions},
    keyword_reader{"$id", read_id},
    keyword_reader{"$ref", read_reference},
    keyword_reader{"$schema", read_dialect},
    keyword_reader{"additionalProperties", read_additional_properties},
    keyword_reader{"allOf", read_schemas<&logic_rules::all>},
    keyword_reader{"anyOf", read_schemas<&logic_rules::any>},
    keyword_reader{"const", read_const},
    keyword_reader{"contains", read_contains},
    keyword_reader{"default", read_any_annotation},
    keyword_reader{"definitions", read_definitions},
    keyword_reader{"dependentRequired", read_dependent_required},
    keyword_reader{"dependentSchemas", read_dependent_schemas},
    keyword_reader{"deprecated", read_flag_annotation},
    keyword_reader{"description", read_text_annotation},
    keyword_reader{"else", read_schema<&logic_rules::otherwise>},
    keyword_reader{"enum", read_enum},
    keyword_reader{"examples", read_list_annotation},
    keyword_reader{"exclusiveMaximum", read_bound<bound::below>},
    keyword_reader{"exclusiveMinimum", read_bound<bound::above>},
    keyword_reader{"format", read_text_annotation},
    keyword_reader{"if", read_schema<&logic_rules::condition>},
    keyword_reader{"items", read_items},
    keyword_reader{"maxContains", read_max_contains},
    keyword_reader{"maxItems", read_max_items},
    keyword_reader{"maxLength", read_max_length},
    keyword_reader{"maxProperties", read_max_properties},
    keyword_reader{"maximum", read_bound<bound::at_most>},
    keyword_reader{"minContains", read_min_contains},
    keyword_reader{"minItems", read_min_items},
    keyword_reader{"minLength", read_min_length},
    keyword_reader{"minProperties", read_min_properties},
    keyword_reader{"minimum", read_bound<bound::at_least>},
    keyword_reader{"multipleOf", read_multiple_of},
    keyword_reader{"not", read_not},
    keyword_reader{"oneOf", read_schemas<&logic_rules::one>},
    keyword_reader{"pattern", read_pattern},
    keyword_reader{"patternProperties", read_pattern_properties},
    keyword_reader{"prefixItems", read_prefix_items},
    keyword_reader{"properties", read_properties},
    keyword_reader{"propertyNames", read_property_names},
    keyword_reader{"readOnly", read_flag_annotation},
    keyword_reader{"required", read_required},
    keyword_reader{"then", read_schema<&logic_rules::consequence>},
    keyword_reader{"title", read_text_annotation},
    keyword_reader{"type", read_type},
    keyword_reader{"uniqueItems", read_unique_items},
    keyword_reader{"writeOnly", read_flag_annotation},
};

static_assert(std::ranges::is_sorted(keyword_readers, {}, &keyword_reader::name));

/// Null when there is none.
[[nodiscard]] inline keyword_reader const* find_keyword(std::string_view name) noexcept {
    auto const* found = std::ranges::lower_bound(keyword_readers, name, {}, &keyword_reader::name);
    return found != keyword_readers.end() && found->name == name ? found : nullptr;
}

/// What says today what a keyword of draft-07 said; empty for others.
[[nodiscard]] inline std::string_view successor_of(std::string_view name) noexcept {
    if (name == "dependencies") {
        return R"("dependentRequired" for names, "dependentSchemas" for schemas)";
    }
    return name == "additionalItems" ? R"("items", beside "prefixItems" for those by position)" : "";
}

[[nodiscard]] inline error unknown_keyword(schema_operand const& schema, std::string_view name) {
    auto const fault = "unknown keyword " + describe(boost::json::value(name));
    if (auto const successor = successor_of(name); !successor.empty()) {
        return schema_fault(schema, fault + ": since 2020-12 it is " + std::string(successor));
    }
    std::vector<std::string> names;
    std::string known;
    for (auto const& each : keyword_readers) {
        known += (known.empty() ? "" : ", ") + names.emplace_back(each.name);
    }
    auto const meant = nearest_name(name, names);
    return schema_fault(schema, fault + (meant ? ": did you mean \"" + *meant + "\"?" : "; there are " + known));
}

inline result<schema_index> schema_builder::add(schema_operand const& operand) {
    MKDB_TRY_ASSIGN(auto const self, next(operand));
    if (operand.value.is_bool()) {
        nodes_[self].never = !operand.value.get_bool();
        return self;
    }
    auto const* keywords = operand.value.if_object();
    if (keywords == nullptr) {
        return unexpected(operand, "a schema (an object, true or false)");
    }
    schema_node node; // Apart, since reading the schemas in this one moves the list.
    for (auto const& keyword : *keywords) {
        auto const* reader = find_keyword(keyword.key());
        if (reader == nullptr) {
            return unknown_keyword(operand, keyword.key());
        }
        MKDB_TRY(reader->read({*this, self, node, operand.member(keyword.key())}));
    }
    nodes_[self] = std::move(node);
    return self;
}

} // namespace mkdb::document::detail
