#include <mkdb/random/seeded.hpp>

#include <gtest/gtest.h>

#include <array>

namespace {

using mkdb::random::seeded;
using bytes = std::array<std::byte, 32>;

bytes draw(seeded source) {
    bytes drawn{};
    EXPECT_TRUE(source.fill(drawn).has_value());
    return drawn;
}

TEST(SeededRandom, OneSeedIsOneSequence) {
    EXPECT_EQ(draw(seeded(7)), draw(seeded(7)));
    EXPECT_NE(draw(seeded(7)), draw(seeded(8)));
}

TEST(SeededRandom, CopiesTakeTurnsInOneSequence) {
    seeded const source(7);
    auto const first = draw(source);
    auto const second = draw(source);
    EXPECT_EQ(first, draw(seeded(7)));
    EXPECT_NE(first, second);
}

} // namespace
