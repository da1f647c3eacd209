#pragma once

#include <mkdb/core/result.hpp>
#include <mkdb/document/describe.hpp>
#include <mkdb/document/field_rules.hpp>
#include <mkdb/document/json_schema/schema_pointer.hpp>
#include <mkdb/document/number.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <cmath>
#include <cstdint>
#include <limits>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace mkdb::document::detail {

/// A part of a schema. Both live as long as the schema is being read.
struct schema_operand {
    boost::json::value const& root;
    boost::json::value const& value;

    [[nodiscard]] schema_operand member(std::string_view name) const { return {root, value.get_object().at(name)}; }
    [[nodiscard]] schema_operand element(std::size_t at) const { return {root, value.get_array()[at]}; }

    /// Where it stands, for a message: a JSON pointer, as a string of JSON.
    [[nodiscard]] std::string place() const {
        return to_json(boost::json::value(pointer_to(value, root).value_or("")));
    }
};

[[nodiscard]] inline error schema_fault(schema_operand const& operand, std::string const& what) {
    return fail(errc::invalid_argument, "JSON Schema at " + operand.place() + ": " + what);
}

[[nodiscard]] inline error unexpected(schema_operand const& operand, std::string_view expected) {
    return schema_fault(operand, "expected " + std::string(expected) + ", found " + describe(operand.value));
}

/// Of an element of a list whose elements must differ.
[[nodiscard]] inline error repeated(schema_operand const& element) {
    return schema_fault(element, "expected elements that all differ, found " + describe(element.value) + " twice");
}

[[nodiscard]] inline result<boost::json::value> read_number(schema_operand const& operand) {
    return operand.value.is_number() ? result<boost::json::value>(operand.value) : unexpected(operand, "a number");
}

[[nodiscard]] inline result<std::uint64_t> read_count(schema_operand const& operand) {
    auto const& value = operand.value;
    if (!value.is_number() || !is_integer(value) || key_of(value) < key_of(std::uint64_t{0})) {
        return unexpected(operand, "an integer from 0 up");
    }
    constexpr double beyond = 18446744073709551616.0;
    if (auto const* real = value.if_double()) {
        return *real < beyond ? static_cast<std::uint64_t>(*real) : std::numeric_limits<std::uint64_t>::max();
    }
    return value.to_number<std::uint64_t>();
}

[[nodiscard]] inline result<bool> read_flag(schema_operand const& operand) {
    return operand.value.is_bool() ? result<bool>(operand.value.get_bool()) : unexpected(operand, "true or false");
}

[[nodiscard]] inline result<std::string> read_string(schema_operand const& operand) {
    auto const* text = operand.value.if_string();
    return text != nullptr ? result<std::string>(std::string(*text)) : unexpected(operand, "a string");
}

/// Errors: also for a name that is there twice.
[[nodiscard]] inline result<std::vector<std::string>> read_names(schema_operand const& operand) {
    auto const* array = operand.value.if_array();
    if (array == nullptr) {
        return unexpected(operand, "a list of names");
    }
    std::vector<std::string> names;
    std::set<std::string_view> before;
    for (std::size_t i = 0; i < array->size(); ++i) {
        MKDB_TRY_ASSIGN(auto name, read_string(operand.element(i)));
        if (!before.insert((*array)[i].get_string()).second) {
            return repeated(operand.element(i));
        }
        names.push_back(std::move(name));
    }
    return names;
}

/// Errors: also for a list without elements.
[[nodiscard]] inline result<boost::json::array const*> read_some(schema_operand const& operand,
                                                                 std::string_view expected) {
    auto const* array = operand.value.if_array();
    if (array == nullptr || array->empty()) {
        return unexpected(operand, expected);
    }
    return array;
}

} // namespace mkdb::document::detail
