#include "support/checkpoint_fixture.hpp"
#include "support/memory_database.hpp"

#include <mkdb/store/check_store_options.hpp>
#include <mkdb/text/whitespace.hpp>

#include <gmock/gmock.h>

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

namespace {

using mkdb::test::memory_database;
using mkdb::test::object;
using testing::ElementsAre;
using testing::UnorderedElementsAre;

/// A store of German titles and English texts, with and without indexes of them.
class StoreLanguages : public testing::TestWithParam<char const*> {
protected:
    memory_database data;
    std::shared_ptr<memory_database::store> store = data.create("s", options({{"title", "german"}}));

    void SetUp() override {
        for (auto const* each :
             {R"({"title":"Die Häuser am See","text":"houses by the lake"})",
              R"({"title":"Ein Haus","text":"one house"})", R"({"title":"Straßen","text":"the das of roads"})"}) {
            ASSERT_TRUE(store->write({.id = "r" + std::to_string(++records), .delta = object(each)}));
        }
    }

    [[nodiscard]] static mkdb::store_options options(mkdb::text::field_languages languages) {
        mkdb::store_options chosen{.schema = {{"title", GetParam()}, {"text", GetParam()}}};
        chosen.languages = std::move(languages);
        return chosen;
    }

    [[nodiscard]] mkdb::query_page ask(std::string_view body) const {
        return store->query(store->parse_query(object(body)).value()).value();
    }
    /// How many records had to be read for it.
    [[nodiscard]] std::uint64_t read_for(mkdb::query::request const& asked) const {
        return store->explain(asked).value().records_read;
    }
    [[nodiscard]] bool is_indexed() const { return GetParam() == std::string_view("full-text"); }

    void speak(mkdb::text::field_languages languages) {
        auto chosen = store->options();
        chosen.languages = std::move(languages);
        auto const done = store->reconfigure(chosen);
        ASSERT_TRUE(done) << done.error().message;
    }

    int records = 0;
};

TEST_P(StoreLanguages, AreOfTheirFields) {
    EXPECT_THAT(ask(R"({"filter":{"title":["das Haus"]}})").ids, ElementsAre("r1", "r2"));
    EXPECT_THAT(ask(R"({"filter":{"text":["das"]}})").ids, ElementsAre("r3"));
    EXPECT_THAT(ask(R"({"filter":{"title":["strasse"]}})").ids, ElementsAre("r3"));
    EXPECT_THAT(ask(R"({"filter":{"text":["the house"]}})").ids, ElementsAre("r1", "r2"));
}

TEST_P(StoreLanguages, AreSearchedTogether) {
    auto const page = ask(R"({"search":{"text":"Häuser roads","fields":["title","text"],"highlight":true}})");
    EXPECT_THAT(page.ids, UnorderedElementsAre("r1", "r2", "r3"));
    EXPECT_THAT(ask(R"({"search":{"text":"Häuser lake","match":"all","fields":["title","text"]}})").ids,
                ElementsAre("r1"));
    auto const places = ask(R"({"filter":{"id":"r1"},
        "search":{"text":"Haus house","fields":["title","text"],"highlight":true}})");
    EXPECT_EQ(places.highlights->at(0),
              object(R"({"title":[{"start":4,"length":7}],"text":[{"start":0,"length":6}]})"));
}

TEST_P(StoreLanguages, ChangeWithTheSettings) {
    auto const before = store->parse_query(object(R"({"filter":{"title":["Häuser"]}})")).value();
    EXPECT_THAT(store->query(before).value().ids, ElementsAre("r1", "r2"));
    EXPECT_EQ(read_for(before), is_indexed() ? 0U : 3U);
    speak({});
    auto const after = store->parse_query(object(R"({"filter":{"title":["Häuser"]}})")).value();
    EXPECT_THAT(store->query(after).value().ids, ElementsAre("r1"));
    EXPECT_EQ(read_for(after), is_indexed() ? 0U : 3U);
    // What was asked before is answered as it was meant, and not from an index of other terms.
    EXPECT_THAT(store->query(before).value().ids, ElementsAre("r1", "r2"));
    EXPECT_EQ(read_for(before), 3U);
    speak({{"title", "german"}});
    EXPECT_THAT(store->query(before).value().ids, ElementsAre("r1", "r2"));
    EXPECT_EQ(read_for(before), is_indexed() ? 0U : 3U);
    EXPECT_THAT(store->query(after).value().ids, ElementsAre("r1"));
}

TEST_P(StoreLanguages, OfASearchFromBeforeGiveTheSameScores) {
    auto const search =
        store->parse_query(object(R"({"search":{"text":"Häuser house","fields":["title","text"]}})")).value();
    auto const before = store->query(search).value();
    speak({{"text", "german"}});
    auto const after = store->query(search).value();
    EXPECT_EQ(after.ids, before.ids);
    EXPECT_EQ(after.scores, before.scores);
}

TEST_P(StoreLanguages, KeepTheIndexesOfOtherFields) {
    auto const asked = store->parse_query(object(R"({"filter":{"text":["house"]}})")).value();
    speak({{"title", "french"}});
    EXPECT_EQ(read_for(asked), is_indexed() ? 0U : 3U);
    EXPECT_THAT(store->query(asked).value().ids, ElementsAre("r1", "r2"));
}

