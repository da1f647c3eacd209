#pragma once

#include <mkdb/core/result.hpp>
#include <mkdb/document/value_order.hpp>
#include <mkdb/query/detail/describe.hpp>
#include <mkdb/query/detail/parse_search_text.hpp>
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

/// The terms of some texts as they follow each other. No more than `most_words` of them are kept at any time.
template <class Texts, class Tokenizer>
[[nodiscard]] result<std::vector<std::string>> terms_of(std::string const& where, Texts const& texts,
                                                        Tokenizer const& tokenizer) {
    std::vector<std::string> terms;
    std::size_t found = 0;
    for (boost::json::value const& text : texts) {
        tokenizer.analyze(std::string_view(text.get_string()), [&](std::string_view term, std::size_t, std::size_t) {
            if (++found <= most_words) {
                terms.emplace_back(term);
            }
        });
    }
    MKDB_TRY(check_words(where, found, most_words));
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
    case operation::nin:
    case operation::any:
    case operation::all: return operand.is_array() ? result<>{} : refused(where, "a list of values", operand);
    case operation::contains:
    case operation::phrase:
    case operation::prefix: return operand.is_string() ? result<>{} : refused(where, "a text", operand);
    case operation::regex: return operand.is_string() ? result<>{} : refused(where, "a regular expression", operand);
    case operation::fuzzy:
        return operand.is_string() || operand.is_object()
                   ? result<>{}
                   : refused(where, "a text or {\"text\": …, \"edits\": 0 to 2}", operand);
    case operation::exists: return operand.is_bool() ? result<>{} : refused(where, "true or false", operand);
    }
    return {};
}

/// Fills in what a condition looks for beside its operand.
template <class Tokenizers>
[[nodiscard]] result<> prepare(std::string const& where, condition& made, Tokenizers const& tokenizers) {
    if (index::asks_for_terms(made.op)) {
        made.language = tokenizers.language_of(made.field);
    }
    switch (made.op) {
    case operation::in:
    case operation::nin:
    case operation::any:
    case operation::all: made.operand = in_order(std::move(made.operand.get_array())); return {};
    case operation::contains: {
        MKDB_TRY_ASSIGN(auto terms, terms_of(where, std::span(&made.operand, 1), tokenizers.of(made.field)));
        made.terms = index::distinct(std::move(terms));
        return {};
    }
    case operation::phrase: {
        MKDB_TRY_ASSIGN(made.terms, terms_of(where, std::span(&made.operand, 1), tokenizers.of(made.field)));
        return check_words(where, made.terms.size(), most_phrase_words);
    }
    case operation::fuzzy: {
        MKDB_TRY_ASSIGN(auto const wish, parse_fuzzy(where, made.operand));
        MKDB_TRY_ASSIGN(auto terms, terms_of(where, std::span(&wish.text, 1), tokenizers.of(made.field)));
        made.terms = index::distinct(std::move(terms));
        made.edits = wish.edits;
        return check_words(where, made.terms.size(), most_fuzzy_words);
    }
    case operation::regex: {
        MKDB_TRY_ASSIGN(made.fits, parse_pattern(where, made.operand.get_string()));
        return {};
    }
    default: return {};
    }
}

/// `{field: {name: operand}}`.
template <class Tokenizers>
[[nodiscard]] result<condition> parse_operator(std::string_view field, std::string_view name,
                                               boost::json::value const& operand, Tokenizers const& tokenizers) {
    auto const op = find_operator(name);
    if (!op) {
        return fail(errc::query_syntax, of_field(field) + ": unknown operator '" + shortened(name) +
                                            "', expected one of " + list_of_operators());
    }
    auto const where = of_field(field) + ": operator '" + std::string(name) + "'";
    MKDB_TRY(check_operand(where, *op, operand));
    condition made{std::string(field), *op, operand, {}};
    MKDB_TRY(prepare(where, made, tokenizers));
    return made;
}

/// `{field: [keyword, …]}`: every keyword's terms occur in the field.
template <class Tokenizers>
[[nodiscard]] result<condition> parse_keywords(std::string_view field, boost::json::array const& keywords,
                                               Tokenizers const& tokenizers) {
    condition made{std::string(field), operation::contains, keywords, {}};
    made.language = tokenizers.language_of(field);
    for (std::size_t i = 0; i < keywords.size(); ++i) {
        if (!keywords[i].is_string()) {
            return refused(of_field(field) + ": keyword " + std::to_string(i + 1),
                           "a text (for one of several values use 'in')", keywords[i]);
        }
    }
    MKDB_TRY_ASSIGN(auto terms, terms_of(of_field(field) + ": keywords", keywords, tokenizers.of(field)));
    made.terms = index::distinct(std::move(terms));
    return made;
}

[[nodiscard]] constexpr bool asks_of_ids(operation op) noexcept {
    switch (op) {
    case operation::any:
    case operation::all:
    case operation::exists:
    case operation::contains:
    case operation::phrase:
    case operation::fuzzy: return false;
    default: return true;
    }
}

/// A condition on the record's id compares with strings, and never looks for words.
[[nodiscard]] inline result<> check_id_operand(std::string_view name, operation op, boost::json::value const& operand) {
    auto const where = "field 'id': operator '" + std::string(name) + "'";
    if (!asks_of_ids(op)) {
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
