#pragma once

#include <mkdb/document/path.hpp>
#include <mkdb/document/value_order.hpp>
#include <mkdb/query/filter.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

namespace mkdb::query {
namespace detail {

/// Whether the value, or when it is an array some element of it, satisfies `test`.
template <class Test> [[nodiscard]] bool any_element(boost::json::value const& field, Test&& test) {
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

/// `list` is in order, so that a long one costs no more than a few comparisons.
[[nodiscard]] inline bool is_in(boost::json::value const* field, boost::json::array const& list) {
    auto const listed = [&](boost::json::value const& value) {
        auto const at = std::ranges::partition_point(
            list, [&](boost::json::value const& item) { return document::compare(item, value) < 0; });
        return at != list.end() && document::equal(*at, value);
    };
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

/// Every term occurs in the field's text; without terms, the field has text.
template <class Tokenizer>
[[nodiscard]] bool contains(boost::json::value const* field, std::vector<std::string> const& terms,
                            Tokenizer const& tokenizer) {
    if (field == nullptr) {
        return false;
    }
    std::vector<bool> seen(terms.size());
    auto left = terms.size();
    bool has_text = false;
    auto const look = [&](boost::json::value const& value) {
        if (auto const* text = value.if_string()) {
            has_text = true;
            tokenizer.analyze(std::string_view(*text), [&](std::string_view term, std::size_t, std::size_t) {
                auto const at = std::ranges::lower_bound(terms, term);
                auto const index = static_cast<std::size_t>(at - terms.begin());
                if (left > 0 && at != terms.end() && *at == term && !seen[index]) {
                    seen[index] = true;
                    --left;
                }
            });
        }
        return has_text && left == 0;
    };
    return any_element(*field, look);
}

} // namespace detail

/// Whether a condition holds for a field's value; null when the record lacks the field. This is what conditions mean:
/// indexes answer the same, faster.
template <class Tokenizer>
[[nodiscard]] bool holds(condition const& asked, boost::json::value const* field, Tokenizer const& tokenizer) {
    switch (asked.op) {
    case operation::eq: return detail::equals(field, asked.operand);
    case operation::neq: return !detail::equals(field, asked.operand);
    case operation::gt:
    case operation::gte:
    case operation::lt:
    case operation::lte: return detail::is_ordered(field, asked);
    case operation::in: return detail::is_in(field, asked.operand.get_array());
    case operation::nin: return !detail::is_in(field, asked.operand.get_array());
    case operation::contains: return detail::contains(field, asked.terms, tokenizer);
    case operation::exists: return detail::exists(field) == asked.operand.get_bool();
    }
    return false;
}

/// Whether a record meets a filter. Recursion is as deep as the filter, which the parser bounds.
template <class Tokenizer>
[[nodiscard]] bool matches(filter const& wanted, std::string_view id, boost::json::object const& record, bool nested,
                           Tokenizer const& tokenizer) {
    auto const meets = [&](filter const& part) { return matches(part, id, record, nested, tokenizer); };
    return std::visit(
        [&](auto const& node) {
            using kind = std::remove_cvref_t<decltype(node)>;
            if constexpr (std::is_same_v<kind, all_of>) {
                return std::ranges::all_of(node.parts, meets);
            } else if constexpr (std::is_same_v<kind, any_of>) {
                return std::ranges::any_of(node.parts, meets);
            } else if constexpr (std::is_same_v<kind, id_condition>) {
                boost::json::value const value(id);
                return holds(node.on_id, &value, tokenizer);
            } else {
                return holds(node, document::find_field(record, node.field, nested), tokenizer);
            }
        },
        wanted.node);
}

} // namespace mkdb::query
