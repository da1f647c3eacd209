#pragma once

#include <mkdb/document/describe.hpp>
#include <mkdb/document/json_schema/schema_builder.hpp>
#include <mkdb/document/value_order.hpp>

#include <boost/json/array.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

/// Keywords for values of any type, and those that say nothing of a value.
namespace mkdb::document::detail {

[[nodiscard]] inline result<> read_type(schema_keyword const& keyword) {
    static constexpr auto expected = "null, boolean, integer, number, string, array or object, or a list of these";
    json_type_set types;
    auto const insert = [&types](schema_operand const& name) -> result<> {
        auto const before = types;
        auto const* text = name.value.if_string();
        if (text == nullptr || !types.insert(*text)) {
            return unexpected(name, expected);
        }
        return types == before ? result<>(repeated(name)) : result<>();
    };
    if (keyword.operand.value.is_array()) {
        MKDB_TRY_ASSIGN(auto const* const names, read_some(keyword.operand, expected));
        for (std::size_t i = 0; i < names->size(); ++i) {
            MKDB_TRY(insert(keyword.operand.element(i)));
        }
    } else {
        MKDB_TRY(insert(keyword.operand));
    }
    keyword.node.types = types;
    return {};
}

/// As `1, 2 or 3`; of many values, the first.
[[nodiscard]] inline std::string alternatives(boost::json::array const& values) {
    constexpr std::size_t most = 5;
    std::string text;
    auto const shown = values.size() <= most ? values.size() : most - 1;
    for (std::size_t i = 0; i < shown; ++i) {
        auto const last = i + 1 == values.size();
        text += i == 0 ? "" : last ? " or " : ", ";
        text += values[i].is_string() ? describe(values[i]) : shortened(to_json(values[i]));
    }
    return shown == values.size() ? text : text + " or one of " + std::to_string(values.size() - shown) + " others";
}

[[nodiscard]] inline value_set set_of(boost::json::array const& values) {
    value_set set{.sorted = {values.begin(), values.end()}, .sentence = alternatives(values)};
    std::ranges::sort(set.sorted, [](auto const& a, auto const& b) { return compare(a, b) < 0; });
    return set;
}

[[nodiscard]] inline result<> read_enum(schema_keyword const& keyword) {
    MKDB_TRY_ASSIGN(auto const* const values, read_some(keyword.operand, "a list of one or more values"));
    keyword.node.values.push_back(set_of(*values));
    return {};
}

[[nodiscard]] inline result<> read_const(schema_keyword const& keyword) {
    boost::json::array only;
    only.push_back(keyword.operand.value);
    keyword.node.values.push_back(set_of(only));
    return {};
}

[[nodiscard]] inline result<> read_text_annotation(schema_keyword const& keyword) {
    MKDB_TRY(read_string(keyword.operand));
    return {};
}

[[nodiscard]] inline result<> read_flag_annotation(schema_keyword const& keyword) {
    MKDB_TRY(read_flag(keyword.operand));
    return {};
}

[[nodiscard]] inline result<> read_list_annotation(schema_keyword const& keyword) {
    return keyword.operand.value.is_array() ? result<>() : unexpected(keyword.operand, "a list");
}

[[nodiscard]] inline result<> read_any_annotation(schema_keyword const& /*keyword*/) {
    return {};
}

[[nodiscard]] inline result<> check_at_root(schema_keyword const& keyword) {
    return keyword.self == 0 ? result<>() : unexpected(keyword.operand, "none but at the root");
}

[[nodiscard]] inline result<> read_id(schema_keyword const& keyword) {
    MKDB_TRY(check_at_root(keyword));
    return read_text_annotation(keyword);
}

[[nodiscard]] inline result<> read_dialect(schema_keyword const& keyword) {
    MKDB_TRY(check_at_root(keyword));
    auto const* uri = keyword.operand.value.if_string();
    std::string_view name = uri == nullptr ? std::string_view() : std::string_view(*uri);
    if (name.ends_with('#')) {
        name.remove_suffix(1);
    }
    if (name != "https://json-schema.org/draft/2020-12/schema" && name != "http://json-schema.org/draft-07/schema") {
        return unexpected(keyword.operand, "\"https://json-schema.org/draft/2020-12/schema\" or "
                                           "\"http://json-schema.org/draft-07/schema#\"");
    }
    return {};
}

} // namespace mkdb::document::detail
