#include "unit/text/text_support.hpp"

#include <mkdb/text/concept.hpp>
#include <mkdb/text/standard.hpp>
#include <mkdb/text/whitespace.hpp>

#include <gtest/gtest.h>

#include <iterator>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

using mkdb_test::analyze;

template <class Tokenizer>
class TokenizerConformance : public testing::Test {
public:
    static_assert(mkdb::text::tokenizer<Tokenizer>);

    /// Valid UTF-8 of every kind, with the seed printed when a test fails.
    [[nodiscard]] std::string random_text() {
        static std::vector<std::string> const pieces{"word",
                                                     "Word",
                                                     "THE",
                                                     "running",
                                                     " ",
                                                     "  ",
                                                     "\n",
                                                     "\t",
                                                     ".",
                                                     ",",
                                                     "'",
                                                     "-",
                                                     "_",
                                                     "3.14",
                                                     "é",
                                                     "e\u0301",
                                                     "ß",
                                                     "Привет",
                                                     "日本語",
                                                     "ไทย",
                                                     "عربي",
                                                     "🙂",
                                                     "👩‍💻",
                                                     "🇩🇪",
                                                     "\u00a0",
                                                     "\u200b",
                                                     "\u200d",
                                                     "\U0010FFFF",
                                                     std::string(1, '\0'),
                                                     std::string(200, 'z'),
                                                     "@",
                                                     ":",
                                                     "ﬁ",
                                                     "\u2019"};
        std::string text;
        for (auto left = random_() % 20; left > 0; --left) {
            text += pieces[random_() % pieces.size()];
        }
        return text;
    }

    Tokenizer tokenizer;
    std::uint32_t const seed = std::random_device()();

private:
    std::mt19937 random_{seed};
};

/// The standard tokenizer in another language than its own.
template <class Language>
struct standard_in : mkdb::text::standard {
    standard_in() : standard(*standard::in_language(Language::name)) {}
};
struct german {
    static constexpr char const* name = "german";
};
struct french {
    static constexpr char const* name = "french";
};
struct turkish {
    static constexpr char const* name = "turkish";
};
struct russian {
    static constexpr char const* name = "russian";
};
struct arabic {
    static constexpr char const* name = "arabic";
};

using models = testing::Types<mkdb::text::standard, mkdb::text::whitespace, standard_in<german>, standard_in<french>,
                              standard_in<turkish>, standard_in<russian>, standard_in<arabic>>;
TYPED_TEST_SUITE(TokenizerConformance, models);

TYPED_TEST(TokenizerConformance, TheSameTextGivesTheSameTerms) {
    SCOPED_TRACE(testing::Message() << "seed " << this->seed);
    for (int i = 0; i < 3000; ++i) {
        auto const text = this->random_text();
        ASSERT_EQ(analyze(this->tokenizer, text), analyze(this->tokenizer, text)) << text;
    }
}

TYPED_TEST(TokenizerConformance, TermsAreNotEmptyAndStandInTheOrderOfTheText) {
    SCOPED_TRACE(testing::Message() << "seed " << this->seed);
    for (int i = 0; i < 3000; ++i) {
        auto const text = this->random_text();
        std::size_t last = 0;
        for (auto const& [term, begin, end] : analyze(this->tokenizer, text)) {
            ASSERT_FALSE(term.empty()) << text;
            ASSERT_LE(last, begin) << text;
            ASSERT_LT(begin, end) << text;
            ASSERT_LE(end, text.size()) << text;
            last = end;
        }
    }
}

TYPED_TEST(TokenizerConformance, APlainWordGivesOneTermAndItIsFoundInASentence) {
    auto const alone = analyze(this->tokenizer, "database");
    ASSERT_EQ(alone.size(), 1U);
    auto const sentence = analyze(this->tokenizer, "some database here");
    ASSERT_EQ(sentence.size(), 3U);
    EXPECT_EQ(sentence[1].term, alone[0].term);
    EXPECT_EQ(sentence[1].begin, 5U);
    EXPECT_EQ(sentence[1].end, 13U);
}

