#pragma once

#include <mkdb/index/fuzzy_term.hpp>
#include <mkdb/query/detail/match_value.hpp>

#include <boost/json/value.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mkdb::query::detail {

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

/// Finds terms that follow each other in one pass over a text, whatever repeats in either.
///
/// Source: D. Knuth, J. Morris, V. Pratt, "Fast Pattern Matching in Strings", SIAM J. Comput. 6 (1977).
class phrase_finder {
public:
    /// Precondition: the phrase has a term, and outlives the finder.
    explicit phrase_finder(std::vector<std::string> const& phrase) : phrase_(&phrase), fallback_(phrase.size()) {
        for (std::size_t i = 1, matched = 0; i < phrase.size(); ++i) {
            matched = extended(matched, phrase[i]);
            fallback_[i] = matched;
        }
    }

    void begin() noexcept { matched_ = 0; }
    void next(std::string_view term) {
        matched_ = found_ ? matched_ : extended(matched_, term);
        found_ = found_ || matched_ == phrase_->size();
    }
    [[nodiscard]] bool found() const noexcept { return found_; }

private:
    /// How many terms of the phrase end here, when `matched` did before this term.
    [[nodiscard]] std::size_t extended(std::size_t matched, std::string_view term) const {
        while (matched > 0 && (*phrase_)[matched] != term) {
            matched = fallback_[matched - 1];
        }
        return (*phrase_)[matched] == term ? matched + 1 : 0;
    }

    std::vector<std::string> const* phrase_;
    std::vector<std::size_t> fallback_; ///< Of each term, how many before it and with it also begin the phrase.
    std::size_t matched_ = 0;
    bool found_ = false;
};

/// The terms follow each other, in this order, in one string of the field; without terms, the field has text. What the
/// tokenizer leaves out, such as stop words, may stand between them.
template <class Tokenizer>
[[nodiscard]] bool has_phrase(boost::json::value const* field, std::vector<std::string> const& phrase,
                              Tokenizer const& tokenizer) {
    if (phrase.empty()) {
        return any_string(field, [](std::string_view) { return true; });
    }
    phrase_finder finder(phrase);
    return any_string(field, [&](std::string_view text) {
        finder.begin();
        tokenizer.analyze(text, [&](std::string_view term, std::size_t, std::size_t) { finder.next(term); });
        return finder.found();
    });
}

/// Every term is like one in the field's text; without terms, the field has text.
template <class Tokenizer>
[[nodiscard]] bool contains_like(boost::json::value const* field, condition const& asked, Tokenizer const& tokenizer) {
    std::vector<index::fuzzy_term> missing;
    for (auto const& term : asked.terms) {
        missing.emplace_back(term, asked.edits);
    }
    return any_string(field, [&](std::string_view text) {
        tokenizer.analyze(text, [&](std::string_view term, std::size_t, std::size_t) {
            std::erase_if(missing, [&](index::fuzzy_term const& wanted) { return wanted.is_like(term); });
        });
        return missing.empty();
    });
}

} // namespace mkdb::query::detail
