#pragma once

#include <mkdb/core/hash.hpp>
#include <mkdb/text/snowball.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace mkdb::text::detail {

/// Words that say nothing about a text, in order. Few, so that "to be or not to be" is the price and not "who" or
/// "can".
inline constexpr std::array<std::string_view, 33> english_stop_words{
    "a",   "an",    "and",  "are",   "as",    "at",   "be",   "but", "by",  "for",  "if",
    "in",  "into",  "is",   "it",    "no",    "not",  "of",   "on",  "or",  "such", "that",
    "the", "their", "then", "there", "these", "they", "this", "to",  "was", "will", "with"};
static_assert(std::ranges::is_sorted(english_stop_words));

[[nodiscard]] inline bool is_stop_word(std::string_view word) noexcept {
    return word.size() <= 5 && std::ranges::binary_search(english_stop_words, word);
}

/// Folded English words to terms, with the answers for frequent words kept: a stemmer takes longer than all the rest of
/// the analysis, and half of any text is a few hundred words.
///
/// Thread safety: none; `of_this_thread` is.
class english_terms {
public:
    [[nodiscard]] static english_terms& of_this_thread() {
        static thread_local english_terms terms;
        return terms;
    }

    /// The term of a word; empty for a stop word. Valid until the next call.
    [[nodiscard]] std::string_view of(std::string_view word) {
        if (word.size() > kept_bytes) {
            return compute(word);
        }
        auto& kept = kept_[hash64(word, 0) % kept_.size()];
        if (kept.word() != word) {
            keep(kept, word, compute(word));
        }
        return kept.term();
    }

private:
    static constexpr std::size_t kept_bytes = 23;

    /// One word and its term, which is never longer.
    struct entry {
        std::uint8_t word_size = 0;
        std::uint8_t term_size = 0;
        std::array<char, kept_bytes> word_bytes;
        std::array<char, kept_bytes> term_bytes;

        [[nodiscard]] std::string_view word() const noexcept { return {word_bytes.data(), word_size}; }
        [[nodiscard]] std::string_view term() const noexcept { return {term_bytes.data(), term_size}; }
    };

    static void keep(entry& into, std::string_view word, std::string_view term) noexcept {
        MKDB_ASSERT(term.size() <= kept_bytes);
        into.word_size = static_cast<std::uint8_t>(word.size());
        into.term_size = static_cast<std::uint8_t>(term.size());
        std::ranges::copy(word, into.word_bytes.begin());
        std::ranges::copy(term, into.term_bytes.begin());
    }

    [[nodiscard]] std::string_view compute(std::string_view word) {
        return is_stop_word(word) ? std::string_view() : stemmer_.stem(word);
    }

    snowball stemmer_{"english"};
    std::vector<entry> kept_ = std::vector<entry>(4096);
};

} // namespace mkdb::text::detail
