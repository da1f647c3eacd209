#include <mkdb/random/seeded.hpp>
#include <mkdb/random/system.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <set>
#include <thread>
#include <vector>

namespace {

template <class Random>
class RandomConformance : public testing::Test {
public:
    Random source{};
};

using models = testing::Types<mkdb::random::system, mkdb::random::seeded>;
TYPED_TEST_SUITE(RandomConformance, models);

TYPED_TEST(RandomConformance, FillsNothingWhenAskedForNothing) {
    EXPECT_TRUE(this->source.fill({}).has_value());
}

TYPED_TEST(RandomConformance, FillsEveryByteAndNoneBeside) {
    // A byte that stays as it was in 64 fills was not filled: by chance that happens once in 2^512.
    constexpr std::size_t length = 257;
    std::vector<bool> changed(length);
    for (int round = 0; round < 64; ++round) {
        std::vector<std::byte> bytes(length + 2, std::byte{0x5A});
        ASSERT_TRUE(this->source.fill(std::span(bytes).subspan(1, length)).has_value());
        ASSERT_EQ(bytes.front(), std::byte{0x5A});
        ASSERT_EQ(bytes.back(), std::byte{0x5A});
        for (std::size_t i = 0; i < length; ++i) {
            changed[i] = changed[i] || bytes[i + 1] != std::byte{0x5A};
        }
    }
    EXPECT_TRUE(std::ranges::all_of(changed, [](bool is) { return is; }));
}

TYPED_TEST(RandomConformance, HalfOfTheBitsAreSet) {
    std::vector<std::byte> bytes(1 << 16);
    ASSERT_TRUE(this->source.fill(bytes).has_value());
    long long set = 0;
    for (auto const byte : bytes) {
        set += std::popcount(std::to_integer<unsigned>(byte));
    }
    // 2^18 is expected, with a standard deviation of 362.
    EXPECT_NEAR(static_cast<double>(set), 262144.0, 3620.0);
}

TYPED_TEST(RandomConformance, SixteenBytesNeverRepeatAcrossThreads) {
    using key = std::array<std::byte, 16>;
    std::array<std::vector<key>, 4> drawn;
    std::vector<std::thread> threads;
    for (auto& mine : drawn) {
        threads.emplace_back([&] {
            for (int i = 0; i < 2000; ++i) {
                ASSERT_TRUE(this->source.fill(mine.emplace_back()).has_value());
            }
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    std::set<key> all;
    for (auto const& mine : drawn) {
        all.insert(mine.begin(), mine.end());
    }
    EXPECT_EQ(all.size(), 8000U);
}

} // namespace
