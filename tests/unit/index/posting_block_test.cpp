#include "unit/index/posting_support.hpp"

#include <mkdb/index/detail/posting_block.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>

namespace {

using mkdb::index::detail::posting_block;
using mkdb_test::positions;

class PostingBlockTest : public testing::Test {
protected:
    void insert(std::uint32_t row, positions const& at) {
        auto const length = static_cast<std::uint32_t>(at.size() + random() % 100);
        lengths.set(row, length);
        block.insert({row, static_cast<std::uint32_t>(at.size()), mkdb_test::encoded(at)}, length);
        expected[row] = at;
    }
    void erase(std::uint32_t row) {
        block.erase(row, lengths);
        expected.erase(row);
    }

    void compare(posting_block const& found) const {
        ASSERT_EQ(found.size(), expected.size());
        auto const view = found.view();
        std::size_t i = 0;
        for (auto const& [row, at] : expected) {
            ASSERT_EQ(view.row(i), row);
            ASSERT_EQ(view.find(row), i);
            ASSERT_EQ(view.find(row + 1), i + 1);
            ASSERT_EQ(view.frequency(i), std::min<std::size_t>(at.size(), 255));
            ASSERT_EQ(mkdb_test::decoded(view.positions(i)), at);
            ++i;
        }
        if (!expected.empty()) {
            ASSERT_EQ(found.first(), expected.begin()->first);
            ASSERT_EQ(found.last(), expected.rbegin()->first);
        }
        auto const score = [](auto frequency, auto length) { return frequency / (frequency + 0.01 * length); };
        for (auto const& [row, at] : expected) {
            auto const frequency = std::min<std::size_t>(at.size(), 255);
            ASSERT_GE(found.highest().bound(score), score(static_cast<double>(frequency), lengths[row]));
        }
    }

    std::uint32_t const seed = std::random_device()();
    std::mt19937 random{seed};
    mkdb::index::detail::row_lengths lengths;
    posting_block block;
    std::map<std::uint32_t, positions> expected;
};

TEST_F(PostingBlockTest, IsAMapThroughRandomChanges) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    for (int step = 0; step < 6000; ++step) {
        // Rows near each other first, then some far away: two bytes do not tell how far.
        auto const row = static_cast<std::uint32_t>(random() % (step < 3000 ? 300 : 500000));
        if (expected.contains(row)) {
            erase(row);
        } else if (expected.size() == posting_block::limit) {
            erase(expected.begin()->first);
        } else {
            insert(row, mkdb_test::random_positions(random));
        }
        if (step % 20 == 0) {
            ASSERT_NO_FATAL_FAILURE(compare(block));
        }
    }
}

TEST_F(PostingBlockTest, ComesBackFromItsBytesAndFromNoOthers) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    for (std::uint32_t row = 5; row < 90; row += 3) {
        insert(row, mkdb_test::random_positions(random));
    }
    for (int const round : {0, 1}) {
        auto const size = static_cast<std::uint8_t>(block.size());
        auto again = posting_block::from_bytes(block.first(), size, block.wide(), block.bytes());
        ASSERT_TRUE(again);
        again->find_impacts(lengths);
        ASSERT_NO_FATAL_FAILURE(compare(*again));
        auto const bytes = block.bytes();
        for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
            EXPECT_FALSE(posting_block::from_bytes(block.first(), size, block.wide(), bytes.substr(0, cut)));
        }
        EXPECT_FALSE(posting_block::from_bytes(block.first(), size, block.wide(), bytes + '\0'));
        EXPECT_FALSE(posting_block::from_bytes(block.first(), 0, block.wide(), {}));
        EXPECT_FALSE(posting_block::from_bytes(UINT32_MAX, size, block.wide(), bytes));
        if (round == 0) {
            insert(4000000, {1});
            EXPECT_TRUE(block.wide());
        }
    }
}

TEST_F(PostingBlockTest, GoesOnWithAPartAndWithWhatIsAppended) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    for (std::uint32_t row = 0; row < 100; ++row) {
        insert(row * row * 20, mkdb_test::random_positions(random));
    }
    auto lower = block.part(0, 40, lengths);
    auto const upper = block.part(40, 100, lengths);
    EXPECT_TRUE(block.wide());
    EXPECT_FALSE(lower.wide());
    EXPECT_EQ(lower.size(), 40U);
    lower.append(upper, lengths);
    ASSERT_NO_FATAL_FAILURE(compare(lower));
}

TEST_F(PostingBlockTest, AFewPostingsTakeNoHeap) {
    insert(1000000, {7});
    insert(1000001, {1, 2});
    EXPECT_EQ(block.heap_bytes(), 0U);
}

} // namespace
