#include <mkdb/document/percent.hpp>

#include <gtest/gtest.h>

namespace {

using mkdb::document::percent_decode;

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
