#include <mkdb/document/nearest_name.hpp>

#include <gtest/gtest.h>

using mkdb::document::nearest_name;

namespace {

std::vector<std::string> const commands{"serve", "check", "get", "set", "stats"};

} // namespace

TEST(NearestName, IsASlipOrTwoAway) {
    EXPECT_EQ(nearest_name("chekc", commands), "check");
    EXPECT_EQ(nearest_name("chck", commands), "check");
    EXPECT_EQ(nearest_name("sreves", commands), "serve");
    EXPECT_EQ(nearest_name("stat", commands), "stats");
}

TEST(NearestName, OfEqualsIsTheFirst) {
    EXPECT_EQ(nearest_name("bet", commands), "get");
}

TEST(NearestName, IsNoneForAnotherWordOrAShortOne) {
    EXPECT_EQ(nearest_name("shop", commands), std::nullopt);
    EXPECT_EQ(nearest_name("db", commands), std::nullopt);
    EXPECT_EQ(nearest_name("", commands), std::nullopt);
    EXPECT_EQ(nearest_name("check", {}), std::nullopt);
}
