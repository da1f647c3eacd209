#pragma once

#include <mkdb/core/bytes.hpp>
#include <mkdb/core/hash.hpp>
#include <mkdb/text/concept.hpp>
#include <mkdb/text/detail/ascii_words.hpp>
#include <mkdb/text/detail/language.hpp>
#include <mkdb/text/detail/unicode_words.hpp>
#include <mkdb/text/detail/word_terms.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mkdb::text {

/// Words by Unicode's boundaries, folded, without the stop words of a language, reduced to their stems in it. English
/// unless another is asked for.
///
/// Words longer than 128 bytes are looked up by their first 128. Stretches of ASCII take a path of their own that gives
/// the same terms many times faster. A language changes words, never where they begin and end.
/// Complexity: linear. Thread safety: safe; each thread keeps ICU's iterator, and a stemmer and a cache of stems for
/// each language that it meets.
class standard {
public:
    static constexpr std::string_view name = "standard";

    standard() : language_(&detail::english()) {}

    /// Those that there is a stemmer for, in order.
    [[nodiscard]] static std::vector<std::string> languages() {
        std::vector<std::string> names;
        for (auto const& each : detail::all_languages()) {
            names.emplace_back(each.rules.name);
        }
        return names;
    }

    /// Null for a name that is not among `languages()`. Thread safety: safe.
    [[nodiscard]] static standard const* in_language(std::string_view wanted) {
        static std::vector<standard> const all = [] {
            std::vector<standard> made;
            for (auto const& each : detail::all_languages()) {
                made.push_back(standard(each));
            }
            return made;
        }();
        auto const* const found = detail::find_language(wanted);
        return found == nullptr ? nullptr : &all[found->number];
    }

    [[nodiscard]] std::string_view language() const noexcept { return language_->rules.name; }

    /// Names ICU's version, and, since the stemmer tells none, what it makes of words from its rules. In other
    /// languages than English, also what else terms depend on.
    [[nodiscard]] std::string format_name() const {
        auto const& rules = language_->rules;
        std::string terms;
        analyze(rules.probe, [&](std::string_view term, std::size_t, std::size_t) { terms.append(term) += ' '; });
        std::string const made_with = "standard/1 icu " U_ICU_VERSION;
        if (language_ == &detail::english()) {
            return made_with + " stems " + std::to_string(hash64(terms, 0));
        }
        terms.append(rules.stop_words).append("|").append(rules.elided);
        terms.append(rules.ends_at_apostrophe ? "|apostrophe" : "").append(rules.has_dotless_i ? "|dotless" : "");
        for (auto const* const* algorithm = sb_stemmer_list(); *algorithm != nullptr; ++algorithm) {
            terms.append("|").append(*algorithm); // Versions of the library mostly differ in that.
        }
        return made_with + " " + std::string(rules.name) + " stems " + std::to_string(hash64(terms, 0));
    }

    template <class OnTerm>
    void analyze(std::string_view text, OnTerm&& on_term) const {
        detail::word_terms terms(*language_, on_term);
        for (std::size_t at = 0; at < text.size();) {
            auto const foreign = find_foreign(text, at);
            auto const ascii_end = foreign == text.size() ? foreign : after_last_space(text, at, foreign);
            analyze_ascii(text.substr(at, ascii_end - at), at, terms);
            at = foreign == text.size() ? foreign : end_of_foreign(text, foreign);
            analyze_unicode(text.substr(ascii_end, at - ascii_end), ascii_end, terms);
        }
    }

    /// What ICU alone makes of the text: the meaning of `analyze`, kept apart so that a test can hold them together.
    template <class OnTerm>
    void analyze_by_icu(std::string_view text, OnTerm&& on_term) const {
        detail::word_terms terms(*language_, on_term);
        analyze_unicode(text, 0, terms);
    }

private:
    explicit standard(detail::language const& wanted) : language_(&wanted) {}

    [[nodiscard]] static bool is_foreign(char byte) noexcept { return static_cast<unsigned char>(byte) >= 0x80; }
    /// No word goes on across these, whatever stands around them, so text may be cut after them.
    [[nodiscard]] static bool is_space(char byte) noexcept { return byte == ' ' || byte == '\n'; }

    /// The first byte that is not ASCII, or the end.
    [[nodiscard]] static std::size_t find_foreign(std::string_view text, std::size_t at) noexcept {
        constexpr std::uint64_t high_bits = 0x8080808080808080U;
        while (at + 8 <= text.size() && (load<std::uint64_t>(as_bytes(text).data() + at) & high_bits) == 0) {
            at += 8;
        }
        while (at < text.size() && !is_foreign(text[at])) {
            ++at;
        }
        return at;
    }

    [[nodiscard]] static std::size_t after_last_space(std::string_view text, std::size_t begin,
                                                      std::size_t end) noexcept {
        while (end > begin && !is_space(text[end - 1])) {
            --end;
        }
        return end;
    }

    /// Starting ICU costs as much as a few dozen bytes of it: only a long enough stretch of ASCII ends a foreign one.
    [[nodiscard]] static std::size_t end_of_foreign(std::string_view text, std::size_t foreign) noexcept {
        constexpr std::size_t worth_leaving = 64;
        std::size_t cut = 0; // after the first space since the last foreign byte
        for (auto at = foreign; at < text.size(); ++at) {
            if (is_foreign(text[at])) {
                foreign = at;
                cut = 0;
            } else if (cut == 0 && is_space(text[at])) {
                cut = at + 1;
            }
            if (cut != 0 && at - foreign > worth_leaving) {
                return cut;
            }
        }
        return text.size();
    }

    template <class Terms>
    static void analyze_ascii(std::string_view text, std::size_t offset, Terms& terms) {
        detail::for_each_ascii_word(text, [&](std::size_t begin, std::size_t end) {
            terms.take_ascii(text.substr(begin, end - begin), offset + begin, offset + end);
        });
    }

    template <class Terms>
    static void analyze_unicode(std::string_view text, std::size_t offset, Terms& terms) {
        if (text.empty()) {
            return;
        }
        detail::unicode_words::of_this_thread().for_each(text, [&](std::size_t begin, std::size_t end) {
            auto const word = text.substr(begin, end - begin);
            if (std::ranges::none_of(word, is_foreign)) {
                terms.take_ascii(word, offset + begin, offset + end);
            } else {
                terms.take(word, offset + begin, offset + end);
            }
        });
    }

    detail::language const* language_;
};

static_assert(multilingual_tokenizer<standard> && named_tokenizer<standard>);

} // namespace mkdb::text
