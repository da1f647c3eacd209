#include <mkdb/document/check.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

namespace {

using mkdb::errc;
using mkdb::document::check_delta;

boost::json::value nest(std::size_t levels) {
    boost::json::value value = 1;
    for (std::size_t i = 0; i < levels; ++i) {
        value = (i & 1U) != 0 ? boost::json::value(boost::json::array{std::move(value)})
                              : boost::json::value(boost::json::object{{"k", std::move(value)}});
    }
    return value;
}

TEST(CheckDelta, AllowsTheDepthOfTheLimitAndNoMore) {
    EXPECT_TRUE(check_delta({{"a", nest(63)}}, false));
    auto const deeper = check_delta({{"a", nest(64)}}, false);
    EXPECT_EQ(deeper.error().code, errc::limit_exceeded);
    EXPECT_EQ(deeper.error().message, "a document may be nested at most 64 levels deep");
    EXPECT_FALSE(check_delta({{"a", boost::json::array{boost::json::object{}}}}, false, 2));
}

TEST(CheckDelta, CountsTheDotsOfPathsWhereTheyBecomeObjects) {
    std::string path = "a";
    for (int i = 0; i < 64; ++i) {
        path += ".a";
    }
    EXPECT_TRUE(check_delta({{path, 1}}, false));
    EXPECT_EQ(check_delta({{path, 1}}, true).error().code, errc::limit_exceeded);
    EXPECT_TRUE(check_delta({{path.substr(2), 1}}, true));
    EXPECT_FALSE(check_delta({{path.substr(2), boost::json::object{}}}, true));
}

TEST(CheckDelta, RefusesNumbersThatJsonCannotHold) {
    for (auto const number : {std::nan(""), HUGE_VAL, -HUGE_VAL}) {
        EXPECT_EQ(check_delta({{"a", boost::json::array{number}}}, false).error().code, errc::invalid_argument);
    }
    EXPECT_TRUE(check_delta({{"a", std::numeric_limits<double>::max()}}, false));
}

TEST(CheckDelta, RefusesTextThatIsNotUtf8) {
    EXPECT_EQ(check_delta({{"a\xFF", 1}}, false).error().message, "a field's name is not UTF-8");
    EXPECT_EQ(check_delta({{"a", {{"b", "\xC0"}}}}, false).error().message, "a string is not UTF-8");
}

} // namespace