TYPED_TEST(TokenizerConformance, NoTextGivesNoTerms) {
    EXPECT_TRUE(analyze(this->tokenizer, "").empty());
    EXPECT_TRUE(analyze(this->tokenizer, " \n\t ").empty());
}

TYPED_TEST(TokenizerConformance, TermsAreBoundedHoweverLongTheWord) {
    for (auto const& [term, begin, end] : analyze(this->tokenizer, std::string(5000000, 'w'))) {
        EXPECT_LE(term.size(), 4096U);
    }
}

TYPED_TEST(TokenizerConformance, OneObjectServesManyThreads) {
    std::vector<std::string> texts;
    for (int i = 0; i < 500; ++i) {
        texts.push_back(this->random_text());
    }
    std::vector<std::vector<mkdb_test::found_term>> expected;
    for (auto const& text : texts) {
        expected.push_back(analyze(this->tokenizer, text));
    }
    std::vector<std::thread> threads;
    std::vector<int> differences(4);
    for (auto& count : differences) {
        threads.emplace_back([&] {
            for (std::size_t i = 0; i < texts.size(); ++i) {
                count += analyze(this->tokenizer, texts[i]) == expected[i] ? 0 : 1;
            }
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    EXPECT_EQ(differences, std::vector<int>(4));
}

template <class Tokenizer>
class MultilingualConformance : public TokenizerConformance<Tokenizer> {
public:
    static_assert(mkdb::text::multilingual_tokenizer<Tokenizer>);
};

using multilingual_models = testing::Types<mkdb::text::standard>;
TYPED_TEST_SUITE(MultilingualConformance, multilingual_models);

TYPED_TEST(MultilingualConformance, KnowsItsOwnLanguageAndNoneWithoutAName) {
    EXPECT_EQ(TypeParam::in_language(""), nullptr);
    auto const own = std::string(this->tokenizer.language());
    ASSERT_NE(TypeParam::in_language(own), nullptr);
    for (int i = 0; i < 500; ++i) {
        auto const text = this->random_text();
        ASSERT_EQ(analyze(this->tokenizer, text), analyze(*TypeParam::in_language(own), text)) << text;
    }
    for (auto const& name : TypeParam::languages()) {
        ASSERT_NE(TypeParam::in_language(name), nullptr) << name;
        EXPECT_EQ(TypeParam::in_language(name), TypeParam::in_language(name)) << name;
        EXPECT_EQ(TypeParam::in_language(name)->language(), name);
    }
}

TYPED_TEST(MultilingualConformance, WordsBeginAndEndAtTheSamePlacesInEveryLanguage) {
    SCOPED_TRACE(testing::Message() << "seed " << this->seed);
    for (int i = 0; i < 200; ++i) {
        auto const text = this->random_text();
        std::map<std::size_t, std::size_t> places;
        for (auto const& name : TypeParam::languages()) {
            for (auto const& [term, begin, end] : analyze(*TypeParam::in_language(name), text)) {
                ASSERT_FALSE(term.empty()) << name << ": " << text;
                auto const [known, is_new] = places.emplace(begin, end);
                ASSERT_EQ(known->second, end) << name << ": " << text;
                auto const next = std::next(known);
                ASSERT_TRUE(next == places.end() || end <= next->first) << name << ": " << text;
                ASSERT_TRUE(known == places.begin() || std::prev(known)->second <= begin) << name << ": " << text;
            }
        }
    }
}

TYPED_TEST(MultilingualConformance, ServesManyThreadsInManyLanguages) {
    std::string text;
    for (int i = 0; i < 100; ++i) {
        text += this->random_text() + " ";
    }
    std::vector<std::string> const names = TypeParam::languages();
    std::vector<std::vector<mkdb_test::found_term>> expected;
    for (auto const& name : names) {
        expected.push_back(analyze(*TypeParam::in_language(name), text));
    }
    std::vector<std::thread> threads;
    std::vector<int> differences(4);
    for (auto& count : differences) {
        threads.emplace_back([&] {
            for (std::size_t i = 0; i < names.size(); ++i) {
                count += analyze(*TypeParam::in_language(names[i]), text) == expected[i] ? 0 : 1;
            }
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    EXPECT_EQ(differences, std::vector<int>(4));
}

} // namespace
