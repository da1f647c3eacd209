#pragma once

#include <mkdb/query/filter.hpp>

#include <boost/json/value.hpp>

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace mkdb::query {

struct search_field {
    std::string name;
    double weight = 1; ///< What a term in this field counts for; above 0.
};

/// Which records a search finds: those that have a term in one of its fields, or every term, each in some field.
enum class term_match : std::uint8_t { any, all };

/// A search for words: the records that have them, those first that have rarer ones, more often, in shorter texts.
struct search_request {
    std::vector<std::string> terms;   ///< Distinct and sorted; none when the text had only stop words.
    std::vector<search_field> fields; ///< Each once.
    term_match match = term_match::any;
    bool highlight = false; ///< Answer with the places where the terms occur.
    filter among{};         ///< Only these records, without the search itself.

    /// Whether all that has any of the terms is found.
    [[nodiscard]] bool is_any_term_alone() const noexcept {
        auto const* parts = std::get_if<all_of>(&among.node);
        return match == term_match::any && parts != nullptr && parts->parts.empty();
    }
};

namespace detail {

[[nodiscard]] inline filter fields_have(search_request const& asked, std::string const& term) {
    any_of fields;
    for (auto const& field : asked.fields) {
        fields.parts.push_back({condition{field.name, operation::contains, boost::json::value(term), {term}}});
    }
    return {std::move(fields)};
}

} // namespace detail

/// The records that a search finds, as a filter. Without terms it finds none.
[[nodiscard]] inline filter found_by(search_request const& asked) {
    std::vector<filter> terms;
    for (auto const& term : asked.terms) {
        terms.push_back(detail::fields_have(asked, term));
    }
    auto words = asked.match == term_match::all && !terms.empty() ? filter{all_of{std::move(terms)}}
                                                                  : filter{any_of{std::move(terms)}};
    if (asked.is_any_term_alone()) {
        return words;
    }
    all_of both;
    both.parts.push_back(asked.among);
    both.parts.push_back(std::move(words));
    return {std::move(both)};
}

} // namespace mkdb::query
