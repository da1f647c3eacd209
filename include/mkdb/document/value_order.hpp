#pragma once

#include <mkdb/document/number.hpp>

#include <boost/json/value.hpp>

#include <algorithm>
#include <compare>
#include <cstddef>
#include <string_view>
#include <vector>

namespace mkdb::document {

/// Where a value's type stands in the order of all values: null, false, true, numbers, strings, arrays, objects.
[[nodiscard]] inline int type_rank(boost::json::value const& value) noexcept {
    switch (value.kind()) {
    case boost::json::kind::null: return 0;
    case boost::json::kind::bool_: return value.get_bool() ? 2 : 1;
    case boost::json::kind::int64:
    case boost::json::kind::uint64:
    case boost::json::kind::double_: return 3;
    case boost::json::kind::string: return 4;
    case boost::json::kind::array: return 5;
    case boost::json::kind::object: return 6;
    }
    return 0;
}

[[nodiscard]] inline std::strong_ordering compare_text(std::string_view a, std::string_view b) noexcept {
    return a.compare(b) <=> 0;
}

[[nodiscard]] std::strong_ordering compare(boost::json::value const& a, boost::json::value const& b);

namespace detail {

[[nodiscard]] inline std::strong_ordering compare_arrays(boost::json::array const& a, boost::json::array const& b) {
    for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
        if (auto const order = compare(a[i], b[i]); order != 0) {
            return order;
        }
    }
    return a.size() <=> b.size();
}

/// The first `count` fields in order of name. Of a large object few are looked at when the other one is small, so that
/// comparing costs what both can pay for.
[[nodiscard]] inline std::vector<boost::json::key_value_pair const*> first_fields(boost::json::object const& object,
                                                                                  std::size_t count) {
    std::vector<boost::json::key_value_pair const*> fields;
    if (count == 0) {
        return fields;
    }
    fields.reserve(object.size());
    for (auto const& field : object) {
        fields.push_back(&field);
    }
    auto const name = [](auto const* field) { return std::string_view(field->key()); };
    if (count == fields.size()) {
        std::ranges::sort(fields, {}, name);
    } else {
        std::ranges::partial_sort(fields, fields.begin() + static_cast<std::ptrdiff_t>(count), {}, name);
    }
    return fields;
}

/// Field order has no meaning in JSON, so objects compare by their fields in order of name.
[[nodiscard]] inline std::strong_ordering compare_objects(boost::json::object const& a, boost::json::object const& b) {
    auto const common = std::min(a.size(), b.size());
    auto const left = first_fields(a, common);
    auto const right = first_fields(b, common);
    for (std::size_t i = 0; i < common; ++i) {
        if (auto const order = compare_text(left[i]->key(), right[i]->key()); order != 0) {
            return order;
        }
        if (auto const order = compare(left[i]->value(), right[i]->value()); order != 0) {
            return order;
        }
    }
    return a.size() <=> b.size();
}

[[nodiscard]] inline bool is_number(boost::json::value const& value) noexcept {
    return value.is_int64() || value.is_uint64() || value.is_double();
}

} // namespace detail

/// The total order of JSON values: by type, then numbers by exact value, strings by their bytes (for UTF-8 that is the
/// order of code points), arrays and objects part by part. Never rounds: 2^53 + 1 as an integer is above 2^53 as a
/// double.
///
/// Preconditions: no NaN, which JSON cannot hold.
inline std::strong_ordering compare(boost::json::value const& a, boost::json::value const& b) {
    if (auto const order = type_rank(a) <=> type_rank(b); order != 0) {
        return order;
    }
    if (detail::is_number(a)) {
        return key_of(a) <=> key_of(b);
    }
    if (auto const* text = a.if_string()) {
        return compare_text(*text, b.get_string());
    }
    if (auto const* array = a.if_array()) {
        return detail::compare_arrays(*array, b.get_array());
    }
    if (auto const* object = a.if_object()) {
        return detail::compare_objects(*object, b.get_object());
    }
    return std::strong_ordering::equal;
}

/// Equality by value: 1 equals 1.0, true does not equal 1, objects do not care for the order of their fields.
///
/// Complexity: that of `compare`, which puts the fields of two objects in order first: n log n in those of the larger.
[[nodiscard]] inline bool equal(boost::json::value const& a, boost::json::value const& b) {
    return compare(a, b) == 0;
}

using detail::is_number;

} // namespace mkdb::document
