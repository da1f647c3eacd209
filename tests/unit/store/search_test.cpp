#include "support/memory_database.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace {

using mkdb::test::memory_database;
using mkdb::test::object;
using testing::ElementsAre;
using testing::IsEmpty;

[[nodiscard]] mkdb::query_page ask(memory_database::store const& store, boost::json::object const& body) {
    return store.query(store.parse_query(body).value()).value();
}
[[nodiscard]] mkdb::query_page ask(memory_database::store const& store, std::string_view body) {
    return ask(store, object(body));
}

class Search : public testing::Test {
protected:
    Search() {
        for (auto const* each : {R"({"name":"steel bolt","text":"a bolt of steel","colour":"grey"})",
                                 R"({"name":"brass bolt","text":"no iron in it","colour":"yellow"})",
                                 R"({"name":"washer","text":"for a steel bolt","colour":"grey"})",
                                 R"({"name":"nut","text":"brass","tags":["for bolts","new"]})"}) {
            static_cast<void>(store->write({.id = "r" + std::to_string(++records), .delta = object(each)}).value());
        }
    }

    memory_database data;
    std::shared_ptr<memory_database::store> store =
        data.create("s", {.schema = {{"name", "full-text"}, {"text", "full-text"}}});
    int records = 0;
};

TEST_F(Search, BringsTheBestFirst) {
    auto const page = ask(*store, R"({"search":{"text":"steel bolts","fields":["name^2","text"]}})");
    EXPECT_THAT(page.ids, ElementsAre("r1", "r2", "r3"));
    EXPECT_EQ(page.total_matches, 3U);
    EXPECT_TRUE(std::ranges::is_sorted(*page.scores, std::greater<>()));
    EXPECT_FALSE(page.next_cursor);
}

TEST_F(Search, CombinesWithAFilterWhoseRecordsAloneAreFound) {
    auto const page =
        ask(*store, R"({"filter":{"colour":"grey"},"search":{"text":"bolt","fields":["name","text"]},"hydrate":true})");
    EXPECT_THAT(page.ids, testing::UnorderedElementsAre("r1", "r3"));
    EXPECT_EQ(page.records.size(), 2U);
    EXPECT_EQ(page.total_matches, 2U);
}

TEST_F(Search, OfEveryTermLooksForEachInSomeField) {
    auto const search = [&](std::string const& match) {
        return ask(*store,
                   R"({"search":{"text":"brass bolt","fields":["name","text","tags"],"match":")" + match + R"("}})");
    };
    EXPECT_THAT(search("any").ids, testing::UnorderedElementsAre("r1", "r2", "r3", "r4"));
    EXPECT_THAT(search("all").ids, testing::UnorderedElementsAre("r2", "r4"));
}

TEST_F(Search, OfStopWordsAloneFindsNothing) {
    for (auto const* match : {"any", "all"}) {
        auto const page = ask(
            *store, boost::json::object{
                        {"search", {{"text", "of the"}, {"fields", boost::json::array{"name"}}, {"match", match}}}});
        EXPECT_EQ(page.total_matches, 0U) << match;
        EXPECT_THAT(page.ids, IsEmpty()) << match;
    }
}

TEST_F(Search, TellsWhereItsWordsAre) {
    auto const page = ask(
        *store, R"({"filter":{"id":"r4"},"search":{"text":"bolts new","fields":["name","tags"],"highlight":true}})");
    ASSERT_THAT(page.ids, ElementsAre("r4"));
    ASSERT_EQ(page.highlights->size(), 1U);
    EXPECT_EQ(page.highlights->front(),
              object(R"({"tags":[{"start":4,"length":5,"index":0},{"start":0,"length":3,"index":1}]})"));
    EXPECT_THAT(page.records, IsEmpty());
}

TEST_F(Search, CountsAndAddsUpWhatItFinds) {
    auto const counted = ask(*store, R"({"filter":{},"search":{"text":"steel","fields":["text"]},"count_only":true})");
    EXPECT_EQ(counted.total_matches, 2U);
    EXPECT_FALSE(counted.scores);
    auto const figures = ask(*store, R"({"filter":{},"search":{"text":"bolt","fields":["name","text"]},
        "aggregate":{"group_by":"colour","metrics":{"n":"count"}}})");
    EXPECT_EQ(*figures.aggregate, object(R"({"groups":[{"key":"grey","metrics":{"n":2}},
                                                       {"key":"yellow","metrics":{"n":1}}]})"));
}

TEST_F(Search, HasScoresThoughNoneIsOnThePage) {
    for (auto const offset : {std::uint64_t{3}, std::numeric_limits<std::uint64_t>::max()}) {
        auto const page = ask(
            *store, boost::json::object{{"search", {{"text", "bolt"}, {"fields", boost::json::array{"name", "text"}}}},
                                        {"offset", offset}});
        EXPECT_EQ(page.total_matches, 3U);
        ASSERT_TRUE(page.scores);
        EXPECT_THAT(*page.scores, IsEmpty());
    }
}

TEST_F(Search, IsARequestWithoutAFilter) {
    auto const page = ask(*store, R"({"search":{"text":"brass","fields":["text"]},"fields":["name"]})");
    ASSERT_EQ(page.records.size(), 1U);
    EXPECT_EQ(page.records.front().json, R"({"name":"nut"})");
    EXPECT_EQ(ask(*store, R"({"search":{"text":"brass","fields":["text"]},"count_only":true})").total_matches, 1U);
    EXPECT_EQ(
        store->parse_query(object(R"({"search":{"text":"brass","fields":["text"]},"colour":"grey"})")).error().code,
        mkdb::errc::query_syntax);
}

