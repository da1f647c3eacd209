#include <mkdb/document/path.hpp>

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

namespace {

using mkdb::document::find_field;

class PathTest : public testing::Test {
protected:
    boost::json::object const record = boost::json::parse(R"({
        "a": {"b": {"c": 1}, "list": [{"x": 1}]}, "a.lit": 2, "a": {"b": {"c": 1}, "lit": 3, "list": [{"x": 1}], "": 4},
        "": 5, "n": null})")
                                           .as_object();
};

TEST_F(PathTest, IsLiteralWithoutNesting) {
    EXPECT_EQ(find_field(record, "a.b.c", false), nullptr);
    EXPECT_EQ(*find_field(record, "a.lit", false), 2);
    EXPECT_TRUE(find_field(record, "n", false)->is_null());
    EXPECT_EQ(find_field(record, "missing", false), nullptr);
}

TEST_F(PathTest, WalksIntoObjectsAfterTheLiteralField) {
    EXPECT_EQ(*find_field(record, "a.b.c", true), 1);
    EXPECT_EQ(*find_field(record, "a.lit", true), 2);
    EXPECT_TRUE(find_field(record, "a.b", true)->is_object());
    EXPECT_EQ(find_field(record, "a.b.c.d", true), nullptr);
    EXPECT_EQ(find_field(record, "a.x.c", true), nullptr);
}

TEST_F(PathTest, DoesNotGoThroughArraysOrEmptyNames) {
    EXPECT_EQ(find_field(record, "a.list.x", true), nullptr);
    EXPECT_EQ(find_field(record, "a.list.0", true), nullptr);
    EXPECT_EQ(find_field(record, "a.", true), nullptr);
    EXPECT_EQ(find_field(record, ".a", true), nullptr);
    EXPECT_EQ(find_field(record, "a..b", true), nullptr);
    EXPECT_EQ(find_field(record, ".", true), nullptr);
    EXPECT_EQ(*find_field(record, "", true), 5);
}

} // namespace
