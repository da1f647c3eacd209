#pragma once

#include <mkdb/document/value_order.hpp>
#include <mkdb/query/filter.hpp>

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <compare>
#include <cstddef>
#include <string_view>
#include <vector>

namespace mkdb::query::detail {

/// Whether the value, or when it is an array some element of it, satisfies `test`.
template <class Test>
[[nodiscard]] bool any_element(boost::json::value const& field, Test&& test) {
    auto const* array = field.if_array();
    return array == nullptr ? test(field) : std::ranges::any_of(*array, test);
}

[[nodiscard]] inline bool equals(boost::json::value const* field, boost::json::value const& operand) {
    if (field == nullptr) {
        return operand.is_null();
    }
    auto const same = [&](boost::json::value const& value) { return document::equal(value, operand); };
    return same(*field) || any_element(*field, same);
}

/// Where a value is in `list`, which is in order, so that a long one costs no more than a few comparisons; its size
/// when it is not there.
[[nodiscard]] inline std::size_t find_in(boost::json::array const& list, boost::json::value const& value) {
    auto const at = std::ranges::partition_point(
        list, [&](boost::json::value const& item) { return document::compare(item, value) < 0; });
    return at != list.end() && document::equal(*at, value) ? static_cast<std::size_t>(at - list.begin()) : list.size();
}

[[nodiscard]] inline bool lists(boost::json::array const& list, boost::json::value const& value) {
    return find_in(list, value) < list.size();
}

[[nodiscard]] inline bool is_in(boost::json::value const* field, boost::json::array const& list) {
    auto const listed = [&](boost::json::value const& value) { return lists(list, value); };
    if (field == nullptr) {
        return listed(boost::json::value());
    }
    return listed(*field) || any_element(*field, listed);
}

[[nodiscard]] inline bool satisfies(std::strong_ordering order, operation op) {
    switch (op) {
    case operation::gt: return order > 0;
    case operation::gte: return order >= 0;
    case operation::lt: return order < 0;
    default: return order <= 0;
    }
}

/// Numbers are ordered among numbers and strings among strings; nothing else is comparable.
[[nodiscard]] inline bool is_ordered(boost::json::value const* field, condition const& asked) {
    return field != nullptr && any_element(*field, [&](boost::json::value const& value) {
               return document::type_rank(value) == document::type_rank(asked.operand) &&
                      satisfies(document::compare(value, asked.operand), asked.op);
           });
}

[[nodiscard]] inline bool exists(boost::json::value const* field) {
    if (field == nullptr || field->is_null()) {
        return false;
    }
    auto const* text = field->if_string();
    auto const* array = field->if_array();
    return !(text != nullptr && text->empty()) && !(array != nullptr && array->empty());
}

/// Whether some element is one of `list`. An array counts by its elements alone, and a missing field has none.
[[nodiscard]] inline bool has_any(boost::json::value const* field, boost::json::array const& list) {
    return field != nullptr && any_element(*field, [&](boost::json::value const& value) { return lists(list, value); });
}

/// Whether each of `list` is some element.
[[nodiscard]] inline bool has_all(boost::json::value const* field, boost::json::array const& list) {
    std::vector<bool> seen(list.size());
    auto left = list.size();
    auto const mark = [&](boost::json::value const& value) {
        if (auto const at = find_in(list, value); at < list.size() && !seen[at]) {
            seen[at] = true;
            --left;
        }
        return left == 0;
    };
    return left == 0 || (field != nullptr && any_element(*field, mark));
}

/// Whether the field, or some element of it, is a string for which `test` holds.
template <class Test>
[[nodiscard]] bool any_string(boost::json::value const* field, Test&& test) {
    return field != nullptr && any_element(*field, [&](boost::json::value const& value) {
               auto const* text = value.if_string();
               return text != nullptr && test(std::string_view(*text));
           });
}

[[nodiscard]] inline bool has_prefix(boost::json::value const* field, boost::json::value const& operand) {
    std::string_view const prefix = operand.get_string();
    return any_string(field, [&](std::string_view text) { return text.starts_with(prefix); });
}

} // namespace mkdb::query::detail
