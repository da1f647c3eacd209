#include <mkdb/protocol/basic_auth.hpp>
#include <mkdb/protocol/percent.hpp>

#include <gtest/gtest.h>

namespace {

using namespace mkdb::protocol;

TEST(BasicAuth, ReadsThePair) {
    auto const pair = parse_basic_auth("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    ASSERT_TRUE(pair);
    EXPECT_EQ(pair->username, "Aladdin");
    EXPECT_EQ(pair->password, "open sesame");
    EXPECT_TRUE(parse_basic_auth("basic   QWxhZGRpbjpvcGVuIHNlc2FtZQ=="));
}

TEST(BasicAuth, LeavesColonsToThePassword) {
    auto const pair = parse_basic_auth("Basic YTpiOmM="); // a:b:c
    ASSERT_TRUE(pair);
    EXPECT_EQ(pair->username, "a");
    EXPECT_EQ(pair->password, "b:c");
}

TEST(BasicAuth, RefusesWhatIsMalformed) {
    for (auto const* const header : {"", "Basic", "Basic ", "Bearer abc", "Basic QWxhZGRpbg==", "Basic !!!!",
                                     "Basic YTp", "Basic YQ=b", "Basic YTr/"}) {
        EXPECT_FALSE(parse_basic_auth(header)) << header;
    }
}

TEST(PercentEncoding, IsDecoded) {
    EXPECT_EQ(percent_decode("a%20b%2Fc%2f+"), "a b/c/+");
    EXPECT_EQ(percent_decode("%C3%A4"), "ä");
    EXPECT_EQ(percent_decode(""), "");
}

TEST(PercentEncoding, RefusesWhatIsMalformed) {
    for (auto const* const text : {"%", "%2", "a%", "%zz", "%2g", "%C3", "%FF"}) {
        EXPECT_FALSE(percent_decode(text)) << text;
    }
}

} // namespace
