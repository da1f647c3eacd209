#include <mkdb/index/detail/impacts.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>
#include <utility>

namespace {

using mkdb::index::detail::impacts;

/// As BM25 sees it, for some average length.
double score(std::uint32_t frequency, std::uint32_t length, double slope) {
    return frequency / (frequency + 0.3 + slope * length);
}

double highest(std::set<std::pair<std::uint8_t, std::uint32_t>> const& postings, double slope) {
    double most = 0;
    for (auto const& [frequency, length] : postings) {
        most = std::max(most, score(frequency, length, slope));
    }
    return most;
}

TEST(Impacts, AreExactWhileFewPostingsCanBeTheBest) {
    impacts kept;
    kept.add(1, 10);
    kept.add(3, 50);
    kept.add(2, 60); // both rarer and in a longer text than the one before
    EXPECT_TRUE(kept.has(1, 10));
    EXPECT_TRUE(kept.has(3, 50));
    EXPECT_FALSE(kept.has(2, 60));
    kept.add(3, 9); // beats all
    EXPECT_FALSE(kept.has(1, 10));
    EXPECT_DOUBLE_EQ(kept.bound([](auto f, auto l) { return score(f, l, 0.01); }), score(3, 9, 0.01));
    EXPECT_EQ(impacts().bound([](auto, auto) { return 1.0; }), 0.0);
}

TEST(Impacts, BoundEveryScoreClosely) {
    auto const seed = std::random_device()();
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937 random(seed);
    for (int round = 0; round < 2000; ++round) {
        impacts kept;
        std::set<std::pair<std::uint8_t, std::uint32_t>> postings;
        auto const lengths = round % 3 == 0 ? 200000U : 80U;
        for (auto left = 1 + random() % 128; left > 0; --left) {
            auto const frequency = static_cast<std::uint8_t>(1 + random() % (round % 2 == 0 ? 6 : 255));
            auto const length = static_cast<std::uint32_t>(frequency + random() % lengths);
            kept.add(frequency, length);
            postings.emplace(frequency, length);
        }
        for (double const slope : {0.0001, 0.01, 1.0}) {
            auto const bound = kept.bound([&](auto f, auto l) { return score(f, l, slope); });
            ASSERT_GE(bound, highest(postings, slope));
            if (round % 3 != 0 && round % 2 == 0) {
                ASSERT_DOUBLE_EQ(bound, highest(postings, slope));
            }
        }
    }
}

} // namespace
