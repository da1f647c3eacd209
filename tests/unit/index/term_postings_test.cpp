#include "support/lent_scratch.hpp"
#include "unit/index/posting_support.hpp"

#include <mkdb/index/detail/intersect.hpp>
#include <mkdb/index/detail/posting_cursor.hpp>
#include <mkdb/index/detail/term_postings.hpp>

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace {

using mkdb::index::row_set;
using mkdb::index::detail::index_heap;
using mkdb::index::detail::posting_block;
using mkdb::index::detail::term_postings;
using mkdb::testing::lent_scratch;
using mkdb::testing::limited_memory;
using mkdb_test::positions;

class TermPostingsTest : public testing::Test {
protected:
    void add_or_erase(std::uint32_t row) {
        if (expected.erase(row) == 1) {
            ASSERT_TRUE(list.erase(row, lengths));
            return;
        }
        ASSERT_FALSE(list.erase(row, lengths));
        auto const at = mkdb_test::random_positions(random);
        lengths.set(row, static_cast<std::uint32_t>(at.size()));
        list.insert({row, static_cast<std::uint32_t>(at.size()), mkdb_test::encoded(at)}, lengths);
        expected[row] = at;
    }

    void compare() const {
        ASSERT_EQ(list.size(), expected.size());
        row_set rows;
        mkdb::index::detail::posting_cursor cursor(list);
        for (auto const& [row, at] : expected) {
            rows.add(row);
            ASSERT_TRUE(row == 0 || cursor.seek(row - 1) == expected.contains(row - 1));
            ASSERT_TRUE(cursor.seek(row));
            ASSERT_EQ(mkdb_test::decoded(cursor.positions()), at);
        }
        ASSERT_FALSE(cursor.seek(UINT32_MAX));
        ASSERT_EQ(list.rows().toString(), rows.toString());
        row_set added;
        list.add_to(added);
        ASSERT_TRUE(added == rows);
        ASSERT_EQ(list.listed(), std::vector<std::uint32_t>(rows.begin(), rows.end()));
        for (std::uint32_t row = 0; list.bits() != nullptr && row < 10000; ++row) {
            ASSERT_EQ(list.bits()->has(row), rows.contains(row));
        }
        for (std::size_t i = 0; i < list.blocks().size(); ++i) {
            ASSERT_GT(list.blocks()[i].size(), 0U);
            ASSERT_TRUE(i == 0 || list.blocks()[i - 1].last() < list.blocks()[i].first());
        }
    }

    std::uint32_t const seed = std::random_device()();
    std::mt19937 random{seed};
    lent_scratch::figures disk;
    std::shared_ptr<mkdb::index::index_memory> memory = limited_memory(0, disk);
    index_heap heap{memory}; ///< For tests that use it: what is in it goes before it does.
    mkdb::index::detail::row_lengths lengths;
    term_postings list;
    std::map<std::uint32_t, positions> expected;
};

TEST_F(TermPostingsTest, AreAMapThroughGrowthAndDecline) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    for (int step = 0; step < 30000; ++step) {
        auto row = static_cast<std::uint32_t>(random() % 3000) * 20;
        // Growing for a while, then shrinking, across the limits of every shape.
        for (int tries = 0; tries < 3 && expected.contains(row) != ((step / 5000) % 2 == 1); ++tries) {
            row = static_cast<std::uint32_t>(random() % 3000) * 20;
        }
        ASSERT_NO_FATAL_FAILURE(add_or_erase(row));
        if (step % 500 == 0) {
            ASSERT_NO_FATAL_FAILURE(compare());
        }
    }
    while (!expected.empty()) {
        ASSERT_NO_FATAL_FAILURE(add_or_erase(expected.begin()->first));
    }
    EXPECT_TRUE(list.empty());
    EXPECT_TRUE(list.blocks().empty());
}

/// A bitmap cannot lie on the disk: at the limit none goes on, and answers are the same.
TEST_F(TermPostingsTest, TakeNoMoreRamAtTheLimit) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    constexpr std::uint64_t limit = 200'000;
    constexpr std::uint32_t rows = 90'000;
    memory->set_limit(limit);
    index_heap::use const in_use(&heap);
    for (std::uint32_t row = 0; row < rows; ++row) {
        ASSERT_NO_FATAL_FAILURE(add_or_erase(row * 3));
    }
    EXPECT_GT(memory->disk_bytes(), limit);
    EXPECT_LE(memory->ram_bytes(), limit);
    ASSERT_NO_FATAL_FAILURE(compare());
    // On either side of where the bitmap ends.
    for (std::uint32_t step = 0; step < rows / 3; ++step) {
        ASSERT_NO_FATAL_FAILURE(add_or_erase(static_cast<std::uint32_t>(random() % (rows * 3))));
    }
    ASSERT_NO_FATAL_FAILURE(compare());
    EXPECT_EQ(memory->untold_excess(), std::nullopt);
    memory->set_limit(0);
    for (std::uint32_t row = rows * 3; row < rows * 3 + 1'000; ++row) {
        ASSERT_NO_FATAL_FAILURE(add_or_erase(row));
    }
    EXPECT_GT(memory->ram_bytes(), limit) << "without a limit the bitmap catches up";
    ASSERT_NO_FATAL_FAILURE(compare());
}

TEST_F(TermPostingsTest, RowsThatComeInOrderFillTheirBlocks) {
    for (std::uint32_t row = 0; row < 128 * 20; ++row) {
        ASSERT_NO_FATAL_FAILURE(add_or_erase(row));
    }
    EXPECT_EQ(list.blocks().size(), 20U);
    ASSERT_NO_FATAL_FAILURE(compare());
}

TEST_F(TermPostingsTest, GiveMemoryBackWhenRowsGo) {
    for (std::uint32_t row = 0; row < 50000; ++row) {
        ASSERT_NO_FATAL_FAILURE(add_or_erase(row));
    }
    auto const full = list.heap_bytes();
    for (std::uint32_t row = 0; row < 50000; ++row) {
        if (row % 100 != 0) {
            ASSERT_NO_FATAL_FAILURE(add_or_erase(row));
        }
    }
    EXPECT_LT(list.blocks().size(), 20U);
    EXPECT_LT(list.heap_bytes(), full / 20);
    ASSERT_NO_FATAL_FAILURE(compare());
}

TEST_F(TermPostingsTest, IntersectInEveryPairOfShapes) {
    auto const list_of = [&](std::uint32_t count, std::uint32_t step) {
        term_postings made;
        for (std::uint32_t i = 0; i < count; ++i) {
            lengths.set(i * step, 1);
            made.insert({i * step, 1, mkdb_test::encoded({0})}, lengths);
        }
        return made;
    };
    // Up to a block, in several, with a bitmap, and with bits as well: rows that are near each other.
    for (std::uint32_t const left : {1U, 128U, 129U, 1000U, 2000U, 9000U}) {
        for (std::uint32_t const right : {1U, 128U, 200U, 1500U, 2001U, 12000U, 90000U}) {
            auto const a = list_of(left, left % 2 == 0 ? 2 : 600);
            auto const b = list_of(right, right % 2 == 0 ? 3 : 900);
            auto const wanted = a.rows() & b.rows();
            EXPECT_TRUE(mkdb::index::detail::intersect({&a, &b}) == wanted) << left << " " << right;
            EXPECT_TRUE(mkdb::index::detail::intersect({&b, &a, &b}) == wanted) << left << " " << right;
        }
    }
}

} // namespace