TEST_F(Search, OfTooManyPlacesIsRefusedAndNotCutOff) {
    std::string words;
    for (int i = 0; i < 120; ++i) {
        words += "many ";
    }
    for (int i = 0; i <= 1000; ++i) {
        ASSERT_TRUE(store->write({.delta = {{"text", words}}}));
    }
    auto const highlights = [&](std::uint64_t limit) {
        auto body = object(R"({"search":{"text":"many","fields":["text"],"highlight":true}})");
        body["limit"] = limit;
        return store->query(store->parse_query(body).value());
    };
    auto const most = highlights(1000).value();
    EXPECT_EQ(most.highlights->at(0).at("text").as_array().size(), 100U);
    EXPECT_EQ(highlights(1001).error().code, mkdb::errc::limit_exceeded);
}

/// Ranking has its own ways for pages of different sizes, and for more rows than it looks at at once.
TEST_F(Search, OfManyRecordsIsTheSameOnPagesOfAnySize) {
    for (int i = 0; i < 12000; ++i) {
        auto const rare = i % 97 == 0 ? " seldom" : "";
        ASSERT_TRUE(store->write({.delta = {{"text", std::string(1 + i % 7, 'a') + " often" + rare}}}));
    }
    auto const best = [&](std::uint64_t limit) {
        boost::json::object body{{"search", {{"text", "often seldom"}, {"fields", boost::json::array{"text"}}}}};
        body["limit"] = limit;
        return ask(*store, body);
    };
    auto const all = best(0);
    ASSERT_EQ(all.ids.size(), 12000U);
    for (auto const limit : {1U, 10U, 200U, 9999U}) {
        auto const page = best(limit);
        EXPECT_EQ(page.total_matches, 12000U);
        EXPECT_EQ(page.ids, std::vector(all.ids.begin(), all.ids.begin() + limit)) << limit;
        EXPECT_EQ(*page.scores, std::vector(all.scores->begin(), all.scores->begin() + limit)) << limit;
    }
}

/// No record is read here: the time is looked at while ranking.
TEST_F(Search, OverItsTimeLimitSaysSo) {
    auto const request = store->parse_query(object(R"({"search":{"text":"bolt","fields":["name","text"]}})")).value();
    auto const answer = store->query(request, {.time_limit = std::chrono::milliseconds(7), .cancelled = [&] {
                                                   data.clock.advance(std::chrono::milliseconds(10));
                                                   return false;
                                               }});
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, mkdb::errc::query_timeout);
}

TEST_F(Search, GivesScoresHighlightsAndProjectedRecordsInOneOrder) {
    auto const page = ask(*store, R"({"filter":{"colour":{"exists":true}},"hydrate":true,"fields":["colour"],"offset":1,
        "search":{"text":"steel bolts","fields":["name^2","text"],"highlight":true}})");
    ASSERT_EQ(page.records.size(), 2U);
    EXPECT_EQ(page.records[0].id, "r2");
    EXPECT_EQ(page.records[0].json, R"({"colour":"yellow"})");
    EXPECT_EQ(page.records[1].id, "r3");
    EXPECT_EQ(page.scores->size(), 2U);
    ASSERT_EQ(page.highlights->size(), 2U);
    EXPECT_EQ(page.highlights->at(0), object(R"({"name":[{"start":6,"length":4}]})"));
    EXPECT_EQ(page.highlights->at(1), object(R"({"text":[{"start":6,"length":5},{"start":12,"length":4}]})"));
}

TEST_F(Search, LooksIntoObjectsByPathsWhereThoseAreMeant) {
    for (auto const* name : {"paths", "indexed"}) {
        auto const made = data.create(name, {.nested_queries = true,
                                             .schema = std::string_view(name) == "paths"
                                                           ? std::map<std::string, std::string>{}
                                                           : std::map<std::string, std::string>{{"a.b", "full-text"}}});
        ASSERT_TRUE(made->write({.id = "deep", .delta = object(R"({"a":{"b":"steel"}})")}));
        EXPECT_THAT(ask(*made, R"({"search":{"text":"steel","fields":["a.b"]}})").ids, ElementsAre("deep")) << name;
    }
}

TEST_F(Search, ReadsNoRecordWhereItsFieldsAreIndexed) {
    auto const explain = [&](std::string const& fields) {
        auto const body = object(R"({"search":{"text":"bolt","fields":)" + fields + "}}");
        return store->explain(store->parse_query(body).value()).value();
    };
    auto const indexed = explain(R"(["name","text"])");
    EXPECT_EQ(indexed.order, mkdb::query::ordering::score);
    EXPECT_EQ(indexed.records_read, 0U);
    EXPECT_EQ(indexed.total_matches, 3U);
    EXPECT_GT(explain(R"(["name","tags"])").records_read, 0U);
}

TEST_F(Search, FindsTheSameAfterItWasOpenedAgain) {
    boost::json::object const body{
        {"search", {{"text", "steel brass"}, {"fields", boost::json::array{"name^3", "text"}}}}};
    auto const before = ask(*store, body);
    store.reset();
    ASSERT_TRUE(data->close());
    data.open();
    auto const after = ask(*data->open_store("s").value(), body);
    EXPECT_EQ(after.ids, before.ids);
    EXPECT_EQ(after.scores, before.scores);
}

} // namespace
