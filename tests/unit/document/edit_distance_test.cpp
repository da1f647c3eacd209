#include <mkdb/document/edit_distance.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <random>
#include <string>
#include <string_view>

namespace {

using mkdb::document::within_edits;

/// The distance by its definition, without a bound.
std::size_t distance(std::u32string_view a, std::u32string_view b) {
    if (a.empty() || b.empty()) {
        return a.size() + b.size();
    }
    auto const shorter_a = a.substr(0, a.size() - 1);
    auto const shorter_b = b.substr(0, b.size() - 1);
    auto least = std::min({distance(shorter_a, b) + 1, distance(a, shorter_b) + 1,
                           distance(shorter_a, shorter_b) + (a.back() == b.back() ? 0 : 1)});
    if (a.size() > 1 && b.size() > 1 && a.back() == b[b.size() - 2] && b.back() == a[a.size() - 2]) {
        least = std::min(least, distance(a.substr(0, a.size() - 2), b.substr(0, b.size() - 2)) + 1);
    }
    return least;
}

std::u32string random_text(std::mt19937& random) {
    constexpr std::u32string_view letters = U"ab\u00e9";
    std::u32string text(random() % 7, U'a');
    for (auto& letter : text) {
        letter = letters[random() % letters.size()];
    }
    return text;
}

TEST(EditDistance, CountsInsertionsRemovalsReplacementsAndSwaps) {
    EXPECT_TRUE(within_edits(U"bolt", U"bolt", 0));
    EXPECT_TRUE(within_edits(U"bolt", U"blot", 1));
    EXPECT_TRUE(within_edits(U"bolt", U"bol", 1));
    EXPECT_TRUE(within_edits(U"bolt", U"bxolt", 1));
    EXPECT_TRUE(within_edits(U"bolt", U"b\u00f6lt", 1));
    EXPECT_FALSE(within_edits(U"bolt", U"bulk", 1));
    EXPECT_TRUE(within_edits(U"bolt", U"bulk", 2));
    EXPECT_TRUE(within_edits(U"", U"ab", 2));
    EXPECT_FALSE(within_edits(U"", U"abc", 2));
    EXPECT_FALSE(within_edits(U"ca", U"abc", 2)); // Two swapped, with one between them, are edited twice.
}

TEST(EditDistance, IsThatOfItsDefinition) {
    auto const seed = std::random_device()();
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937 random(seed);
    std::array<int, 2> answers{};
    for (int round = 0; round < 3000; ++round) {
        auto const a = random_text(random);
        auto const b = random_text(random);
        auto const expected = distance(a, b);
        for (std::size_t const most : {0U, 1U, 2U}) {
            auto const within = within_edits(a, b, most);
            ASSERT_EQ(within, expected <= most) << round << " " << most;
            ++answers[within ? 1 : 0];
        }
    }
    EXPECT_GT(answers[0], 100);
    EXPECT_GT(answers[1], 100);
}

} // namespace
