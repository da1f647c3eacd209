#include <mkdb/document/parse.hpp>
#include <mkdb/document/project.hpp>
#include <mkdb/document/write.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace {

std::string project(std::string_view record, std::vector<std::string> const& names, bool nested = true) {
    return mkdb::document::to_json(
        mkdb::document::project(mkdb::document::parse_object(record).value(), names, nested));
}

constexpr std::string_view record = R"({"a":1,"b":{"c":2,"d":{"e":[3]}},"b.c":4,"x.y":5})";

TEST(Project, TakesFieldsInTheOrderAskedFor) {
    EXPECT_EQ(project(record, {"x.y", "a", "none"}), R"({"x.y":5,"a":1})");
    EXPECT_EQ(project(record, {}), "{}");
}

TEST(Project, FollowsPathsWhereThereAreAny) {
    EXPECT_EQ(project(record, {"b.d.e"}), R"({"b":{"d":{"e":[3]}}})");
    EXPECT_EQ(project(record, {"b.d.e"}, false), "{}");
    EXPECT_EQ(project(record, {"b.c", "b.d"}), R"({"b.c":4,"b":{"d":{"e":[3]}}})");
    EXPECT_EQ(project(record, {"b.d.e", "b"}), R"({"b":{"c":2,"d":{"e":[3]}}})");
    EXPECT_EQ(project(record, {"b", "b.d"}), R"({"b":{"c":2,"d":{"e":[3]}}})");
}

} // namespace
