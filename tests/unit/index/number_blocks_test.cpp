#include <mkdb/index/detail/number_blocks.hpp>

#include <gtest/gtest.h>

#include <random>
#include <set>
#include <string>

namespace {

using mkdb::document::key_of;
using mkdb::index::row_set;
using mkdb::index::detail::number_blocks;
using mkdb::index::detail::number_entry;
using mkdb::index::detail::number_range;

number_entry entry(std::int64_t number, std::uint32_t row) {
    return {key_of(number), row};
}

std::string rows(number_blocks const& blocks, number_range const& range) {
    row_set found;
    blocks.collect(range, found);
    return found.toString();
}

TEST(NumberBlocks, FindRangesWithEveryKindOfBound) {
    number_blocks blocks;
    for (std::uint32_t row = 0; row < 10; ++row) {
        blocks.insert(entry(row * 10, row));
    }
    auto const at = [](std::int64_t number) { return key_of(number); };
    EXPECT_EQ(rows(blocks, {}), "{0,1,2,3,4,5,6,7,8,9}");
    EXPECT_EQ(rows(blocks, {.from = at(70)}), "{7,8,9}");
    EXPECT_EQ(rows(blocks, {.above = at(70)}), "{8,9}");
    EXPECT_EQ(rows(blocks, {.to = at(20)}), "{0,1,2}");
    EXPECT_EQ(rows(blocks, {.below = at(20)}), "{0,1}");
    EXPECT_EQ(rows(blocks, {.from = at(30), .to = at(30)}), "{3}");
    EXPECT_EQ(rows(blocks, {.from = at(31), .to = at(39)}), "{}");
    EXPECT_EQ(rows(blocks, {.from = at(50), .to = at(20)}), "{}");
    EXPECT_EQ(rows(number_blocks(), {}), "{}");
}

TEST(NumberBlocks, StayInOrderThroughSplitsAndJoins) {
    auto const seed = std::random_device()();
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937 random(seed);
    number_blocks blocks;
    std::set<std::pair<std::int64_t, std::uint32_t>> expected;
    for (int step = 0; step < 60000; ++step) {
        auto const number = static_cast<std::int64_t>(random() % 500);
        auto const row = static_cast<std::uint32_t>(random() % 20);
        if (random() % 10 < (step < 30000 ? 8U : 2U)) {
            ASSERT_EQ(blocks.insert(entry(number, row)), expected.emplace(number, row).second);
        } else {
            ASSERT_EQ(blocks.erase(entry(number, row)), expected.erase({number, row}) == 1);
        }
        if (step % 500 == 0) {
            auto const low = static_cast<std::int64_t>(random() % 500);
            auto const width = static_cast<std::int64_t>(random() % 500);
            row_set wanted;
            std::uint64_t entries = 0;
            for (auto at = expected.lower_bound({low, 0}); at != expected.end() && at->first < low + width; ++at) {
                wanted.add(at->second);
                ++entries;
            }
            number_range const range{.from = key_of(low), .below = key_of(low + width)};
            ASSERT_EQ(rows(blocks, range), wanted.toString());
            ASSERT_EQ(blocks.count(range), entries);
        }
    }
    ASSERT_EQ(blocks.entries(), expected.size());
}

TEST(NumberBlocks, CountRangesWithEveryKindOfBound) {
    number_blocks blocks;
    constexpr std::int64_t entries = 10000;
    for (std::int64_t number = 0; number < entries; ++number) {
        blocks.insert(entry(number, static_cast<std::uint32_t>(number * 7919 % entries)));
    }
    EXPECT_EQ(blocks.count({}), 10000U);
    for (std::int64_t number = 0; number < entries; number += 97) {
        auto const at = static_cast<std::uint64_t>(number);
        ASSERT_EQ(blocks.count({.from = key_of(number)}), 10000 - at);
        ASSERT_EQ(blocks.count({.above = key_of(number)}), 9999 - at);
        ASSERT_EQ(blocks.count({.to = key_of(number)}), at + 1);
        ASSERT_EQ(blocks.count({.below = key_of(number)}), at);
        ASSERT_EQ(blocks.count({.from = key_of(number), .to = key_of(number)}), 1U);
        ASSERT_EQ(blocks.count({.above = key_of(number), .below = key_of(number)}), 0U);
        ASSERT_EQ(blocks.count({.from = key_of(number), .to = key_of(number - 500)}), 0U);
    }
    EXPECT_EQ(blocks.count({.from = key_of(entries)}), 0U);
    EXPECT_EQ(blocks.count({.below = key_of(std::int64_t{0})}), 0U);
    EXPECT_EQ(number_blocks().count({}), 0U);
}

TEST(NumberBlocks, GrowingNumbersFillTheirBlocks) {
    number_blocks blocks;
    for (std::uint32_t row = 0; row < 100000; ++row) {
        blocks.insert(entry(row, row));
    }
    EXPECT_LT(blocks.bytes(), 100000 * sizeof(number_entry) * 3 / 2);
}

TEST(NumberBlocks, GiveMemoryBackWhenEntriesGo) {
    number_blocks blocks;
    for (std::uint32_t row = 0; row < 50000; ++row) {
        blocks.insert(entry(row, row));
    }
    auto const full = blocks.bytes();
    for (std::uint32_t row = 0; row < 50000; ++row) {
        if (row % 100 != 0) {
            blocks.erase(entry(row, row));
        }
    }
    EXPECT_EQ(blocks.entries(), 500U);
    EXPECT_LT(blocks.bytes(), full / 10);
}

} // namespace
