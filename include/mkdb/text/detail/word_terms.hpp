#pragma once

#include <mkdb/text/detail/bare_word.hpp>
#include <mkdb/text/detail/language_terms.hpp>
#include <mkdb/text/detail/term_size.hpp>
#include <mkdb/text/detail/unicode_words.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace mkdb::text::detail {

/// Hands on the terms of words as a language has them.
///
/// Thread safety: none; for one call.
template <class OnTerm>
class word_terms {
public:
    /// Both must outlive this.
    word_terms(language const& of, OnTerm& on_term)
        : rules_(&of.rules), terms_(&language_terms::of_this_thread(of)), on_term_(&on_term) {}

    /// `word` stands from `begin` to `end` in the text.
    void take_ascii(std::string_view word, std::size_t begin, std::size_t end) {
        word = bare_word(word, *rules_);
        if (rules_->has_dotless_i && word.find('I') != std::string_view::npos) {
            take_folded(fold(word), begin, end); // What comes of it is not ASCII.
            return;
        }
        std::array<char, longest_word_bytes> folded;
        auto const cut = cut_word(word);
        std::ranges::transform(cut, folded.begin(),
                               [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; });
        take_folded({folded.data(), cut.size()}, begin, end);
    }

    void take(std::string_view word, std::size_t begin, std::size_t end) {
        take_folded(fold(bare_word(word, *rules_)), begin, end);
    }

private:
    [[nodiscard]] std::string_view fold(std::string_view word) {
        auto& words = unicode_words::of_this_thread();
        if (!rules_->has_dotless_i) {
            return words.fold(cut_word(word));
        }
        lower_dotless_i(cut_word(word), lowered_);
        return words.fold(lowered_);
    }

    void take_folded(std::string_view folded, std::size_t begin, std::size_t end) {
        auto const term = terms_->of(folded);
        if (term.find_first_not_of('_') != std::string_view::npos) {
            (*on_term_)(term, begin, end);
        }
    }

    language_rules const* rules_;
    language_terms* terms_;
    OnTerm* on_term_;
    std::string lowered_;
};

} // namespace mkdb::text::detail
