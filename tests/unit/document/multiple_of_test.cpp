#include <mkdb/document/json_schema/multiple_of.hpp>

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <cstdint>
#include <random>

namespace {

using mkdb::document::detail::decimal_of;
using mkdb::document::detail::is_multiple;

[[nodiscard]] bool multiple(char const* number, char const* step) {
    return is_multiple(boost::json::parse(number), boost::json::parse(step));
}

TEST(MultipleOf, TakesNumbersAsTheDecimalsThatTheyAreWrittenAs) {
    EXPECT_TRUE(multiple("0.3", "0.1"));
    EXPECT_TRUE(multiple("9.99", "0.01"));
    EXPECT_FALSE(multiple("9.995", "0.01"));
    EXPECT_TRUE(multiple("-4.5", "1.5"));
    EXPECT_TRUE(multiple("0", "7"));
    EXPECT_TRUE(multiple("-0.0", "0.7"));
    EXPECT_TRUE(multiple("6", "1.5"));
    EXPECT_FALSE(multiple("7", "1.5"));
    EXPECT_TRUE(multiple("5e-324", "5e-324"));
    EXPECT_FALSE(multiple("5e-324", "1e-300"));
}

TEST(MultipleOf, IsExactAtTheEndsOfWhatNumbersHold) {
    EXPECT_TRUE(multiple("9007199254740993", "3"));
    EXPECT_FALSE(multiple("9007199254740992", "3"));
    EXPECT_TRUE(multiple("18446744073709551615", "5"));
    EXPECT_FALSE(multiple("18446744073709551615", "2"));
    EXPECT_TRUE(multiple("-9223372036854775808", "2"));
    EXPECT_FALSE(multiple("-9223372036854775808", "3"));
    EXPECT_TRUE(multiple("18446744073709551615", "18446744073709551615"));
    EXPECT_FALSE(multiple("1", "18446744073709551615"));
    EXPECT_FALSE(multiple("1e300", "7e299"));
    EXPECT_TRUE(multiple("2.1e300", "7e-300"));
    EXPECT_FALSE(multiple("1", "1e300"));
    EXPECT_TRUE(multiple("1.7976931348623157e308", "1e-16"));
    EXPECT_FALSE(multiple("1e308", "3"));
}

TEST(MultipleOf, AgreesWithTheRemainderOfIntegers) {
    std::mt19937_64 random(7);
    for (int i = 0; i < 20'000; ++i) {
        auto const step = static_cast<std::int64_t>(random() >> (random() % 62 + 2)) + 1;
        auto const number = static_cast<std::int64_t>(random() >> (random() % 62 + 1)) - 1000;
        ASSERT_EQ(is_multiple(number, step), number % step == 0) << number << " of " << step;
        if (auto const real = static_cast<double>(number % (1 << 20)); i % 4 == 0) {
            ASSERT_EQ(is_multiple(real, step), number % (1 << 20) % step == 0) << real << " of " << step;
        }
    }
}

} // namespace
