#include <mkdb/document/write.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>

namespace {

using boost::json::value;
using mkdb::document::to_json;

TEST(Write, IntegersAreIntegersAndDoublesDoubles) {
    EXPECT_EQ(to_json(value(5)), "5");
    EXPECT_EQ(to_json(value(5.0)), "5.0");
    EXPECT_EQ(to_json(value(-0.0)), "-0.0");
    EXPECT_EQ(to_json(value(9.99)), "9.99");
    EXPECT_EQ(to_json(value(0.1)), "0.1");
    EXPECT_EQ(to_json(value(1e300)), "1e+300");
    EXPECT_EQ(to_json(value(std::numeric_limits<double>::denorm_min())), "5e-324");
    EXPECT_EQ(to_json(value(std::numeric_limits<std::uint64_t>::max())), "18446744073709551615");
    EXPECT_EQ(to_json(value(std::numeric_limits<std::int64_t>::min())), "-9223372036854775808");
}

TEST(Write, EscapesOnlyWhatMustBe) {
    EXPECT_EQ(to_json(value("a\"b\\c/\b\f\n\r\t\x01\x1F\x7F é🙂")),
              "\"a\\\"b\\\\c/\\b\\f\\n\\r\\t\\u0001\\u001f\x7F é🙂\"");
    EXPECT_EQ(to_json(value(boost::json::string("\0", 1))), R"("\u0000")");
    EXPECT_EQ(to_json(value("")), R"("")");
}

TEST(Write, IsCompactAndKeepsTheOrderOfFields) {
    EXPECT_EQ(to_json(boost::json::object{{"b", boost::json::array{1, nullptr, true, false}},
                                          {"a", boost::json::object{}},
                                          {"c", boost::json::array{}}}),
              R"({"b":[1,null,true,false],"a":{},"c":[]})");
}

TEST(Write, AppendsToWhatIsThere) {
    std::string out = "x";
    mkdb::document::append_json(out, value("y"));
    mkdb::document::append_json_string(out, "z");
    EXPECT_EQ(out, R"(x"y""z")");
}

} // namespace
