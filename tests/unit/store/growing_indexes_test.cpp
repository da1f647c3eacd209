#include "support/memory_database.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace {

using mkdb::test::memory_database;

/// A store without indexes, of records with a `kind` from 0 to 6.
class GrowingIndexes : public testing::Test {
protected:
    static constexpr int records = 400;

    memory_database data;
    std::shared_ptr<memory_database::store> store = data.create("s");

    void SetUp() override {
        for (int i = 0; i < records; ++i) {
            put(i, i % 7);
        }
    }

    void put(int number, int kind) {
        ASSERT_TRUE(store->write({.id = "r" + std::to_string(number), .delta = {{"kind", kind}}}));
    }

    [[nodiscard]] std::uint64_t count(int kind) const {
        return store->query(store->parse_query({{"filter", {{"kind", kind}}}, {"count_only", true}}).value())
            .value()
            .total_matches;
    }
    [[nodiscard]] std::uint64_t read_for(int kind) const {
        return store->explain(store->parse_query({{"filter", {{"kind", kind}}}}).value()).value().records_read;
    }

    [[nodiscard]] mkdb::store_options with_schema(std::map<std::string, std::string> schema) const {
        auto options = store->options();
        options.schema = std::move(schema);
        return options;
    }
};

TEST_F(GrowingIndexes, AnswerFromWhenTheyAreComplete) {
    EXPECT_EQ(read_for(3), static_cast<std::uint64_t>(records));
    ASSERT_TRUE(store->reconfigure(with_schema({{"kind", "exact"}})));
    EXPECT_EQ(read_for(3), 0U);
    EXPECT_EQ(count(3), 57U);
}

TEST_F(GrowingIndexes, OfOtherFieldsStay) {
    ASSERT_TRUE(store->reconfigure(with_schema({{"kind", "exact"}})));
    ASSERT_TRUE(store->reconfigure(with_schema({{"kind", "exact"}, {"other", "numeric"}})));
    EXPECT_EQ(read_for(3), 0U);
    ASSERT_TRUE(store->reconfigure(with_schema({{"other", "numeric"}})));
    EXPECT_EQ(read_for(3), static_cast<std::uint64_t>(records));
    EXPECT_EQ(count(3), 57U);
}

/// Whoever builds them meets all that is written meanwhile, by several threads.
TEST_F(GrowingIndexes, FollowWhatIsWrittenMeanwhile) {
    std::atomic<bool> over{false};
    std::vector<std::jthread> writers;
    for (unsigned seed = 1; seed <= 3; ++seed) {
        writers.emplace_back([this, &over, seed] {
            std::mt19937 chance(seed);
            while (!over) {
                auto const id = "r" + std::to_string(chance() % 600);
                auto const done = chance() % 4 == 0 ? store->erase({.id = id})
                                                    : store->write({.id = id, .delta = {{"kind", chance() % 7}}});
                ASSERT_TRUE(done);
            }
        });
    }
    for (int turn = 0; turn < 20; ++turn) {
        ASSERT_TRUE(store->reconfigure(with_schema({{"kind", turn % 2 == 0 ? "exact" : "numeric"}})));
        ASSERT_TRUE(store->rebuild_indexes());
    }
    over = true;
    writers.clear();
    std::vector<std::uint64_t> indexed;
    for (int kind = 0; kind < 7; ++kind) {
        EXPECT_EQ(read_for(kind), 0U);
        indexed.push_back(count(kind));
    }
    ASSERT_TRUE(store->reconfigure(with_schema({})));
    for (int kind = 0; kind < 7; ++kind) {
        EXPECT_EQ(count(kind), indexed[static_cast<std::size_t>(kind)]) << "kind " << kind;
    }
}

} // namespace
