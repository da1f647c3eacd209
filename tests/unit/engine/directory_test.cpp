#include <mkdb/engine/directory.hpp>

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>

namespace {

using mkdb::engine::directory;
using mkdb::engine::row_id;
using mkdb::engine::version;

version numbered(std::uint64_t sequence) {
    return {sequence, sequence, {1, static_cast<std::uint32_t>(sequence), 1}};
}

TEST(Directory, FindsWhatWasInsertedAndNothingElse) {
    directory rows(7);
    auto const row = rows.insert("a", numbered(1));
    EXPECT_EQ(rows.find("a"), row);
    EXPECT_EQ(rows.find("b"), std::nullopt);
    EXPECT_EQ(rows.id(row), "a");
    EXPECT_EQ(rows.at(row).sequence, 1U);
}

TEST(Directory, NeverHandsOutARowTwice) {
    directory rows(7);
    auto const first = rows.insert("a", numbered(1));
    rows.erase(first);
    auto const second = rows.insert("a", numbered(2));
    EXPECT_GT(second, first);
    EXPECT_FALSE(rows.contains(first));
}

TEST(Directory, AgreesWithAMapOverRandomOperations) {
    auto const seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    directory rows(seed);
    std::map<std::string, std::uint64_t> model;
    for (std::uint64_t step = 1; step <= 200000; ++step) {
        auto const id = "id" + std::to_string(random() % 9000);
        auto const row = rows.find(id);
        ASSERT_EQ(row.has_value(), model.contains(id));
        if (random() % 3 == 0 && row) {
            rows.erase(*row);
            model.erase(id);
        } else if (row) {
            rows.update(*row, numbered(step));
            model[id] = step;
        } else {
            rows.insert(id, numbered(step));
            model[id] = step;
        }
    }
    ASSERT_EQ(rows.size(), model.size());
    ASSERT_EQ(rows.live().cardinality(), model.size());
    for (auto const& [id, sequence] : model) {
        auto const row = rows.find(id);
        ASSERT_TRUE(row);
        EXPECT_EQ(rows.at(*row).sequence, sequence);
        EXPECT_EQ(rows.id(*row), id);
    }
}

TEST(Directory, SurvivesAQueueThatEmptiesItsChunks) {
    directory rows(1);
    for (int i = 0; i < 20000; ++i) {
        rows.insert(std::to_string(i), numbered(static_cast<std::uint64_t>(i) + 1));
        if (i >= 10) {
            auto const oldest = rows.find(std::to_string(i - 10));
            ASSERT_TRUE(oldest);
            rows.erase(*oldest);
        }
    }
    EXPECT_EQ(rows.size(), 10U);
    EXPECT_TRUE(rows.find("19999"));
}

} // namespace
