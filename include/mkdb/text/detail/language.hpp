#pragma once

#include <mkdb/core/assert.hpp>
#include <mkdb/text/detail/stem_probes.hpp>
#include <mkdb/text/detail/stop_words.hpp>

#include <libstemmer.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mkdb::text::detail {

/// What is done to the words of a language beside stemming. Lists are folded, with spaces between.
struct language_rules {
    std::string_view name;
    std::string_view probe;          ///< Words that tell one version of the stemmer from another.
    std::string_view stop_words{};   ///< In order.
    std::string_view elided{};       ///< What an apostrophe joins to the word behind it: "l'acier" is "acier".
    bool ends_at_apostrophe = false; ///< What an apostrophe joins to a word is its inflection: "Ankara'da".
    bool has_dotless_i = false;      ///< I is the capital of ı, and İ of i.
};

inline constexpr std::array all_rules{
    language_rules{"arabic", arabic_probe},
    language_rules{"armenian", armenian_probe},
    language_rules{"basque", basque_probe},
    language_rules{.name = "catalan", .probe = catalan_probe, .elided = "d l m n s t"},
    language_rules{"danish", danish_probe, danish_stop_words},
    language_rules{"dutch", dutch_probe, dutch_stop_words},
    language_rules{"english", english_probe, english_stop_words},
    language_rules{"finnish", finnish_probe, finnish_stop_words},
    language_rules{"french", french_probe, french_stop_words, "c d j jusqu l lorsqu m n puisqu qu quoiqu s t"},
    language_rules{"german", german_probe, german_stop_words},
    language_rules{"greek", greek_probe},
    language_rules{"hindi", hindi_probe},
    language_rules{"hungarian", hungarian_probe, hungarian_stop_words},
    language_rules{"indonesian", indonesian_probe},
    language_rules{"irish", irish_probe},
    language_rules{"italian", italian_probe, italian_stop_words,
                   "agl all c coll d dagl dall degl dell gl l m negl nell s sugl sull t un v"},
    language_rules{"lithuanian", lithuanian_probe},
    language_rules{"nepali", nepali_probe},
    language_rules{"norwegian", norwegian_probe, norwegian_stop_words},
    language_rules{"portuguese", portuguese_probe, portuguese_stop_words},
    language_rules{"romanian", romanian_probe},
    language_rules{"russian", russian_probe, russian_stop_words},
    language_rules{"serbian", serbian_probe},
    language_rules{"spanish", spanish_probe, spanish_stop_words},
    language_rules{"swedish", swedish_probe, swedish_stop_words},
    language_rules{"tamil", tamil_probe},
    language_rules{"turkish", turkish_probe, turkish_stop_words, {}, true, true},
    language_rules{"yiddish", yiddish_probe},
};

/// Whether a list of words with spaces between has this one.
[[nodiscard]] constexpr bool lists(std::string_view words, std::string_view wanted) noexcept {
    while (!words.empty()) {
        auto const end = std::min(words.find(' '), words.size());
        if (words.substr(0, end) == wanted) {
            return true;
        }
        words.remove_prefix(std::min(end + 1, words.size()));
    }
    return false;
}

/// A language that there is a stemmer for.
struct language {
    language_rules rules;
    std::size_t number = 0; ///< Its place among all.
};

/// Those that both libstemmer and `all_rules` have, in the order of their names: what libstemmer knows differs from one
/// version to the next, and has other algorithms for some languages in its list.
[[nodiscard]] inline std::vector<language> const& all_languages() {
    static std::vector<language> const all = [] {
        std::vector<language> known;
        for (auto const& rules : all_rules) {
            for (auto const* const* algorithm = sb_stemmer_list(); *algorithm != nullptr; ++algorithm) {
                if (rules.name == *algorithm) {
                    known.push_back({rules, known.size()});
                }
            }
        }
        return known;
    }();
    return all;
}

/// Null for a language that is not there.
[[nodiscard]] inline language const* find_language(std::string_view name) {
    auto const& all = all_languages();
    auto const found = std::ranges::lower_bound(all, name, {}, [](auto const& each) { return each.rules.name; });
    return found == all.end() || found->rules.name != name ? nullptr : &*found;
}

[[nodiscard]] inline language const& english() {
    static auto const* const found = find_language("english");
    MKDB_ASSERT(found != nullptr);
    return *found;
}

} // namespace mkdb::text::detail
