#pragma once

#include <mkdb/core/hash.hpp>
#include <mkdb/text/detail/language.hpp>
#include <mkdb/text/snowball.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace mkdb::text::detail {

/// Folded words of a language to terms, with the answers for frequent words kept: a stemmer takes longer than all the
/// rest of the analysis, and half of any text is a few hundred words.
///
/// Thread safety: none; `of_this_thread` is.
class language_terms {
public:
    explicit language_terms(language const& of)
        : stemmer_(of.rules.name.data()), stop_words_(split(of.rules.stop_words)) {}

    /// Made when the thread first meets the language.
    [[nodiscard]] static language_terms& of_this_thread(language const& wanted) {
        static thread_local std::vector<std::unique_ptr<language_terms>> made(all_languages().size());
        auto& mine = made[wanted.number];
        if (!mine) {
            mine = std::make_unique<language_terms>(wanted);
        }
        return *mine;
    }

    /// The term of a word; empty for a stop word. Valid until the next call.
    [[nodiscard]] std::string_view of(std::string_view word) {
        if (word.size() > kept_bytes) {
            return compute(word);
        }
        auto& kept = kept_[hash64(word, 0) % kept_.size()];
        if (kept.word() == word) {
            return kept.term();
        }
        auto const term = compute(word);
        if (term.size() > kept_bytes) {
            return term; // Some stemmers write in two letters what was one.
        }
        keep(kept, word, term);
        return kept.term();
    }

    [[nodiscard]] bool is_stop_word(std::string_view word) const noexcept {
        return std::ranges::binary_search(stop_words_, word);
    }

private:
    static constexpr std::size_t kept_bytes = 23;

    /// One word and its term.
    struct entry {
        std::uint8_t word_size = 0;
        std::uint8_t term_size = 0;
        std::array<char, kept_bytes> word_bytes;
        std::array<char, kept_bytes> term_bytes;

        [[nodiscard]] std::string_view word() const noexcept { return {word_bytes.data(), word_size}; }
        [[nodiscard]] std::string_view term() const noexcept { return {term_bytes.data(), term_size}; }
    };

    static void keep(entry& into, std::string_view word, std::string_view term) noexcept {
        into.word_size = static_cast<std::uint8_t>(word.size());
        into.term_size = static_cast<std::uint8_t>(term.size());
        std::ranges::copy(word, into.word_bytes.begin());
        std::ranges::copy(term, into.term_bytes.begin());
    }

    [[nodiscard]] static std::vector<std::string_view> split(std::string_view words) {
        std::vector<std::string_view> list;
        while (!words.empty()) {
            auto const end = std::min(words.find(' '), words.size());
            list.push_back(words.substr(0, end));
            words.remove_prefix(std::min(end + 1, words.size()));
        }
        return list;
    }

    /// A word of which the stemmer leaves nothing stays as it is.
    [[nodiscard]] std::string_view compute(std::string_view word) {
        if (is_stop_word(word)) {
            return {};
        }
        auto const stem = stemmer_.stem(word);
        return stem.empty() ? word : stem;
    }

    snowball stemmer_;
    std::vector<std::string_view> stop_words_;
    std::vector<entry> kept_ = std::vector<entry>(4096);
};

} // namespace mkdb::text::detail
