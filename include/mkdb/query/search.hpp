#pragma once

#include <mkdb/query/filter.hpp>

#include <boost/json/value.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace mkdb::query {

/// What is asked for in one language.
struct search_text {
    std::string language;           ///< Empty: the tokenizer's own.
    std::vector<std::string> terms; ///< Distinct and sorted; none when the text had only stop words.
};

struct search_field {
    std::string name;
    double weight = 1;    ///< What a term in this field counts for; above 0.
    std::size_t text = 0; ///< Which of `texts` is in its language.
};

/// A word of the text: which of its terms it became, for each of `texts`.
using search_word = std::vector<std::size_t>;

/// Which records a search finds: those that have a term in one of its fields, or every word, each in some field.
enum class term_match : std::uint8_t { any, all };

/// A search for words: the records that have them, those first that have rarer ones, more often, in shorter texts. In a
/// field it is for the terms that its language makes of the text.
struct search_request {
    std::vector<search_text> texts;   ///< One for each language that a field has.
    std::vector<search_field> fields; ///< Each once.
    /// Those that every record must have with `all`, each once. What one of the languages leaves out, as a stop word,
    /// is none of them; so they may be none where there are terms, and then one of these must be there.
    std::vector<search_word> words;
    term_match match = term_match::any;
    bool highlight = false; ///< Answer with the places where the terms occur.
    filter among{};         ///< Only these records, without the search itself.

    [[nodiscard]] std::vector<std::string> const& terms_of(search_field const& field) const {
        return texts[field.text].terms;
    }
    [[nodiscard]] bool has_terms() const noexcept {
        return std::ranges::any_of(texts, [](search_text const& each) { return !each.terms.empty(); });
    }

    /// Whether all that has any of the terms is found.
    [[nodiscard]] bool is_any_term_alone() const noexcept {
        auto const* parts = std::get_if<all_of>(&among.node);
        return match == term_match::any && parts != nullptr && parts->parts.empty();
    }
};

namespace detail {

[[nodiscard]] inline filter field_has(search_request const& asked, search_field const& field, std::size_t term) {
    auto const& text = asked.texts[field.text];
    condition made{field.name, operation::contains, boost::json::value(text.terms[term]), {text.terms[term]}};
    made.language = text.language;
    return {std::move(made)};
}

/// One of the terms of one of the texts, in the fields of that language.
[[nodiscard]] inline filter any_term(search_request const& asked) {
    any_of terms;
    for (std::size_t text = 0; text < asked.texts.size(); ++text) {
        for (std::size_t term = 0; term < asked.texts[text].terms.size(); ++term) {
            any_of fields;
            for (auto const& field : asked.fields) {
                if (field.text == text) {
                    fields.parts.push_back(field_has(asked, field, term));
                }
            }
            terms.parts.push_back({std::move(fields)});
        }
    }
    return {std::move(terms)};
}

[[nodiscard]] inline filter every_word(search_request const& asked) {
    all_of words;
    for (auto const& word : asked.words) {
        any_of fields;
        for (auto const& field : asked.fields) {
            fields.parts.push_back(field_has(asked, field, word[field.text]));
        }
        words.parts.push_back({std::move(fields)});
    }
    return {std::move(words)};
}

} // namespace detail

/// The records that a search finds, as a filter. Without terms it finds none.
[[nodiscard]] inline filter found_by(search_request const& asked) {
    bool const every = asked.match == term_match::all && !asked.words.empty();
    auto words = every ? detail::every_word(asked) : detail::any_term(asked);
    if (asked.is_any_term_alone()) {
        return words;
    }
    all_of both;
    both.parts.push_back(asked.among);
    both.parts.push_back(std::move(words));
    return {std::move(both)};
}

} // namespace mkdb::query
