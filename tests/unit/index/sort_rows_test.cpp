#include <mkdb/index/detail/sort_rows.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

namespace {

TEST(SortRows, PutsFewAndManyInOrderHoweverGreatTheyAre) {
    auto const seed = std::random_device()();
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937 random(seed);
    for (std::size_t const size : {0U, 1U, 2U, 511U, 512U, 513U, 5000U}) {
        for (std::uint32_t const greatest : {0U, 1U, 2047U, 2048U, 4194303U, 4194304U, 0xFFFFFFFFU}) {
            std::vector<std::uint32_t> rows(size);
            std::ranges::generate(rows, [&] { return static_cast<std::uint32_t>(random() % (greatest + 1ULL)); });
            auto expected = rows;
            std::ranges::sort(expected);
            mkdb::index::detail::sort_rows(rows);
            ASSERT_EQ(rows, expected) << size << " up to " << greatest;
        }
    }
}

TEST(SortRows, KeepsRowsThatComeAgain) {
    std::vector<std::uint32_t> rows(1000, std::numeric_limits<std::uint32_t>::max());
    rows[500] = 7;
    mkdb::index::detail::sort_rows(rows);
    EXPECT_EQ(rows.front(), 7U);
    EXPECT_EQ(std::ranges::count(rows, std::numeric_limits<std::uint32_t>::max()), 999);
}

} // namespace
