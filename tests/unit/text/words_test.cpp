#include <mkdb/text/detail/ascii_words.hpp>
#include <mkdb/text/detail/bare_word.hpp>
#include <mkdb/text/detail/language.hpp>
#include <mkdb/text/detail/language_terms.hpp>
#include <mkdb/text/detail/term_size.hpp>
#include <mkdb/text/detail/unicode_words.hpp>
#include <mkdb/text/snowball.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <string_view>

namespace {

using namespace mkdb::text;

std::string words(std::string_view text) {
    std::string joined;
    detail::for_each_ascii_word(text, [&](std::size_t begin, std::size_t end) {
        joined += (joined.empty() ? "" : "|") + std::string(text.substr(begin, end - begin));
    });
    return joined;
}

TEST(AsciiWords, JoinPointsAndQuotesInsideOnly) {
    EXPECT_EQ(words("a.b a'b 1.2 1'2 1,2 1;2"), "a.b|a'b|1.2|1'2|1,2|1;2");
    EXPECT_EQ(words("a,b a:b a1.b a'1 a. .a 1."), "a|b|a|b|a1|b|a|1|a|a|1");
    EXPECT_EQ(words("a1.2 1a.b"), "a1.2|1a.b");
    EXPECT_EQ(words("_a_.b"), "_a_|b");
}

TEST(CutWord, NeverCutsACharacter) {
    EXPECT_EQ(detail::cut_word("short"), "short");
    EXPECT_EQ(detail::cut_word(std::string(128, 'a')).size(), 128U);
    for (std::size_t before = 124; before <= 128; ++before) {
        auto const cut = std::string(before, 'a') + "🙂tail";
        EXPECT_EQ(detail::cut_word(cut).size(), before == 124 ? 128U : before);
    }
}

TEST(LanguageTerms, StemAlikeWhetherKeptOrNot) {
    auto& terms = detail::language_terms::of_this_thread(detail::english());
    snowball stemmer("english");
    for (int round = 0; round < 2; ++round) {
        for (std::string const word :
             {"running", "skis", "happily", "generously", "a", "x", "dying", "internationalization",
              "antidisestablishmentarianisms", "counterrevolutionaries"}) {
            auto const expected = terms.is_stop_word(word) ? std::string() : std::string(stemmer.stem(word));
            EXPECT_EQ(terms.of(word), expected);
        }
    }
}

TEST(LanguageTerms, NeverMistakeOneWordForAnotherInTheirCache) {
    auto& terms = detail::language_terms::of_this_thread(detail::english());
    snowball stemmer("english");
    for (int i = 0; i < 50000; ++i) {
        auto const word = "w" + std::to_string(i % 20000) + "s";
        ASSERT_EQ(terms.of(word), stemmer.stem(word));
    }
}

TEST(LanguageTerms, AreKeptApartFromThoseOfOtherLanguages) {
    auto& english = detail::language_terms::of_this_thread(detail::english());
    auto& german = detail::language_terms::of_this_thread(*detail::find_language("german"));
    for (int round = 0; round < 2; ++round) {
        EXPECT_EQ(english.of("häuser"), "häuser");
        EXPECT_EQ(german.of("häuser"), "haus");
        EXPECT_EQ(german.of("das"), "");
        EXPECT_EQ(english.of("das"), "das");
    }
}

TEST(LanguageTerms, MayBeLongerThanTheirWords) {
    std::string cyrillic;
    std::string latin;
    for (int i = 0; i < 11; ++i) {
        cyrillic += "џ";
        latin += "dž";
    }
    auto& serbian = detail::language_terms::of_this_thread(*detail::find_language("serbian"));
    for (int round = 0; round < 2; ++round) {
        EXPECT_EQ(serbian.of(cyrillic), latin);
    }
}

TEST(LanguageTerms, DoNotDependOnWhatWasStemmedBefore) {
    auto const seed = std::random_device()();
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937 random(seed);
    for (auto const& language : detail::all_languages()) {
        snowball used(language.rules.name.data());
        std::string_view const words = language.rules.probe;
        for (int i = 0; i < 400; ++i) {
            auto const begin = words.rfind(' ', random() % words.size());
            auto const from = begin == std::string_view::npos ? 0 : begin + 1;
            auto const word = words.substr(from, words.find(' ', from) - from);
            snowball fresh(language.rules.name.data());
            ASSERT_EQ(used.stem(word), fresh.stem(word)) << language.rules.name;
        }
    }
}

TEST(StopWords, AreTheFewThatSayNothing) {
    auto const& english = detail::language_terms::of_this_thread(detail::english());
    EXPECT_TRUE(english.is_stop_word("the"));
    EXPECT_TRUE(english.is_stop_word("their"));
    EXPECT_FALSE(english.is_stop_word("who"));
    EXPECT_FALSE(english.is_stop_word(""));
}

/// They are looked up in folded words by halving the list.
TEST(StopWords, AreFoldedAndInOrder) {
    for (auto const& language : detail::all_languages()) {
        std::string_view rest = language.rules.stop_words;
        std::string_view before;
        while (!rest.empty()) {
            auto const word = rest.substr(0, rest.find(' '));
            rest.remove_prefix(std::min(word.size() + 1, rest.size()));
            ASSERT_LT(before, word) << language.rules.name;
            before = word;
            if (!language.rules.has_dotless_i) {
                ASSERT_EQ(detail::unicode_words::of_this_thread().fold(word), word) << language.rules.name;
            }
        }
    }
}

TEST(BareWord, LosesWhatAnApostropheJoinsToIt) {
    auto const bare = [](char const* language, std::string_view word) {
        return std::string(detail::bare_word(word, detail::find_language(language)->rules));
    };
    EXPECT_EQ(bare("french", "l'acier"), "acier");
    EXPECT_EQ(bare("french", "L\u2019Acier"), "Acier");
    EXPECT_EQ(bare("french", "Qu'une"), "une");
    EXPECT_EQ(bare("french", "aujourd'hui"), "aujourd'hui");
    EXPECT_EQ(bare("french", "acier"), "acier");
    EXPECT_EQ(bare("italian", "dell'acqua"), "acqua");
    EXPECT_EQ(bare("catalan", "l'home"), "home");
    EXPECT_EQ(bare("turkish", "\u0130stanbul'da"), "\u0130stanbul");
    EXPECT_EQ(bare("turkish", "Ankara\u2019ya"), "Ankara");
    EXPECT_EQ(bare("german", "geht's"), "geht's");
    EXPECT_EQ(bare("english", "l'acier"), "l'acier");
}

} // namespace
