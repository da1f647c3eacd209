#include "support/memory_database.hpp"

#include <mkdb/document/write.hpp>

#include <gmock/gmock.h>

#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace {

using mkdb::test::memory_database;
using testing::ElementsAreArray;

/// The same records in a store whose index can be walked, and in one without indexes.
class SortedWalk : public testing::Test {
protected:
    memory_database data;
    std::shared_ptr<memory_database::store> walked =
        data.create("walked", {.schema = {{"n", "numeric"}, {"k", "exact"}}});
    std::shared_ptr<memory_database::store> sorted = data.create("sorted");
    std::uint32_t const seed = std::random_device()();
    std::mt19937 chance{seed};

    [[nodiscard]] std::uint32_t below(std::uint32_t bound) {
        return std::uniform_int_distribution<std::uint32_t>(0, bound - 1)(chance);
    }

    /// Mostly numbers, many of them equal; sometimes what the index has no place for.
    [[nodiscard]] boost::json::object record() {
        boost::json::object made{{"k", below(3)}};
        switch (below(12)) {
        case 0: break;
        case 1: made["n"] = boost::json::array{below(9), below(9)}; break;
        case 2: made["n"] = std::to_string(below(9)); break;
        case 3: made["n"] = below(2) == 0; break;
        case 4: made["n"] = below(9) / 2.0; break;
        case 5: made["n"] = 9007199254740992 + below(3); break;
        default: made["n"] = static_cast<int>(below(40)) - 20;
        }
        return made;
    }

    void put(std::string const& id) {
        boost::json::object delta{{"n", nullptr}};
        for (auto& [field, value] : record()) {
            delta[field] = value;
        }
        for (auto const& store : {walked, sorted}) {
            ASSERT_TRUE(store->write({.id = id, .delta = delta}));
        }
    }

    [[nodiscard]] static mkdb::query_page ask(memory_database::store const& store, boost::json::object const& body) {
        return store.query(store.parse_query(body).value()).value();
    }
    [[nodiscard]] static mkdb::query::ordering order_of(memory_database::store const& store,
                                                        boost::json::object const& body) {
        return store.explain(store.parse_query(body).value()).value().order;
    }

    [[nodiscard]] boost::json::object bounds() {
        boost::json::object made;
        if (below(3) != 0) {
            made[below(2) == 0 ? "gte" : "gt"] = static_cast<int>(below(30)) - 20;
        }
        if (made.empty() || below(2) == 0) {
            made[below(2) == 0 ? "lte" : "lt"] = static_cast<int>(below(30)) - 10;
        }
        return made;
    }

    [[nodiscard]] boost::json::object query() {
        boost::json::object body{{"filter", boost::json::object()}, {"sort", below(2) == 0 ? "n" : "-n"}};
        if (below(2) == 0) {
            body["filter"] = {{"k", below(3)}};
        } else if (below(2) == 0) {
            body["filter"] = {{"n", bounds()}};
            if (below(2) == 0) {
                body["filter"].as_object()["k"] = below(3);
            }
        }
        body["limit"] = below(4) == 0 ? 0 : 1 + below(30);
        body["offset"] = below(3) == 0 ? below(20) : 0;
        return body;
    }

    /// All pages of a query, whose cursors must agree as well.
    void compare(boost::json::object body) {
        for (int pages = 0; pages < 1000; ++pages) {
            auto const expected = ask(*sorted, body);
            auto const found = ask(*walked, body);
            ASSERT_THAT(found.ids, ElementsAreArray(expected.ids)) << mkdb::document::to_json(body);
            ASSERT_EQ(found.total_matches, expected.total_matches) << mkdb::document::to_json(body);
            ASSERT_EQ(found.next_cursor.has_value(), expected.next_cursor.has_value()) << mkdb::document::to_json(body);
            if (!found.next_cursor) {
                return;
            }
            body["cursor"] = below(2) == 0 ? *found.next_cursor : *expected.next_cursor;
            body["offset"] = 0;
        }
    }
};

