#pragma once

#include <mkdb/core/result.hpp>
#include <mkdb/document/value_order.hpp>
#include <mkdb/query/detail/describe.hpp>
#include <mkdb/query/filter.hpp>
#include <mkdb/query/names.hpp>

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mkdb::query::detail {

[[nodiscard]] inline std::string list_of_operators() {
    std::string list;
    for (auto const& [name, op] : operator_names) {
        list += (list.empty() ? "" : ", ") + std::string(name);
    }
    return list;
}

/// In order and without repetition, as conditions promise.
[[nodiscard]] inline boost::json::array in_order(boost::json::array list) {
    auto const less = [](auto const& a, auto const& b) { return document::compare(a, b) < 0; };
    std::sort(list.begin(), list.end(), less);
    list.erase(std::unique(list.begin(), list.end(), document::equal), list.end());
    return list;
}

/// The distinct terms of some texts, sorted.
template <class Texts, class Tokenizer>
[[nodiscard]] std::vector<std::string> terms_of(Texts const& texts, Tokenizer const& tokenizer) {
    std::vector<std::string> terms;
    for (boost::json::value const& text : texts) {
        tokenizer.analyze(std::string_view(text.get_string()),
                          [&](std::string_view term, std::size_t, std::size_t) { terms.emplace_back(term); });
    }
    std::ranges::sort(terms);
    terms.erase(std::unique(terms.begin(), terms.end()), terms.end());
    return terms;
}

[[nodiscard]] inline result<> check_operand(std::string const& where, operation op, boost::json::value const& operand) {
    switch (op) {
    case operation::eq:
    case operation::neq: return {};
    case operation::gt:
    case operation::gte:
    case operation::lt:
    case operation::lte:
        return document::is_number(operand) || operand.is_string() ? result<>{}
                                                                   : refused(where, "a number or a string", operand);
    case operation::in:
    case operation::nin: return operand.is_array() ? result<>{} : refused(where, "a list of values", operand);
    case operation::contains: return operand.is_string() ? result<>{} : refused(where, "a text", operand);
    case operation::exists: return operand.is_bool() ? result<>{} : refused(where, "true or false", operand);
    }
    return {};
}

/// `{field: {name: operand}}`.
template <class Tokenizer>
[[nodiscard]] result<condition> parse_operator(std::string_view field, std::string_view name,
                                               boost::json::value const& operand, Tokenizer const& tokenizer) {
    auto const op = find_operator(name);
    if (!op) {
        return fail(errc::query_syntax, of_field(field) + ": unknown operator '" + shortened(name) +
                                            "', expected one of " + list_of_operators());
    }
    MKDB_TRY(check_operand(of_field(field) + ": operator '" + std::string(name) + "'", *op, operand));
    condition made{std::string(field), *op, {}, {}};
    if (operand.is_array() && (op == operation::in || op == operation::nin)) {
        made.operand = in_order(operand.get_array());
    } else {
        made.operand = operand;
    }
    if (op == operation::contains) {
        made.terms = terms_of(std::span(&operand, 1), tokenizer);
    }
    return made;
}

/// `{field: [keyword, …]}`: every keyword's terms occur in the field.
template <class Tokenizer>
[[nodiscard]] result<condition> parse_keywords(std::string_view field, boost::json::array const& keywords,
                                               Tokenizer const& tokenizer) {
    condition made{std::string(field), operation::contains, keywords, {}};
    for (std::size_t i = 0; i < keywords.size(); ++i) {
        if (!keywords[i].is_string()) {
            return refused(of_field(field) + ": keyword " + std::to_string(i + 1),
                           "a text (for one of several values use 'in')", keywords[i]);
        }
    }
    made.terms = terms_of(keywords, tokenizer);
    return made;
}

/// A condition on the record's id compares with strings, and never looks for words.
[[nodiscard]] inline result<> check_id_operand(std::string_view name, operation op, boost::json::value const& operand) {
    auto const where = "field 'id': operator '" + std::string(name) + "'";
    if (op == operation::contains || op == operation::exists) {
        return fail(errc::query_syntax, where + ": 'id' is the record's id, expected a comparison with it");
    }
    if (op == operation::in || op == operation::nin) {
        auto const& list = operand.get_array();
        auto const bad = std::ranges::find_if(list, [](auto const& id) { return !id.is_string(); });
        return bad == list.end() ? result<>{} : refused(where, "a list of ids", *bad);
    }
    return operand.is_string() ? result<>{} : refused(where, "an id", operand);
}

} // namespace mkdb::query::detail
