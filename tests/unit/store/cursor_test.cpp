#include "support/memory_database.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <string>
#include <vector>

namespace {

using mkdb::test::memory_database;
using mkdb::test::object;
using testing::ElementsAre;
using testing::IsEmpty;

/// Twelve records a to l: `n` goes down, `even` has holes.
class Cursor : public testing::Test {
protected:
    memory_database data;
    std::shared_ptr<memory_database::store> store = data.create("s");

    void SetUp() override {
        for (int i = 0; i < 12; ++i) {
            put(std::string(1, static_cast<char>('a' + i)),
                i % 2 == 0 ? boost::json::object{{"n", 11 - i}, {"even", i / 4}} : boost::json::object{{"n", 11 - i}});
        }
    }

    void put(std::string id, boost::json::object delta) {
        ASSERT_TRUE(store->write({.id = std::move(id), .delta = std::move(delta)}));
    }

    [[nodiscard]] mkdb::query_page ask(boost::json::object const& body) {
        return store->query(store->parse_query(body).value()).value();
    }
};

TEST_F(Cursor, GoesOnWhereThePageEnded) {
    boost::json::object body{{"filter", {{"n", {{"lt", 9}}}}}, {"sort", "n"}, {"limit", 4}};
    auto page = ask(body);
    EXPECT_THAT(page.ids, ElementsAre("l", "k", "j", "i"));
    body["cursor"] = page.next_cursor.value();
    page = ask(body);
    EXPECT_THAT(page.ids, ElementsAre("h", "g", "f", "e"));
    EXPECT_EQ(page.total_matches, 9U);
    body["cursor"] = page.next_cursor.value();
    page = ask(body);
    EXPECT_THAT(page.ids, ElementsAre("d"));
    EXPECT_FALSE(page.next_cursor);
}

TEST_F(Cursor, SkipsTheOffsetAfterIt) {
    auto const first = ask({{"filter", boost::json::object()}, {"limit", 2}});
    auto const next =
        ask({{"filter", boost::json::object()}, {"limit", 2}, {"offset", 3}, {"cursor", *first.next_cursor}});
    EXPECT_THAT(next.ids, ElementsAre("f", "g"));
}

TEST_F(Cursor, StaysWhereItIsWhenItsRecordGoesOrMoves) {
    for (auto const& sort : {boost::json::value("n"), boost::json::value(nullptr)}) {
        boost::json::object body{{"filter", boost::json::object()}, {"sort", sort}, {"limit", 3}};
        auto const first = ask(body);
        auto const last = first.ids.back();
        ASSERT_TRUE(store->erase({.id = last}));
        put(first.ids.front(), {{"n", -7}});
        put("before" + last, {{"n", -5}});
        body["cursor"] = first.next_cursor.value();
        body["limit"] = 0;
        auto const rest = ask(body).ids;
        for (auto const& id : first.ids) {
            EXPECT_THAT(rest, testing::Not(testing::Contains(id)));
        }
        EXPECT_EQ(std::ranges::count_if(rest, [](auto const& id) { return id.size() == 1; }) + 3,
                  sort.is_null() ? 11 : 12);
    }
}

TEST_F(Cursor, OrdersTiesAndMissingValues) {
    boost::json::object body{{"filter", boost::json::object()}, {"sort", {"-even", "n"}}, {"limit", 5}};
    auto page = ask(body);
    EXPECT_THAT(page.ids, ElementsAre("k", "i", "g", "e", "c"));
    body["cursor"] = page.next_cursor.value();
    page = ask(body);
    EXPECT_THAT(page.ids, ElementsAre("a", "l", "j", "h", "f"));
    body["cursor"] = page.next_cursor.value();
    EXPECT_THAT(ask(body).ids, ElementsAre("d", "b"));
}

TEST_F(Cursor, HoldsAnyValueAndTellsNullFromNothing) {
    boost::json::value deep = 1;
    for (int i = 0; i < 62; ++i) {
        deep = boost::json::array{deep};
    }
    put("a", {{"v", boost::json::value(nullptr)}, {"w", 1}});
    for (auto const& [id, value] : std::vector<std::pair<std::string, boost::json::value>>{
             {"b", 1}, {"c", 1.0}, {"d", "x"}, {"e", {1, nullptr}}, {"f", deep}, {"g", {{"k", 1}}}, {"h", false}}) {
        put(id, {{"v", value}});
    }
    boost::json::object body{{"filter", boost::json::object()}, {"sort", "v"}, {"limit", 1}};
    std::vector<std::string> ids;
    for (bool more = true; more && ids.size() < 20;) {
        auto const page = ask(body);
        ids.insert(ids.end(), page.ids.begin(), page.ids.end());
        more = page.next_cursor.has_value();
        body["cursor"] = page.next_cursor.value_or("");
    }
    EXPECT_THAT(ids, ElementsAre("h", "b", "c", "d", "e", "f", "g", "a", "i", "j", "k", "l"));
}

TEST_F(Cursor, OutlivesARestart) {
    boost::json::object body{{"filter", boost::json::object()}, {"limit", 5}};
    body["cursor"] = ask(body).next_cursor.value();
    store.reset();
    data.open();
    store = data->open_store("s", {}).value();
    EXPECT_THAT(ask(body).ids, ElementsAre("f", "g", "h", "i", "j"));
}

TEST_F(Cursor, PastTheEndGivesNothing) {
    boost::json::object body{{"filter", boost::json::object()}, {"limit", 11}};
    body["cursor"] = ask(body).next_cursor.value();
    ASSERT_TRUE(store->erase({.id = "l"}));
    auto const page = ask(body);
    EXPECT_THAT(page.ids, IsEmpty());
    EXPECT_FALSE(page.next_cursor);
    EXPECT_EQ(page.total_matches, 11U);
}

TEST_F(Cursor, IsRefusedByAQueryInAnotherOrder) {
    auto const unsorted = *ask({{"filter", boost::json::object()}, {"limit", 5}}).next_cursor;
    auto const sorted = *ask({{"filter", boost::json::object()}, {"limit", 5}, {"sort", "n"}}).next_cursor;
    auto const refusal = [&](boost::json::object const& body) { return store->parse_query(body).error().message; };
    auto const* const another = "Query syntax error: 'cursor': is of a query with another 'sort'";
    EXPECT_EQ(refusal({{"filter", boost::json::object()}, {"sort", "n"}, {"cursor", unsorted}}), another);
    EXPECT_EQ(refusal({{"filter", boost::json::object()}, {"cursor", sorted}}), another);
    EXPECT_EQ(refusal({{"filter", boost::json::object()}, {"sort", "-n"}, {"cursor", sorted}}), another);
}

} // namespace
