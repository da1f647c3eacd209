#include "unit/query/query_support.hpp"

#include <mkdb/query/highlight.hpp>
#include <mkdb/query/search.hpp>

#include <gmock/gmock.h>

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace {

using mkdb::query::search_word;
using testing::ElementsAre;
using testing::IsEmpty;

mkdb::text::field_languages const languages{{"de", "german"}, {"fr", "french"}, {"en", "english"}};

[[nodiscard]] mkdb::query::request asked(std::string_view text) {
    return mkdb_test::request(text, {.languages = &languages}).value();
}
[[nodiscard]] mkdb::query::condition only_condition(std::string_view text) {
    return std::get<mkdb::query::condition>(asked(text).where.node);
}
[[nodiscard]] bool holds(std::string_view filter, std::string_view record) {
    return mkdb::query::matches(asked(filter).where, "id1", mkdb_test::object(record), false, mkdb::text::standard());
}

TEST(QueryLanguages, AreThoseOfTheFields) {
    for (auto const* const operand : {R"(["die Häuser"])", R"({"contains":"die Häuser"})", R"({"phrase":"die Häuser"})",
                                      R"({"fuzzy":"Häuser"})", R"({"fuzzy":{"text":"Häuser"}})"}) {
        auto const german = only_condition(R"({"de":)" + std::string(operand) + "}");
        EXPECT_EQ(german.language, "german") << operand;
        EXPECT_THAT(german.terms, ElementsAre("haus")) << operand;
    }
    auto const french = only_condition(R"({"fr":{"contains":"l'acier"}})");
    EXPECT_EQ(french.language, "french");
    EXPECT_THAT(french.terms, ElementsAre("aci"));
    for (auto const* const field : {"en", "other"}) {
        auto const own = only_condition(R"({")" + std::string(field) + R"(":{"contains":"the houses"}})");
        EXPECT_EQ(own.language, "") << field;
        EXPECT_THAT(own.terms, ElementsAre("hous")) << field;
    }
    EXPECT_EQ(only_condition(R"({"de":{"prefix":"H"}})").language, "");
}

TEST(QueryLanguages, MatchTextAsItIsAskedFor) {
    auto const* const record = R"({"de":"Die Häuser am See","fr":["l’acier","les vis"],"en":"the houses"})";
    EXPECT_TRUE(holds(R"({"de":{"contains":"das Haus"}})", record));
    EXPECT_TRUE(holds(R"({"de":{"phrase":"Haus am See"}})", record));
    EXPECT_TRUE(holds(R"({"de":{"fuzzy":"Hauss"}})", record));
    EXPECT_TRUE(holds(R"({"fr":["acier","vis"]})", record));
    EXPECT_TRUE(holds(R"({"en":["house"]})", record));
    EXPECT_FALSE(holds(R"({"en":["Haus"]})", record));
    EXPECT_TRUE(holds(R"({"$not":{"other":["Haus"]},"de":["Haus"]})", record));
    EXPECT_TRUE(holds(R"({"de":["das"]})", record)); // a stop word alone: where there is text
}

TEST(QueryLanguages, OfASearchHaveATextEach) {
    auto const search =
        *asked(R"({"search":{"text":"die Häuser the houses","fields":["de^2","en","other","fr"]}})").search;
    ASSERT_EQ(search.texts.size(), 3U);
    EXPECT_EQ(search.texts[0].language, "german");
    EXPECT_THAT(search.texts[0].terms, ElementsAre("haus", "hous", "the"));
    EXPECT_EQ(search.texts[1].language, "");
    EXPECT_THAT(search.texts[1].terms, ElementsAre("die", "hous", "häuser"));
    EXPECT_EQ(search.texts[2].language, "french");
    std::vector<std::size_t> texts;
    for (auto const& field : search.fields) {
        texts.push_back(field.text);
    }
    EXPECT_THAT(texts, ElementsAre(0U, 1U, 1U, 2U));
    EXPECT_THAT(search.words, IsEmpty()); // `any` needs none
}

TEST(QueryLanguages, OfASearchForAllWordsWantEachOnce) {
    auto const words = [](std::string const& text, std::string const& fields) {
        return asked(R"({"search":{"match":"all","text":")" + text + R"(","fields":)" + fields + "}}").search->words;
    };
    // In one language, its terms.
    EXPECT_THAT(words("steel bolts of bolt", R"(["en"])"), ElementsAre(search_word{0}, search_word{1}));
    // "die" is no word of German fields, and "the" none of English ones: no record has to have them.
    EXPECT_THAT(words("die Häuser the houses", R"(["de","en"])"),
                testing::UnorderedElementsAre(search_word{0, 2}, search_word{1, 1}));
    EXPECT_THAT(words("die the", R"(["de","en"])"), IsEmpty());
    // One term of German, and two of English.
    EXPECT_THAT(words("Haus Häuser", R"(["de","en"])"), ElementsAre(search_word{0, 0}, search_word{0, 1}));
}

TEST(QueryLanguages, OfASearchFindInEachFieldItsOwnTerms) {
    auto const found = [](std::string const& match, std::string const& text, std::string_view record) {
        auto const body = R"({"search":{"match":")" + match + R"(","text":")" + text + R"(","fields":["de","en"]}})";
        return holds(body, record);
    };
    EXPECT_TRUE(found("any", "Haus", R"({"de":"Häuser"})"));
    EXPECT_FALSE(found("any", "Haus", R"({"en":"Häuser"})"));
    EXPECT_TRUE(found("all", "Haus bolts", R"({"de":"Häuser","en":"a bolt"})"));
    EXPECT_FALSE(found("all", "Haus bolts", R"({"de":"Häuser"})"));
    EXPECT_TRUE(found("all", "die Häuser", R"({"de":"Haus"})"));
    EXPECT_TRUE(found("all", "die", R"({"en":"to die"})"));
    EXPECT_FALSE(found("all", "die", R"({"de":"die Häuser"})"));
    EXPECT_FALSE(found("all", "die the", R"({"de":"Haus"})"));
    EXPECT_TRUE(found("all", "die the", R"({"de":"the Haus"})"));
}

TEST(QueryLanguages, OfASearchShowItsPlaces) {
    auto const search = asked(R"({"search":{"text":"Haus house","fields":["de","en"],"highlight":true}})").search;
    EXPECT_EQ(mkdb::query::highlights_of(mkdb_test::object(R"({"de":"Die Häuser","en":"die Häuser houses"})"), *search,
                                         false, mkdb::text::standard()),
              mkdb_test::object(R"({"de":[{"start":4,"length":7}],"en":[{"start":12,"length":6}]})"));
}

TEST(QueryLanguages, BoundASearchByTheWordsOfAll) {
    std::string text;
    for (int i = 0; i < 100; ++i) {
        text += "w" + std::to_string(i) + " ";
    }
    auto const body = R"({"search":{"text":")" + text + R"(","fields":["de","en","fr"]}})";
    auto const refused = mkdb_test::request(body, {.languages = &languages});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().message,
              "Query syntax error: 'search': expected at most 256 words times fields, found 100 times 3");
}

} // namespace
