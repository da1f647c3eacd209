#include <mkdb/index/detail/varint.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace mkdb::index::detail;

TEST(Varint, ComesBackWhereverABitIs) {
    for (unsigned bit = 0; bit < 32; ++bit) {
        for (auto const value : {1U << bit, (1U << bit) - 1, ~(1U << bit)}) {
            std::string bytes;
            put_varint(bytes, value);
            EXPECT_LE(bytes.size(), longest_varint);
            std::string_view checked = bytes;
            EXPECT_EQ(checked_varint(checked), value);
            EXPECT_TRUE(checked.empty());
            std::string_view left = bytes;
            EXPECT_EQ(take_varint(left), value);
            EXPECT_TRUE(left.empty());
        }
    }
}

TEST(Varint, IsRefusedWhenItEndsEarlyOrIsTooLarge) {
    using namespace std::string_view_literals;
    for (auto const bytes : {""sv, "\x80"sv, "\xFF\xFF"sv, "\xFF\xFF\xFF\xFF\x10"sv, "\x80\x80\x80\x80\x80\x01"sv}) {
        auto left = bytes;
        EXPECT_EQ(checked_varint(left), std::nullopt);
    }
}

TEST(Varint, ManyAreSkippedAsOneByOne) {
    auto const seed = std::random_device()();
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937 random(seed);
    for (int round = 0; round < 200; ++round) {
        std::string bytes;
        std::vector<std::size_t> begins{0};
        for (auto left = random() % 60; left > 0; --left) {
            put_varint(bytes, static_cast<std::uint32_t>(random()) >> (random() % 32));
            begins.push_back(bytes.size());
        }
        for (std::size_t i = 0; i < begins.size(); ++i) {
            ASSERT_EQ(skip_varints(bytes, i), begins[i]);
        }
    }
}

} // namespace
