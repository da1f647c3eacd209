#include <mkdb/text/detail/ascii_words.hpp>
#include <mkdb/text/detail/english.hpp>
#include <mkdb/text/detail/term_size.hpp>
#include <mkdb/text/snowball.hpp>

#include <gtest/gtest.h>

#include <string>

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

TEST(EnglishTerms, StemAlikeWhetherKeptOrNot) {
    auto& terms = detail::english_terms::of_this_thread();
    snowball stemmer("english");
    for (int round = 0; round < 2; ++round) {
        for (std::string const word :
             {"running", "skis", "happily", "generously", "a", "x", "dying", "internationalization",
              "antidisestablishmentarianisms", "counterrevolutionaries"}) {
            auto const expected = detail::is_stop_word(word) ? std::string() : std::string(stemmer.stem(word));
            EXPECT_EQ(terms.of(word), expected);
        }
    }
}

TEST(EnglishTerms, NeverMistakeOneWordForAnotherInTheirCache) {
    auto& terms = detail::english_terms::of_this_thread();
    snowball stemmer("english");
    for (int i = 0; i < 50000; ++i) {
        auto const word = "w" + std::to_string(i % 20000) + "s";
        ASSERT_EQ(terms.of(word), stemmer.stem(word));
    }
}

TEST(StopWords, AreTheFewThatSayNothing) {
    EXPECT_TRUE(detail::is_stop_word("the"));
    EXPECT_TRUE(detail::is_stop_word("their"));
    EXPECT_FALSE(detail::is_stop_word("who"));
    EXPECT_FALSE(detail::is_stop_word(""));
}

} // namespace
