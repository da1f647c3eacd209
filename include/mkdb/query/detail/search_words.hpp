#pragma once

#include <mkdb/index/condition.hpp>
#include <mkdb/query/detail/parse_search_text.hpp>
#include <mkdb/query/search.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mkdb::query::detail {

/// A term and the bytes of the text that it stands for.
struct located_term {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::string term;

    [[nodiscard]] std::pair<std::size_t, std::size_t> place() const noexcept { return {begin, end}; }
};

/// What a text is in one language, by place. No more than `most_words` are kept.
struct located_terms {
    std::vector<located_term> kept;
    std::size_t count = 0;
};

template <class Tokenizer>
[[nodiscard]] located_terms locate_terms(std::string_view text, Tokenizer const& tokenizer) {
    located_terms found;
    tokenizer.analyze(text, [&](std::string_view term, std::size_t begin, std::size_t end) {
        if (++found.count <= most_words) {
            found.kept.push_back({begin, end, std::string(term)});
        }
    });
    std::ranges::stable_sort(found.kept, {}, &located_term::place);
    return found;
}

[[nodiscard]] inline std::vector<std::string> distinct_terms(located_terms const& found) {
    std::vector<std::string> terms;
    for (auto const& each : found.kept) {
        terms.push_back(each.term);
    }
    return index::distinct(std::move(terms));
}

/// What the word of a term in the first language is in each; none when one of them leaves it out.
[[nodiscard]] inline std::optional<search_word>
word_of(located_term const& first, std::vector<located_terms> const& found, std::vector<search_text> const& texts) {
    search_word word;
    for (std::size_t i = 0; i < found.size(); ++i) {
        auto const& all = found[i].kept;
        auto const there = std::ranges::lower_bound(all, first.place(), {}, &located_term::place);
        if (there == all.end() || there->place() != first.place()) {
            return std::nullopt;
        }
        auto const in_order = std::ranges::lower_bound(texts[i].terms, i == 0 ? first.term : there->term);
        word.push_back(static_cast<std::size_t>(in_order - texts[i].terms.begin()));
    }
    return word;
}

/// The words that no language leaves out, each once: in one language alone its terms, in their order. `texts` has what
/// is in `found`.
[[nodiscard]] inline std::vector<search_word> common_words(std::vector<located_terms> const& found,
                                                           std::vector<search_text> const& texts) {
    std::vector<search_word> words;
    for (auto const& each : found.front().kept) {
        if (auto word = word_of(each, found, texts)) {
            words.push_back(std::move(*word));
        }
    }
    std::ranges::sort(words);
    words.erase(std::unique(words.begin(), words.end()), words.end());
    return words;
}

} // namespace mkdb::query::detail
