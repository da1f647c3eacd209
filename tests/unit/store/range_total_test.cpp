// The total of a range, which an index counts where it can, is how many records a scan finds.
#include "support/memory_database.hpp"

#include <mkdb/document/write.hpp>

#include <gmock/gmock.h>

#include <cstdint>
#include <memory>
#include <random>
#include <string>

namespace {

using mkdb::test::memory_database;

/// The same records in a store with an index, and in one without.
class RangeTotal : public testing::Test {
protected:
    memory_database data;
    std::shared_ptr<memory_database::store> indexed = data.create("indexed", {.schema = {{"n", "numeric"}}});
    std::shared_ptr<memory_database::store> scanned = data.create("scanned");
    std::uint32_t const seed = std::random_device()();
    std::mt19937 chance{seed};

    [[nodiscard]] std::uint32_t below(std::uint32_t bound) {
        return std::uniform_int_distribution<std::uint32_t>(0, bound - 1)(chance);
    }
    [[nodiscard]] std::string id() { return "r" + std::to_string(below(400)); }
    [[nodiscard]] boost::json::value number() { return static_cast<int>(below(80)) - 40; }

    void put(boost::json::value const& value) {
        auto const into = id();
        for (auto const& store : {indexed, scanned}) {
            ASSERT_TRUE(store->write({.id = into, .delta = {{"n", value}}}));
        }
    }
    void erase() {
        auto const gone = id();
        for (auto const& store : {indexed, scanned}) {
            ASSERT_TRUE(store->erase({.id = gone}));
        }
    }

    [[nodiscard]] boost::json::object bounds() {
        switch (below(5)) {
        case 0: return {{below(2) == 0 ? "gte" : "gt", number()}};
        case 1: return {{below(2) == 0 ? "lte" : "lt", number()}};
        case 2: return {{"eq", number()}};
        default: return {{below(2) == 0 ? "gte" : "gt", number()}, {below(2) == 0 ? "lte" : "lt", number()}};
        }
    }

    [[nodiscard]] static mkdb::query_page ask(memory_database::store const& store, boost::json::object const& body) {
        return store.query(store.parse_query(body).value()).value();
    }

    void compare() {
        boost::json::object body{{"filter", {{"n", bounds()}}}, {"limit", 7}};
        SCOPED_TRACE(mkdb::document::to_json(body));
        auto const expected = ask(*scanned, body);
        auto const found = ask(*indexed, body);
        ASSERT_EQ(found.total_matches, expected.total_matches);
        ASSERT_EQ(found.ids, expected.ids);
        body["count_only"] = true;
        auto const counted = ask(*indexed, body);
        ASSERT_EQ(counted.total_matches, expected.total_matches);
        ASSERT_TRUE(counted.ids.empty());
        ASSERT_EQ(ask(*scanned, body).total_matches, expected.total_matches);
    }
};

TEST_F(RangeTotal, StaysThatOfAScanThroughChangesAndDeletions) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    for (int step = 0; step < 1500; ++step) {
        ASSERT_NO_FATAL_FAILURE(below(10) == 0 ? put("text") : put(number()));
        if (below(4) == 0) {
            ASSERT_NO_FATAL_FAILURE(erase());
        }
        if (step % 3 == 0) {
            ASSERT_NO_FATAL_FAILURE(compare());
        }
    }
}

TEST_F(RangeTotal, CountsARecordOnceWhoseFieldIsAList) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    for (int step = 0; step < 1000; ++step) {
        // Lists come and go: now and then some partition has none.
        ASSERT_NO_FATAL_FAILURE(below(100) == 0 ? put(boost::json::array{number(), number()}) : put(number()));
        if (step % 3 == 0) {
            ASSERT_NO_FATAL_FAILURE(compare());
        }
    }
}

} // namespace
