#include <mkdb/index/posting_list.hpp>

#include <gtest/gtest.h>

#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace {

using mkdb::index::posting_list;
using mkdb::index::row_set;

posting_list list_of(std::uint32_t count, std::uint32_t step) {
    posting_list list;
    for (std::uint32_t i = 0; i < count; ++i) {
        list.insert(i * step);
    }
    return list;
}

TEST(PostingList, SaysWhetherARowWasThere) {
    posting_list list;
    EXPECT_TRUE(list.empty());
    EXPECT_TRUE(list.insert(5));
    EXPECT_FALSE(list.insert(5));
    EXPECT_FALSE(list.erase(4));
    EXPECT_TRUE(list.erase(5));
    EXPECT_FALSE(list.erase(5));
    EXPECT_TRUE(list.empty());
}

TEST(PostingList, IsASetThroughEveryChangeOfShape) {
    auto const seed = std::random_device()();
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937 random(seed);
    for (int round = 0; round < 20; ++round) {
        posting_list list;
        std::set<std::uint32_t> expected;
        for (int step = 0; step < 4000; ++step) {
            // Growing for a while, then shrinking, across the limits of all three shapes.
            auto const row = static_cast<std::uint32_t>(random() % 700) * 1000;
            if (random() % 10 < ((step / 1000) % 2 == 0 ? 7U : 3U)) {
                ASSERT_EQ(list.insert(row), expected.insert(row).second);
            } else {
                ASSERT_EQ(list.erase(row), expected.erase(row) == 1);
            }
            ASSERT_EQ(list.size(), expected.size());
        }
        row_set rows;
        for (auto const row : expected) {
            rows.add(row);
        }
        ASSERT_EQ(list.rows().toString(), rows.toString());
        row_set added;
        list.add_to(added);
        ASSERT_TRUE(added == rows);
    }
}

TEST(PostingList, IntersectsInEveryPairOfShapes) {
    for (std::uint32_t const left : {0U, 1U, 2U, 100U, 256U, 257U, 5000U}) {
        for (std::uint32_t const right : {0U, 2U, 200U, 3000U}) {
            auto const a = list_of(left, 2);
            auto const b = list_of(right, 3);
            auto const expected = a.rows() & b.rows();
            EXPECT_TRUE(a.intersection(b) == expected) << left << " " << right;
            auto kept = a.rows();
            b.keep_in(kept);
            EXPECT_TRUE(kept == expected) << left << " " << right;
        }
    }
}

TEST(PostingList, MovesWithoutCopying) {
    for (std::uint32_t const count : {0U, 2U, 50U, 1000U}) {
        auto from = list_of(count, 1);
        auto const expected = from.rows();
        posting_list to(std::move(from));
        EXPECT_TRUE(to.rows() == expected);
        auto other = list_of(7, 5);
        other = std::move(to);
        EXPECT_TRUE(other.rows() == expected);
        EXPECT_EQ(other.size(), count);
    }
}

TEST(PostingList, TakesNoHeapForTwoRows) {
    EXPECT_EQ(list_of(2, 9).heap_bytes(), 0U);
    EXPECT_GT(list_of(3, 9).heap_bytes(), 0U);
    EXPECT_LT(list_of(100000, 1).heap_bytes(), 20000U);
}

} // namespace
