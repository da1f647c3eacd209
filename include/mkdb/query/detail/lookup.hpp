#pragma once

#include <mkdb/document/value_order.hpp>
#include <mkdb/index/row_set.hpp>
#include <mkdb/query/filter.hpp>

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

namespace mkdb::query::detail {

/// The rows that meet a filter: those in `rows`, or with `complement` all that live but those. When it is not `exact`,
/// others may be among them. `Rows` is a set of rows, or how many they are expected to be: the same rules turn
/// conditions into questions to an index and into estimates.
template <class Rows>
struct answer_of {
    Rows rows;
    bool complement = false;
    bool exact = true;
};

using row_answer = answer_of<index::row_set>;

/// What `lookup_field` makes of the answers of `indexes`.
template <class Indexes>
using answer_from = answer_of<typename std::remove_cvref_t<decltype(std::declval<Indexes const&>().lookup(
    std::declval<condition const&>()))>::value_type>;

/// The rows that do not meet the filter: nothing is known of them unless the answer is exact.
template <class Rows>
[[nodiscard]] std::optional<answer_of<Rows>> negated(std::optional<answer_of<Rows>> answer) {
    if (!answer || !answer->exact) {
        return std::nullopt;
    }
    answer->complement = !answer->complement;
    return answer;
}

template <class Indexes>
[[nodiscard]] std::optional<answer_from<Indexes>> ask(Indexes const& indexes, condition const& asked) {
    auto rows = indexes.lookup(asked);
    return rows ? std::optional(answer_from<Indexes>{std::move(*rows)}) : std::nullopt;
}

/// Asks with another operator, not one for terms, and copies the condition only when that differs.
template <class Indexes>
[[nodiscard]] std::optional<answer_from<Indexes>> ask_as(operation op, condition const& asked, Indexes const& indexes) {
    return asked.op == op ? ask(indexes, asked) : ask(indexes, condition{asked.field, op, asked.operand, {}});
}

/// `eq null` also holds for records that no index has seen, so the question is turned round.
template <class Indexes>
[[nodiscard]] std::optional<answer_from<Indexes>> lookup_null(Indexes const& indexes, condition const& asked) {
    return negated(ask(indexes, condition{asked.field, operation::neq, nullptr, {}}));
}

/// A list is in order, so a null in it is the first.
template <class Indexes>
[[nodiscard]] std::optional<answer_from<Indexes>> lookup_in(Indexes const& indexes, condition const& asked) {
    auto const& list = asked.operand.get_array();
    if (list.empty() || !list.front().is_null()) {
        return ask_as(operation::in, asked, indexes);
    }
    auto nulls = lookup_null(indexes, asked);
    boost::json::array rest(list.begin() + 1, list.end());
    auto others = ask(indexes, condition{asked.field, operation::in, std::move(rest), {}});
    if (!nulls || !others) {
        return std::nullopt;
    }
    nulls->rows -= others->rows; // not (not null) or in the rest: all but (not null and not in the rest)
    return nulls;
}

template <class Indexes>
[[nodiscard]] std::optional<answer_from<Indexes>> lookup_eq(Indexes const& indexes, condition const& asked) {
    return asked.operand.is_null() ? lookup_null(indexes, asked) : ask_as(operation::eq, asked, indexes);
}

[[nodiscard]] inline bool is_scalar(boost::json::value const& value) noexcept {
    return value.is_string() || value.is_bool() || document::is_number(value);
}

/// Of scalars `any` asks what `in` does. What is null, or equal to an array as a whole, `in` sees and `any` does not.
template <class Indexes>
[[nodiscard]] std::optional<answer_from<Indexes>> lookup_any(Indexes const& indexes, condition const& asked) {
    return std::ranges::all_of(asked.operand.get_array(), is_scalar) ? ask_as(operation::in, asked, indexes)
                                                                     : std::nullopt;
}

/// The rows that have each value; those of values that no index knows are left to the check.
template <class Indexes>
[[nodiscard]] std::optional<answer_from<Indexes>> lookup_all(Indexes const& indexes, condition const& asked) {
    answer_from<Indexes> common{{}, true};
    bool known = asked.operand.get_array().empty();
    for (auto const& wanted : asked.operand.get_array()) {
        auto const rows = is_scalar(wanted) ? indexes.lookup({asked.field, operation::eq, wanted, {}}) : std::nullopt;
        if (!rows) {
            common.exact = false;
            continue;
        }
        common.rows = known ? common.rows & *rows : *rows;
        common.complement = false;
        known = true;
    }
    return known ? std::optional(std::move(common)) : std::nullopt;
}

/// The terms of a phrase occur in every text that has the phrase, and in others: an index that knows no positions
/// narrows it.
template <class Indexes>
[[nodiscard]] std::optional<answer_from<Indexes>> lookup_phrase(Indexes const& indexes, condition const& asked) {
    if (auto known = ask(indexes, asked)) {
        return known;
    }
    condition words{asked.field, operation::contains, asked.operand, asked.terms};
    words.terms = index::distinct(std::move(words.terms));
    words.language = asked.language;
    auto answer = ask(indexes, words);
    if (answer) {
        answer->exact = asked.terms.size() < 2;
    }
    return answer;
}

/// What the index of the condition's field answers, nothing when there is none or it does not know. Conditions that
/// records without the field meet are asked as the complement of their opposite.
template <class Indexes>
[[nodiscard]] std::optional<answer_from<Indexes>> lookup_field(condition const& asked, Indexes const& indexes) {
    switch (asked.op) {
    case operation::eq: return lookup_eq(indexes, asked);
    case operation::neq: return negated(lookup_eq(indexes, asked));
    case operation::in: return lookup_in(indexes, asked);
    case operation::nin: return negated(lookup_in(indexes, asked));
    case operation::exists: {
        auto present = ask(indexes, condition{asked.field, operation::exists, true, {}});
        return asked.operand.get_bool() ? std::move(present) : negated(std::move(present));
    }
    case operation::any: return lookup_any(indexes, asked);
    case operation::all: return lookup_all(indexes, asked);
    case operation::phrase: return lookup_phrase(indexes, asked);
    case operation::regex: return std::nullopt;
    default: return ask(indexes, asked);
    }
}

/// Ids are unique: those that exist are looked up one by one. Comparisons of ids are left to the check of records.
template <class ResolveId>
[[nodiscard]] std::optional<row_answer> lookup_id(condition const& asked, ResolveId& resolve) {
    row_answer found;
    auto const add = [&](boost::json::value const& id) {
        auto const* text = id.if_string();
        if (auto const row = text == nullptr ? std::nullopt : resolve(std::string_view(*text))) {
            found.rows.add(*row);
        }
    };
    switch (asked.op) {
    case operation::eq:
    case operation::neq: add(asked.operand); break;
    case operation::in:
    case operation::nin:
        for (auto const& id : asked.operand.get_array()) {
            add(id);
        }
        break;
    default: return std::nullopt;
    }
    found.complement = asked.op == operation::neq || asked.op == operation::nin;
    return found;
}

} // namespace mkdb::query::detail
