#pragma once

#include <mkdb/document/path.hpp>
#include <mkdb/query/detail/match_text.hpp>
#include <mkdb/query/detail/match_value.hpp>
#include <mkdb/query/filter.hpp>
#include <mkdb/text/field_tokenizers.hpp>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <string_view>
#include <type_traits>
#include <variant>

namespace mkdb::query {

/// Whether a condition holds for a field's value; null when the record lacks the field. This is what conditions mean:
/// indexes answer the same, faster. A condition on terms has the text analyzed in their language.
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
    case operation::any: return detail::has_any(field, asked.operand.get_array());
    case operation::all: return detail::has_all(field, asked.operand.get_array());
    case operation::exists: return detail::exists(field) == asked.operand.get_bool();
    case operation::contains: return detail::contains(field, asked.terms, text::in_language(tokenizer, asked.language));
    case operation::phrase: return detail::has_phrase(field, asked.terms, text::in_language(tokenizer, asked.language));
    case operation::fuzzy: return detail::contains_like(field, asked, text::in_language(tokenizer, asked.language));
    case operation::prefix: return detail::has_prefix(field, asked.operand);
    case operation::regex: return detail::any_string(field, asked.fits);
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
            } else if constexpr (std::is_same_v<kind, none_of>) {
                return std::ranges::none_of(node.parts, meets);
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
