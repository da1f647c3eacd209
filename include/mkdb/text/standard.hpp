#pragma once

#include <mkdb/core/bytes.hpp>
#include <mkdb/core/hash.hpp>
#include <mkdb/text/concept.hpp>
#include <mkdb/text/detail/ascii_words.hpp>
#include <mkdb/text/detail/english.hpp>
#include <mkdb/text/detail/term_size.hpp>
#include <mkdb/text/detail/unicode_words.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace mkdb::text {

/// Words by Unicode's boundaries, folded, without English stop words, reduced to their English stems.
///
/// Words longer than 128 bytes are looked up by their first 128. Stretches of ASCII take a path of their own that gives
/// the same terms many times faster.
/// Complexity: linear. Thread safety: safe; each thread keeps a stemmer, a cache of stems and ICU's iterator.
class standard {
public:
    static constexpr std::string_view name = "standard";

    /// Names ICU's version, and, since the stemmer tells none, what it makes of words from all its rules.
    [[nodiscard]] static std::string format_name() {
        constexpr std::string_view probe =
            "caresses ponies ties cats feed agreed plastered motoring sing conflated troubled sized hopping falling "
            "hissing failing filing happy sky relational conditional rational valency digitizer conformably radically "
            "differently vilely analogously vietnamization predication operator feudalism decisiveness hopefulness "
            "callousness formality sensitivity sensibility triplicate formative formalize electricity electrical "
            "hopeful "
            "goodness revival allowance inference airliner gyroscopic adjustable defensible irritant replacement "
            "adjustment dependent adoption homologous communism activate angularity effective bowdlerize probate rate "
            "cease controlling rolling dying news innings exceed generously commune arsenal proceed skis";
        std::string terms;
        standard().analyze(probe, [&](std::string_view term, std::size_t, std::size_t) { terms.append(term) += ' '; });
        return "standard/1 icu " U_ICU_VERSION " stems " + std::to_string(hash64(terms, 0));
    }

    template <class OnTerm>
    void analyze(std::string_view text, OnTerm&& on_term) const {
        for (std::size_t at = 0; at < text.size();) {
            auto const foreign = find_foreign(text, at);
            auto const ascii_end = foreign == text.size() ? foreign : after_last_space(text, at, foreign);
            analyze_ascii(text.substr(at, ascii_end - at), at, on_term);
            at = foreign == text.size() ? foreign : end_of_foreign(text, foreign);
            analyze_unicode(text.substr(ascii_end, at - ascii_end), ascii_end, on_term);
        }
    }

    /// What ICU alone makes of the text: the meaning of `analyze`, kept apart so that a test can hold them together.
    template <class OnTerm>
    void analyze_by_icu(std::string_view text, OnTerm&& on_term) const {
        analyze_unicode(text, 0, on_term);
    }

private:
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

    template <class OnTerm>
    static void emit(std::string_view folded, std::size_t begin, std::size_t end, OnTerm&& on_term) {
        auto const term = detail::english_terms::of_this_thread().of(folded);
        if (term.find_first_not_of('_') != std::string_view::npos) {
            on_term(term, begin, end);
        }
    }

    template <class OnTerm>
    static void emit_ascii(std::string_view word, std::size_t begin, std::size_t end, OnTerm&& on_term) {
        std::array<char, detail::longest_word_bytes> folded;
        auto const cut = detail::cut_word(word);
        std::ranges::transform(cut, folded.begin(),
                               [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; });
        emit({folded.data(), cut.size()}, begin, end, on_term);
    }

    template <class OnTerm>
    static void analyze_ascii(std::string_view text, std::size_t offset, OnTerm&& on_term) {
        detail::for_each_ascii_word(text, [&](std::size_t begin, std::size_t end) {
            emit_ascii(text.substr(begin, end - begin), offset + begin, offset + end, on_term);
        });
    }

    template <class OnTerm>
    static void analyze_unicode(std::string_view text, std::size_t offset, OnTerm&& on_term) {
        if (text.empty()) {
            return;
        }
        auto& words = detail::unicode_words::of_this_thread();
        words.for_each(text, [&](std::size_t begin, std::size_t end) {
            auto const word = text.substr(begin, end - begin);
            if (std::ranges::none_of(word, is_foreign)) {
                emit_ascii(word, offset + begin, offset + end, on_term);
            } else {
                emit(words.fold(detail::cut_word(word)), offset + begin, offset + end, on_term);
            }
        });
    }
};

static_assert(tokenizer<standard>);

} // namespace mkdb::text
