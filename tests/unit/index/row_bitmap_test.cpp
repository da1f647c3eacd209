#include "support/lent_scratch.hpp"

#include <mkdb/index/detail/row_bitmap.hpp>
#include <mkdb/index/posting_list.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <utility>

namespace {

using mkdb::index::posting_list;
using mkdb::index::detail::index_heap;
using mkdb::index::detail::row_bitmap;

class RowBitmap : public testing::Test {
protected:
    mkdb::testing::lent_scratch::figures disk;
    std::shared_ptr<mkdb::index::index_memory> memory = mkdb::testing::limited_memory(10'000, disk);
    index_heap heap{memory};
    index_heap::use in_use{&heap};
};

TEST_F(RowBitmap, CountsAsRamOfTheIndexThatItIsIn) {
    row_bitmap rows;
    for (std::uint32_t row = 0; row < 100'000; ++row) {
        ASSERT_TRUE(rows.add(row * 3));
    }
    EXPECT_FALSE(rows.add(3));
    auto const all = memory->ram_bytes();
    EXPECT_GT(all, 100'000U / 8);
    EXPECT_NEAR(static_cast<double>(all), static_cast<double>(rows.bytes()), 2'000);
    EXPECT_EQ(heap.ram_bytes(), all);
    row_bitmap moved(std::move(rows));
    EXPECT_EQ(memory->ram_bytes(), all);
    for (std::uint32_t row = 0; row < 90'000; ++row) {
        ASSERT_TRUE(moved.remove(row * 3));
    }
    EXPECT_LT(memory->ram_bytes(), all / 3);
    moved = row_bitmap(mkdb::index::row_set());
    EXPECT_LT(memory->ram_bytes(), 200U);
}

TEST_F(RowBitmap, IsGoneFromTheCountWithItsList) {
    {
        posting_list list;
        for (std::uint32_t row = 0; row < 20'000; ++row) {
            list.insert(row * 2);
        }
        EXPECT_GT(memory->ram_bytes(), 5'000U);
        for (std::uint32_t row = 0; row < 19'900; ++row) {
            list.erase(row * 2);
        }
        EXPECT_LT(memory->ram_bytes(), 5'000U);
    }
    EXPECT_EQ(memory->ram_bytes(), 0U);
}

/// What takes RAM in any case leaves less of it for what need not.
TEST_F(RowBitmap, LeavesListsTheRestOfTheLimit) {
    row_bitmap rows;
    rows.change([](mkdb::index::row_set& all) { all.addRange(0, 10); });
    for (std::uint32_t row = 10; row < 200'000; row += 2) {
        rows.add(row);
    }
    auto const bitmaps = memory->ram_bytes();
    EXPECT_GT(bitmaps, 10'000U);
    mkdb::index::index_vector<char> const list(1'000, 'a');
    EXPECT_EQ(memory->ram_bytes(), bitmaps);
    EXPECT_GT(memory->disk_bytes(), 0U);
}

} // namespace
