#include "unit/text/text_support.hpp"

#include <mkdb/text/standard.hpp>

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

using mkdb_test::analyze;
using mkdb_test::found_term;

struct icu_alone {
    mkdb::text::standard tokenizer;
    template <class OnTerm> void analyze(std::string_view text, OnTerm&& on_term) const {
        tokenizer.analyze_by_icu(text, on_term);
    }
};

std::string terms(std::string_view text) {
    return mkdb_test::terms(mkdb::text::standard(), text);
}

TEST(StandardTokenizer, FoldsDropsStopWordsAndStems) {
    EXPECT_EQ(terms("The Steel BOLTS are being bolted"), "steel|bolt|be|bolt");
    EXPECT_EQ(terms("to be or not to be"), "");
    EXPECT_EQ(terms(""), "");
    EXPECT_EQ(terms(" \t\n .,;-!?()"), "");
    EXPECT_EQ(terms("databases database's database"), "databas|databas|databas");
}

TEST(StandardTokenizer, CutsWhereUnicodeSays) {
    EXPECT_EQ(terms("can't e.g. 3.14 1,000 10;20 a,b x..y"), "can't|e.g|3.14|1,000|10;20|b|x|y");
    EXPECT_EQ(terms("foo_bar libssl3 2nd v1.2b mail@host.org a:b"), "foo_bar|libssl3|2nd|v1.2b|mail|host.org|b");
    EXPECT_EQ(terms("_ __ _x_"), "_x_");
}

TEST(StandardTokenizer, SaysWhichBytesATermStandsFor) {
    EXPECT_EQ(analyze(mkdb::text::standard(), "Ein Straßen-Bolts, müde"),
              (std::vector<found_term>{{"ein", 0, 3}, {"strassen", 4, 12}, {"bolt", 13, 18}, {"müde", 20, 25}}));
}

TEST(StandardTokenizer, FindsOneWordInEveryWayToWriteIt) {
    EXPECT_EQ(terms("CAFÉ"), terms("cafe\u0301"));
    EXPECT_EQ(terms("don’t"), terms("don't"));
    EXPECT_EQ(terms("ＷＩＤＥ"), terms("wide"));
    EXPECT_EQ(terms("ﬁle"), terms("file"));
    EXPECT_EQ(terms("ΣΊΣΥΦΟΣ"), terms("σίσυφος"));
    EXPECT_EQ(terms("İstanbul"), terms("i̇stanbul"));
}

TEST(StandardTokenizer, KnowsOtherScripts) {
    EXPECT_EQ(terms("Привет, МИР"), "привет|мир");
    EXPECT_EQ(terms("日本語を勉強する"), terms("日本語 を 勉強 する"));
    EXPECT_EQ(terms("ภาษาไทย"), "ภาษา|ไทย");
    EXPECT_EQ(terms("שלום עולם"), "שלום|עולם");
    EXPECT_EQ(terms("مرحبا بالعالم"), "مرحبا|بالعالم");
}

TEST(StandardTokenizer, FindsEmojiAndFlags) {
    EXPECT_EQ(terms("bolt 🔩🔩 ok"), "bolt|🔩|🔩|ok");
    EXPECT_EQ(terms("🇩🇪🇫🇷"), "🇩🇪|🇫🇷");
    EXPECT_EQ(terms("👩‍💻"), terms("x 👩‍💻").substr(2));
    EXPECT_EQ(terms("❤️"), terms("❤"));
}

TEST(StandardTokenizer, LooksLongWordsUpByTheirBeginning) {
    std::string const long_word(1000, 'q');
    EXPECT_EQ(terms(long_word), std::string(128, 'q'));
    EXPECT_EQ(terms(long_word + "x"), terms(long_word));
    std::string accents;
    for (int i = 0; i < 500; ++i) {
        accents += "é";
    }
    EXPECT_EQ(terms(accents), accents.substr(0, 128));
    EXPECT_EQ(terms("x" + accents), "x" + accents.substr(0, 126));
    EXPECT_EQ(analyze(mkdb::text::standard(), long_word).front().end, 1000U);
}

TEST(StandardTokenizer, TakesTheFastPathOnlyWhereItGivesTheSame) {
    auto const seed = std::random_device()();
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937 random(seed);
    std::string_view const likely = " aAbzZ059_.',;:-\"@\n\t\r/\\\x01#";
    for (int i = 0; i < 100000; ++i) {
        std::string text;
        for (auto left = random() % 16; left > 0; --left) {
            text += random() % 4 != 0 ? likely[random() % likely.size()] : static_cast<char>(random() % 128);
        }
        ASSERT_EQ(analyze(mkdb::text::standard(), text), analyze(icu_alone(), text)) << testing::PrintToString(text);
    }
}

TEST(StandardTokenizer, MixesBothPathsWithoutASeam) {
    auto const seed = std::random_device()();
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937 random(seed);
    std::vector<std::string> const pieces{
        " ",    "word", "The ",   "é",  "\u0301",
        "日本", "ไทย",  "🙂",   "🇩🇪", "\u200d",
        "’",    "'",    ".",      "\n", "1,2",
        "_",    "\r",   "\u00a0", "ß",  "long enough to be a stretch of plain ASCII, as found in any text "};
    for (int i = 0; i < 20000; ++i) {
        std::string text;
        for (auto left = random() % 12; left > 0; --left) {
            text += pieces[random() % pieces.size()];
        }
        ASSERT_EQ(analyze(mkdb::text::standard(), text), analyze(icu_alone(), text)) << text;
    }
}

TEST(StandardTokenizer, GivesTheSameTermsInEveryThread) {
    std::string text;
    for (int i = 0; i < 2000; ++i) {
        text += "running" + std::to_string(i) + " naïve conditions ";
    }
    auto const expected = terms(text);
    std::vector<std::string> got(4);
    std::vector<std::thread> threads;
    for (auto& mine : got) {
        threads.emplace_back([&] { mine = terms(text); });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    EXPECT_EQ(got, std::vector<std::string>(4, expected));
}

} // namespace
