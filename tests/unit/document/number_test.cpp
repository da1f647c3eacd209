#include <mkdb/document/number.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <random>
#include <vector>

namespace {

using mkdb::document::key_of;
using mkdb::document::number_key;

constexpr std::int64_t two_53 = 9007199254740992;

TEST(Number, IsOneKeyWhateverItsType) {
    EXPECT_EQ(key_of(std::int64_t{1}), key_of(1.0));
    EXPECT_EQ(key_of(std::int64_t{1}), key_of(std::uint64_t{1}));
    EXPECT_EQ(key_of(0.0), key_of(-0.0));
    EXPECT_EQ(key_of(std::int64_t{-5}), key_of(-5.0));
    EXPECT_EQ(key_of(std::uint64_t{1} << 63U), key_of(9223372036854775808.0));
    EXPECT_EQ(key_of(std::numeric_limits<std::int64_t>::min()), key_of(-9223372036854775808.0));
}

TEST(Number, ComparesExactlyWhereDoublesRound) {
    EXPECT_NE(key_of(two_53 + 1), key_of(static_cast<double>(two_53)));
    EXPECT_GT(key_of(two_53 + 1), key_of(static_cast<double>(two_53)));
    EXPECT_LT(key_of(two_53 + 1), key_of(static_cast<double>(two_53 + 2)));
    EXPECT_LT(key_of(-two_53 - 1), key_of(static_cast<double>(-two_53)));
    EXPECT_GT(key_of(-two_53 - 1), key_of(static_cast<double>(-two_53 - 2)));
    EXPECT_LT(key_of(std::numeric_limits<std::uint64_t>::max()), key_of(18446744073709551616.0));
    EXPECT_LT(key_of(std::numeric_limits<std::int64_t>::max()), key_of(9223372036854775808.0));
    EXPECT_LT(key_of(std::numeric_limits<std::int64_t>::max()), key_of(std::uint64_t{1} << 63U));
}

TEST(Number, KeepsTheOrderOfRandomIntegers) {
    auto const seed = std::random_device()();
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937_64 random(seed);
    for (int i = 0; i < 100000; ++i) {
        auto const a = static_cast<std::int64_t>(random() >> (random() % 64));
        auto const b = (random() & 1U) != 0 ? a + static_cast<std::int64_t>(random() % 5) - 2
                                            : static_cast<std::int64_t>(random());
        if ((a > 0 && b < a - 10) || b == std::numeric_limits<std::int64_t>::min()) {
            continue;
        }
        ASSERT_EQ(key_of(a) <=> key_of(b), a <=> b) << a << " " << b;
        ASSERT_EQ(key_of(-a) <=> key_of(-b), -a <=> -b) << a << " " << b;
    }
}

TEST(Number, OrdersIntegersAndDoublesAsLongDoublesDo) {
    // An x87 long double holds every integer of 64 bits and every double: an independent way to compare them.
    static_assert(std::numeric_limits<long double>::digits >= 64);
    auto const seed = std::random_device()();
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937_64 random(seed);
    for (int i = 0; i < 100000; ++i) {
        auto const whole = random() >> (random() % 20);
        auto const real = static_cast<double>(whole) + static_cast<double>(static_cast<int>(random() % 5000) - 2500);
        auto const expected = static_cast<long double>(whole) <=> static_cast<long double>(real);
        ASSERT_TRUE((key_of(whole) <=> key_of(real)) == expected) << whole << " " << real;
        auto const narrow = static_cast<std::int64_t>(whole);
        auto const signed_expected = static_cast<long double>(narrow) <=> static_cast<long double>(-real);
        ASSERT_TRUE((key_of(narrow) <=> key_of(-real)) == signed_expected) << narrow << " " << -real;
    }
}

} // namespace
