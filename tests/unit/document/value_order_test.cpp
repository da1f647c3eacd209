#include <mkdb/document/value_order.hpp>

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <vector>

namespace {

using mkdb::document::compare;
using mkdb::document::equal;

boost::json::value json(char const* text) {
    return boost::json::parse(text);
}

TEST(ValueOrder, IsTotalAcrossTypes) {
    std::vector<boost::json::value> const ascending{json("null"),       json("false"),
                                                    json("true"),       json("-1e300"),
                                                    json("-1"),         json("0"),
                                                    json("0.5"),        json("1"),
                                                    json("1e300"),      json(R"("")"),
                                                    json(R"("B")"),     json(R"("a")"),
                                                    json(R"("ab")"),    json(R"("é")"),
                                                    json("[]"),         json("[null]"),
                                                    json("[1]"),        json("[1,0]"),
                                                    json("[2]"),        json("{}"),
                                                    json(R"({"a":1})"), json(R"({"a":1,"b":0})"),
                                                    json(R"({"a":2})"), json(R"({"b":0})")};
    for (std::size_t i = 0; i < ascending.size(); ++i) {
        for (std::size_t j = 0; j < ascending.size(); ++j) {
            EXPECT_EQ(compare(ascending[i], ascending[j]), i <=> j) << ascending[i] << " " << ascending[j];
        }
    }
}

TEST(ValueOrder, EqualityIsByValue) {
    EXPECT_TRUE(equal(1, 1.0));
    EXPECT_TRUE(equal(std::uint64_t{7}, std::int64_t{7}));
    EXPECT_FALSE(equal(true, 1));
    EXPECT_FALSE(equal(false, 0));
    EXPECT_FALSE(equal(nullptr, false));
    EXPECT_FALSE(equal("1", 1));
    EXPECT_FALSE(equal(std::int64_t{9007199254740993}, 9007199254740992.0));
}

TEST(ValueOrder, ObjectsDoNotCareForTheOrderOfFields) {
    EXPECT_TRUE(equal(json(R"({"a":1,"b":[1.0]})"), json(R"({"b":[1],"a":1})")));
    EXPECT_FALSE(equal(json(R"({"a":1})"), json(R"({"b":1})")));
    EXPECT_FALSE(equal(json("[1,2]"), json("[2,1]")));
}

TEST(ValueOrder, StringsAreInOrderOfCodePoints) {
    EXPECT_TRUE(compare("z", "é") < 0);
    EXPECT_TRUE(compare("\uFFFD", "\U0001F642") < 0);
    EXPECT_TRUE(compare("a", boost::json::string("a\0", 2)) < 0);
}

} // namespace
