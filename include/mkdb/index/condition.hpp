#pragma once

#include <boost/json/value.hpp>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mkdb::index {

/// What a condition asks of a field. The query language has more spellings than this has members.
enum class operation : std::uint8_t {
    eq,
    neq,
    gt,
    gte,
    lt,
    lte,
    in,
    nin,
    any,
    all,
    exists,
    contains,
    phrase,
    fuzzy,
    prefix,
    regex
};

[[nodiscard]] constexpr std::string_view to_string(operation op) noexcept {
    switch (op) {
    case operation::eq: return "eq";
    case operation::neq: return "neq";
    case operation::gt: return "gt";
    case operation::gte: return "gte";
    case operation::lt: return "lt";
    case operation::lte: return "lte";
    case operation::in: return "in";
    case operation::nin: return "nin";
    case operation::any: return "any";
    case operation::all: return "all";
    case operation::exists: return "exists";
    case operation::contains: return "contains";
    case operation::phrase: return "phrase";
    case operation::fuzzy: return "fuzzy";
    case operation::prefix: return "prefix";
    case operation::regex: return "regex";
    }
    return "unknown";
}

/// Whether a condition is about terms, and so about a language.
[[nodiscard]] constexpr bool asks_for_terms(operation op) noexcept {
    return op == operation::contains || op == operation::phrase || op == operation::fuzzy;
}

/// In order and without repetition, as most conditions have their terms.
[[nodiscard]] inline std::vector<std::string> distinct(std::vector<std::string> terms) {
    std::ranges::sort(terms);
    terms.erase(std::unique(terms.begin(), terms.end()), terms.end());
    return terms;
}

/// One condition on one field, checked and ready: the parser of queries makes it, indexes and records answer it.
///
/// What must hold: the operand of `gt`, `gte`, `lt`, `lte` is a number or a string; that of `in`, `nin`, `any` and
/// `all` an array, in the order of `document::compare` and without repetition; that of `exists` a bool; that of
/// `prefix` a string.
struct condition {
    std::string field;
    operation op = operation::eq;
    boost::json::value operand;
    /// Of `contains` and `fuzzy`: the distinct terms of the text, sorted. Of `phrase`: its terms as they follow each
    /// other. None when the text had only stop words.
    std::vector<std::string> terms;
    std::optional<unsigned> edits{};              ///< Of `fuzzy`: at most so many a term; none: as its length bears.
    std::function<bool(std::string_view)> fits{}; ///< Of `regex`: whether a text does.
    std::string language{};                       ///< That the terms are in; empty: the tokenizer's own.
};

} // namespace mkdb::index
