#include <mkdb/protocol/basic_auth.hpp>

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

} // namespace
