#pragma once

#include <mkdb/core/result.hpp>
#include <mkdb/document/describe.hpp>
#include <mkdb/document/path.hpp>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <cmath>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace mkdb::document {

/// What a field may hold.
enum class value_type : std::uint8_t {
    any,
    boolean,
    integer, ///< A number without a fraction, as 3 and 3.0 are.
    number,
    string,
    array,
    object,
};

/// What a record must hold in one field.
struct field_rule {
    bool required = false; ///< The field is there, and not null.
    value_type type = value_type::any;

    friend bool operator==(field_rule const&, field_rule const&) = default;
};

/// By the field's name as `find_field` takes it.
using field_rules = std::map<std::string, field_rule, std::less<>>;

namespace detail {

[[nodiscard]] constexpr std::string_view expectation(value_type type) noexcept {
    switch (type) {
    case value_type::any: return "a value";
    case value_type::boolean: return "true or false";
    case value_type::integer: return "an integer";
    case value_type::number: return "a number";
    case value_type::string: return "a string";
    case value_type::array: return "a list";
    case value_type::object: return "an object";
    }
    return "a value";
}

[[nodiscard]] inline bool is_integer(boost::json::value const& value) noexcept {
    auto const* real = value.if_double();
    return value.is_int64() || value.is_uint64() || (real != nullptr && std::trunc(*real) == *real);
}

[[nodiscard]] inline bool is_of_type(boost::json::value const& value, value_type type) noexcept {
    switch (type) {
    case value_type::any: return true;
    case value_type::boolean: return value.is_bool();
    case value_type::integer: return is_integer(value);
    case value_type::number: return value.is_number();
    case value_type::string: return value.is_string();
    case value_type::array: return value.is_array();
    case value_type::object: return value.is_object();
    }
    return true;
}

} // namespace detail

/// Whether a record holds what it must. A field without a value, absent or null, breaks no rule but `required`.
/// Errors: `invalid_argument`, which names the first field in question, what was expected and what was found.
/// Complexity: one look-up a rule.
[[nodiscard]] inline result<> check_rules(field_rules const& rules, boost::json::object const& record, bool nested) {
    for (auto const& [name, rule] : rules) {
        auto const* value = find_field(record, name, nested);
        bool const missing = value == nullptr || value->is_null();
        if (missing ? rule.required : !detail::is_of_type(*value, rule.type)) {
            return fail(errc::invalid_argument, "field '" + shortened(name) + "': expected " +
                                                    std::string(detail::expectation(rule.type)) + ", found " +
                                                    (missing ? "none" : describe(*value)));
        }
    }
    return {};
}

} // namespace mkdb::document
