#include "unit/text/text_support.hpp"

#include <mkdb/text/field_tokenizers.hpp>
#include <mkdb/text/standard.hpp>
#include <mkdb/text/whitespace.hpp>

#include <gmock/gmock.h>

#include <set>
#include <string>
#include <string_view>

namespace {

using mkdb::text::check_languages;
using mkdb::text::field_languages;
using mkdb::text::field_tokenizers;
using mkdb::text::standard;
using mkdb::text::whitespace;
using mkdb_test::found_term;

std::string terms(char const* language, std::string_view text) {
    return mkdb_test::terms(*standard::in_language(language), text);
}

TEST(Languages, AreThoseOfTheStemmers) {
    EXPECT_THAT(standard::languages(), testing::IsSupersetOf({"arabic", "english", "german", "turkish", "yiddish"}));
    EXPECT_THAT(standard::languages(), testing::Not(testing::Contains("porter")));
    EXPECT_EQ(standard().language(), "english");
    for (auto const& name : standard::languages()) {
        ASSERT_NE(standard::in_language(name), nullptr) << name;
        EXPECT_EQ(standard::in_language(name)->language(), name);
    }
    for (auto const* const name : {"", "klingon", "German", "de", "porter"}) {
        EXPECT_EQ(standard::in_language(name), nullptr) << name;
    }
}

TEST(Languages, HaveTheirOwnStopWordsAndStems) {
    EXPECT_EQ(terms("german", "Die Häuser und das Haus, für Straßen"), "haus|haus|strass");
    EXPECT_EQ(terms("german", "STRASSE strasse Straße"), "strass|strass|strass");
    EXPECT_EQ(terms("french", "Les vis d’acier et l'acier inoxydable"), "vis|aci|aci|inoxyd");
    EXPECT_EQ(terms("russian", "Стальные болты и стальной болт"), "стальн|болт|стальн|болт");
    EXPECT_EQ(terms("spanish", "los tornillos de acero"), "tornill|acer");
    EXPECT_EQ(terms("english", "The steel bolts"), mkdb_test::terms(standard(), "The steel bolts"));
}

TEST(Languages, FoldTheTurkishIAsTurksDo) {
    EXPECT_EQ(terms("turkish", "IŞIK ışık"), "ışık|ışık");
    EXPECT_EQ(terms("turkish", "\u0130ZM\u0130R izmir I\u0307ZMI\u0307R"), "izmir|izmir|izmir");
    EXPECT_EQ(terms("turkish", "ISPARTA'ya Isparta"), "ıspar|ıspar");
    EXPECT_EQ(terms("english", "ISPARTA"), "isparta");
}

/// So that terms of two languages can be held against each other, also where a part of the word is not looked up.
TEST(Languages, LeaveWordsWhereTheyAre) {
    EXPECT_EQ(mkdb_test::analyze(*standard::in_language("french"), "l’acier"),
              (std::vector<found_term>{{"aci", 0, 9}}));
}

TEST(Languages, NameWhatTheirTermsComeFrom) {
    std::set<std::string> formats;
    for (auto const& name : standard::languages()) {
        formats.insert(standard::in_language(name)->format_name());
    }
    EXPECT_EQ(formats.size(), standard::languages().size());
    EXPECT_THAT(standard::in_language("german")->format_name(), testing::HasSubstr(" german "));
    EXPECT_EQ(standard::in_language("english")->format_name(), standard().format_name());
}

/// Checkpoints from before there were languages stay of use.
TEST(Languages, LeaveTheNameOfEnglishAsItWas) {
    EXPECT_THAT(standard().format_name(), testing::MatchesRegex("standard/1 icu [0-9.]+ stems [0-9]+"));
}

TEST(Languages, OfFieldsAreRefusedByNameWhenThereAreNone) {
    EXPECT_TRUE(check_languages<standard>({}));
    EXPECT_TRUE(check_languages<standard>({{"title", "german"}, {"text", "english"}, {"other", ""}}));
    auto const unknown = check_languages<standard>({{"text", "german"}, {"title", "klingon"}});
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().code, mkdb::errc::unsupported);
    EXPECT_THAT(unknown.error().message,
                testing::StartsWith("field 'title': no language 'klingon', there are arabic, armenian, basque"));
    auto const none = check_languages<whitespace>({{"title", "german"}});
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().code, mkdb::errc::unsupported);
    EXPECT_EQ(none.error().message,
              "field 'title': language 'german': the tokenizer of this program knows no languages");
    EXPECT_TRUE(check_languages<whitespace>({{"title", ""}}));
}

TEST(FieldTokenizers, GiveEachFieldItsOwn) {
    standard const own;
    field_languages const languages{{"title", "german"}, {"text", "english"}, {"other", ""}};
    field_tokenizers const fields(own, &languages);
    EXPECT_EQ(fields.language_of("title"), "german");
    EXPECT_EQ(&fields.of("title"), standard::in_language("german"));
    for (auto const* const name : {"text", "other", "elsewhere"}) {
        EXPECT_EQ(fields.language_of(name), "") << name;
        EXPECT_EQ(&fields.of(name), &own) << name;
    }
    EXPECT_EQ(&field_tokenizers(own).of("title"), &own);
}

TEST(FieldTokenizers, OfATokenizerWithoutLanguagesAreAllTheSame) {
    whitespace const own;
    field_languages const languages{{"title", ""}};
    field_tokenizers const fields(own, &languages);
    EXPECT_EQ(fields.language_of("title"), "");
    EXPECT_EQ(&fields.of("title"), &own);
}

} // namespace