TEST_F(SortedWalk, GivesTheSamePagesAsSorting) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    for (int step = 0; step < 600; ++step) {
        put("r" + std::to_string(below(250)));
        if (below(6) == 0) {
            auto const id = "r" + std::to_string(below(250));
            ASSERT_TRUE(walked->erase({.id = id}));
            ASSERT_TRUE(sorted->erase({.id = id}));
        }
        if (step % 3 == 0) {
            ASSERT_NO_FATAL_FAILURE(compare(query()));
        }
    }
}

TEST_F(SortedWalk, ReadsNoRecordWhenAllHaveNumbers) {
    for (int i = 0; i < 500; ++i) {
        ASSERT_TRUE(walked->write({.id = "r" + std::to_string(i), .delta = {{"n", i % 50}}}));
    }
    boost::json::object const body{{"filter", {{"n", {{"gte", 10}}}}}, {"sort", "-n"}, {"limit", 5}};
    auto const told = walked->explain(walked->parse_query(body).value()).value();
    EXPECT_EQ(told.order, mkdb::query::ordering::walk);
    EXPECT_EQ(told.records_read, 0U);
    EXPECT_EQ(told.total_matches, 400U);
    EXPECT_THAT(ask(*walked, body).ids, testing::ElementsAre("r149", "r199", "r249", "r299", "r349"));
}

TEST_F(SortedWalk, ReadsNoRecordOfARangeThatIsSortedByItsField) {
    for (int i = 0; i < 500; ++i) {
        ASSERT_TRUE(walked->write({.id = "r" + std::to_string(i), .delta = {{"n", i}}}));
    }
    boost::json::object const body{{"filter", {{"n", {{"gte", 200}, {"lt", 210}}}}}, {"sort", "-n"}, {"limit", 300}};
    auto const told = walked->explain(walked->parse_query(body).value()).value();
    EXPECT_EQ(told.order, mkdb::query::ordering::walk);
    EXPECT_EQ(told.records_read, 0U);
    EXPECT_EQ(told.total_matches, 10U);
    EXPECT_EQ(ask(*walked, body).ids.front(), "r209");
    EXPECT_EQ(ask(*walked, body).ids.size(), 10U);
}

TEST_F(SortedWalk, IsPlannedForAnIndexThatCanBeWalked) {
    for (int i = 0; i < 100; ++i) {
        put("r" + std::to_string(i));
    }
    boost::json::object const body{{"filter", boost::json::object()}, {"sort", "n"}, {"limit", 5}};
    EXPECT_EQ(order_of(*walked, body), mkdb::query::ordering::walk);
    EXPECT_EQ(order_of(*sorted, body), mkdb::query::ordering::sort);
}

TEST_F(SortedWalk, ByTheIdNeverWalksAFieldOfThatName) {
    auto const made = data.create("ids", {.partitions = 1, .schema = {{"id", "numeric"}}});
    ASSERT_TRUE(made->write({.id = "b", .delta = {{"id", 1}}}));
    ASSERT_TRUE(made->write({.id = "a", .delta = {{"id", 2}}}));
    EXPECT_EQ(order_of(*made, {{"filter", boost::json::object{}}, {"sort", "id"}, {"limit", 1}}),
              mkdb::query::ordering::sort);
    EXPECT_THAT(ask(*made, {{"filter", boost::json::object{}}, {"sort", "id"}}).ids, testing::ElementsAre("a", "b"));
}

TEST_F(SortedWalk, IsNotTakenForAShortOneWhenItsEndIsBeyondCounting) {
    auto const made = data.create("many", {.partitions = 1, .schema = {{"n", "numeric"}, {"k", "exact"}}});
    for (int i = 0; i < 300; ++i) {
        ASSERT_TRUE(made->write({.delta = {{"n", i}, {"k", i % 150}}}));
    }
    auto const body = [](std::uint64_t limit, std::uint64_t offset) {
        return boost::json::object{{"filter", {{"k", 1}}}, {"sort", "n"}, {"limit", limit}, {"offset", offset}};
    };
    EXPECT_EQ(order_of(*made, body(0, 0)), order_of(*made, body(UINT64_MAX, 2)));
    EXPECT_TRUE(ask(*made, body(UINT64_MAX, 2)).ids.empty());
    EXPECT_EQ(ask(*made, body(UINT64_MAX, 1)).ids.size(), 1U);
}

} // namespace