TEST_P(StoreLanguages, NamedAsTheTokenizersOwnAreNoOther) {
    auto const asked = store->parse_query(object(R"({"filter":{"text":["house"]}})")).value();
    speak({{"title", "german"}, {"text", "english"}});
    EXPECT_EQ(read_for(asked), is_indexed() ? 0U : 3U);
}

TEST_P(StoreLanguages, FollowWhatIsWritten) {
    ASSERT_TRUE(store->write({.id = "r1", .delta = object(R"({"title":"Der Baum"})")}));
    ASSERT_TRUE(store->erase({.id = "r2"}));
    ASSERT_TRUE(store->write({.id = "r4", .delta = object(R"({"title":["Bäume","Haus"]})")}));
    EXPECT_THAT(ask(R"({"filter":{"title":["Häuser"]}})").ids, ElementsAre("r4"));
    EXPECT_THAT(ask(R"({"filter":{"title":["Baum"]}})").ids, ElementsAre("r1", "r4"));
}

/// Each request is answered in the language in which it was parsed, whichever indexes it meets.
TEST_P(StoreLanguages, ChangeUnderRequestsThatGoOn) {
    std::atomic<bool> over{false};
    std::atomic<int> wrong{0};
    std::vector<std::jthread> others;
    for (int i = 0; i < 2; ++i) {
        others.emplace_back([&] {
            while (!over) {
                auto const asked = store->parse_query({{"title", boost::json::array{"Häuser"}}}).value();
                bool const german = std::get<mkdb::query::condition>(asked.where.node).language == "german";
                wrong += store->query(asked).value().total_matches == (german ? 2U : 1U) ? 0 : 1;
            }
        });
    }
    others.emplace_back([&] {
        for (int i = 0; !over; ++i) {
            ASSERT_TRUE(store->write({.id = "r3", .delta = {{"title", i % 2 == 0 ? "Straßen" : "Wege"}}}));
        }
    });
    for (int turn = 0; turn < 20; ++turn) {
        speak(turn % 2 == 0 ? mkdb::text::field_languages{} : mkdb::text::field_languages{{"title", "german"}});
    }
    over = true;
    others.clear();
    EXPECT_EQ(wrong, 0);
}

TEST_P(StoreLanguages, ThatAreUnknownAreRefusedAndChangeNothing) {
    auto chosen = store->options();
    chosen.languages = {{"title", "klingon"}};
    auto const refused = store->reconfigure(chosen);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, mkdb::errc::unsupported);
    EXPECT_THAT(refused.error().message, testing::StartsWith("field 'title': no language 'klingon', there are arabic"));
    EXPECT_THAT(ask(R"({"filter":{"title":["Häuser"]}})").ids, ElementsAre("r1", "r2"));
    EXPECT_FALSE(data->create_store("other", chosen));
}

INSTANTIATE_TEST_SUITE_P(Indexes, StoreLanguages, testing::Values("", "exact", "full-text"), [](auto const& tried) {
    return std::string_view(tried.param).empty() ? std::string("None")
           : std::string(tried.param) == "exact" ? "Exact"
                                                 : "FullText";
});

class CheckpointLanguages : public mkdb::testing::checkpoint_fixture {
protected:
    [[nodiscard]] static mkdb::store_options in(char const* language) {
        auto chosen = options();
        chosen.languages = {{"text", language}};
        return chosen;
    }
    [[nodiscard]] std::uint64_t count(std::string_view word) const {
        boost::json::object const filter{{"text", boost::json::array{boost::json::value(word)}}};
        auto const asked = store->parse_query({{"filter", filter}, {"count_only", true}}).value();
        EXPECT_EQ(store->explain(asked).value().records_read, 0U);
        return store->query(asked).value().total_matches;
    }
};

TEST_F(CheckpointLanguages, AreNotTakenForEachOther) {
    make(in("german"));
    fill();
    ASSERT_TRUE(store->write({.id = "house", .delta = object(R"({"text":"die Häuser"})")}));
    store.reset();
    data.open();
    auto const found = disk();
    for (auto const* const language : {"german", "english", "french", "german"}) {
        restart_on(found, in(language));
        EXPECT_EQ(replayed(), 0U) << language;
        EXPECT_EQ(count("Haus"), language == std::string("german") ? 1U : 0U) << language;
        EXPECT_EQ(count("Häuser"), 1U) << language;
    }
}

struct plain_policies : mkdb::test::memory_policies {
    using tokenizer = mkdb::text::whitespace;
};

TEST(StoreOptions, NameNoLanguageWhereTheTokenizerKnowsNone) {
    mkdb::store_options chosen{.schema = {{"text", "full-text"}}};
    EXPECT_TRUE(mkdb::check_store_options<plain_policies>(chosen));
    chosen.languages = {{"text", "german"}};
    auto const refused = mkdb::check_store_options<plain_policies>(chosen);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, mkdb::errc::unsupported);
    EXPECT_EQ(refused.error().message,
              "field 'text': language 'german': the tokenizer of this program knows no languages");
}

} // namespace
