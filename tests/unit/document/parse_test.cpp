#include <mkdb/document/parse.hpp>
#include <mkdb/document/write.hpp>

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <random>
#include <string>

namespace {

using mkdb::errc;
using mkdb::document::parse;
using mkdb::document::parse_object;
using mkdb::document::to_json;

std::string read_back(std::string const& text) {
    auto const value = parse(text);
    return value ? to_json(*value) : value.error().message;
}

TEST(Parse, KeepsEveryNumberThatSomeTypeHolds) {
    EXPECT_EQ(read_back("0"), "0");
    EXPECT_EQ(read_back("-0"), "0");
    EXPECT_EQ(read_back("-0.0"), "-0.0");
    EXPECT_EQ(read_back("9007199254740991"), "9007199254740991");
    EXPECT_EQ(read_back("9007199254740993"), "9007199254740993");
    EXPECT_EQ(read_back("-9007199254740993"), "-9007199254740993");
    EXPECT_EQ(read_back("9223372036854775807"), "9223372036854775807");
    EXPECT_EQ(read_back("9223372036854775808"), "9223372036854775808");
    EXPECT_EQ(read_back("-9223372036854775808"), "-9223372036854775808");
    EXPECT_EQ(read_back("18446744073709551615"), "18446744073709551615");
    EXPECT_EQ(read_back("1.7976931348623157e308"), "1.7976931348623157e+308");
    EXPECT_EQ(read_back("5e-324"), "5e-324");
    EXPECT_EQ(read_back("2.2250738585072011e-308"), "2.225073858507201e-308");
    EXPECT_EQ(read_back("0e400"), "0.0");
    EXPECT_EQ(read_back("0.000"), "0.0");
    EXPECT_EQ(read_back("1E2"), "100.0");
    // Boost.JSON's own conversion is off by a unit in the last place here.
    EXPECT_EQ(read_back("1.1810320443496423e-17"), "1.1810320443496423e-17");
}

TEST(Parse, RefusesNumbersThatNoTypeHolds) {
    auto const digits = std::string(400, '9');
    EXPECT_EQ(read_back("18446744073709551616"), "JSON integer is beyond 64 bits at offset 20");
    EXPECT_EQ(read_back("[-9223372036854775809]"), "JSON integer is beyond 64 bits at offset 21");
    EXPECT_EQ(read_back(digits), "JSON integer is beyond 64 bits at offset 400");
    EXPECT_EQ(read_back("1e400"), "JSON number is out of range of a double at offset 5");
    EXPECT_EQ(read_back("-1e400"), "JSON number is out of range of a double at offset 6");
    EXPECT_EQ(read_back("1e-400"), "JSON number is out of range of a double at offset 6");
    EXPECT_EQ(read_back("1e99999999999"), "JSON number is out of range of a double at offset 11");
    EXPECT_EQ(read_back(digits + ".5"), "JSON number is out of range of a double at offset 402");
    EXPECT_EQ(read_back("0." + digits), "1.0");
}

TEST(Parse, SaysWhereTheSyntaxIsWrong) {
    EXPECT_EQ(read_back(""), "JSON ends too early at offset 0");
    EXPECT_EQ(read_back("[1,2"), "JSON ends too early at offset 4");
    EXPECT_EQ(read_back("[1,]"), "JSON syntax error at offset 3");
    EXPECT_EQ(read_back(R"({"a":1} x)"), "JSON has something after its value at offset 8");
    EXPECT_EQ(read_back("NaN"), "JSON syntax error at offset 0");
    EXPECT_EQ(read_back("01"), "JSON has something after its value at offset 1");
    EXPECT_EQ(read_back("+1"), "JSON syntax error at offset 0");
    EXPECT_EQ(read_back("// no\n1"), "JSON syntax error at offset 0");
    EXPECT_EQ(read_back("\xEF\xBB\xBF{}"), "JSON syntax error at offset 0");
    EXPECT_EQ(parse("[").error().code, errc::invalid_argument);
}

TEST(Parse, TakesUtf8Only) {
    EXPECT_EQ(read_back("\"é🙂\""), "\"é🙂\"");
    EXPECT_EQ(read_back(R"("\u00e9\ud83d\ude42")"), "\"é🙂\"");
    for (auto const* const bad :
         {"\"\xFF\"", "\"\xC0\x80\"", "\"\xED\xA0\x80\"", R"("\ud83d")", R"("\ude42")", "\"\n\""}) {
        EXPECT_FALSE(parse(bad)) << bad;
    }
}

TEST(Parse, LetsTheLastOfDuplicateNamesWin) {
    EXPECT_EQ(read_back(R"({"a":1,"b":2,"a":3})"), R"({"a":3,"b":2})");
}

TEST(Parse, BoundsTheDepth) {
    auto const nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
    EXPECT_TRUE(parse(nested(64)));
    auto const deeper = parse(nested(65));
    EXPECT_EQ(deeper.error().code, errc::limit_exceeded);
    EXPECT_EQ(deeper.error().message, "JSON is nested deeper than 64 levels at offset 64");
    EXPECT_TRUE(parse(nested(65), {.depth = 65}));
    EXPECT_EQ(parse(std::string(100000, '[')).error().code, errc::limit_exceeded);
    std::string objects;
    for (int i = 0; i < 100000; ++i) {
        objects += R"({"a":)";
    }
    EXPECT_EQ(parse(objects).error().code, errc::limit_exceeded);
}

TEST(ParseObject, TakesObjectsOnly) {
    EXPECT_EQ(to_json(*parse_object(R"( {"a":[1]} )")), R"({"a":[1]})");
    EXPECT_EQ(parse_object("[1]").error().message, "JSON must be an object");
}

TEST(Parse, BringsBackAMillionRandomDoubles) {
    auto const seed = std::random_device()();
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937_64 random(seed);
    std::string text;
    for (int i = 0; i < 1000000; ++i) {
        auto const number = std::bit_cast<double>(static_cast<std::uint64_t>(random()));
        if (!std::isfinite(number)) {
            continue;
        }
        text.clear();
        mkdb::document::append_json(text, boost::json::value(number));
        auto const back = parse(text);
        ASSERT_TRUE(back) << text;
        ASSERT_TRUE(back->is_double()) << text;
        ASSERT_EQ(std::bit_cast<std::uint64_t>(back->get_double()), std::bit_cast<std::uint64_t>(number)) << text;
    }
}

TEST(Parse, SurvivesMutationsOfADocument) {
    auto const seed = std::random_device()();
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937 random(seed);
    std::string const original =
        R"({"name":"Steel \u00e9 Bolt","price":9.99,"n":[1,-2,3e5,null,true],"o":{"x":{"y":"z"}}})";
    std::string_view const bytes = "{}[]\",:0123456789.eE+-\\utrfn\xC3\xFF ";
    for (int i = 0; i < 100000; ++i) {
        auto text = original;
        for (auto edits = random() % 4 + 1; edits > 0; --edits) {
            auto const at = random() % text.size();
            switch (random() % 3) {
            case 0: text[at] = bytes[random() % bytes.size()]; break;
            case 1: text.erase(at, random() % 5); break;
            default: text.insert(at, 1, bytes[random() % bytes.size()]);
            }
            text += text.empty() ? " " : "";
        }
        if (auto const value = parse(text)) {
            auto const again = parse(to_json(*value));
            ASSERT_TRUE(again) << text;
            ASSERT_EQ(to_json(*again), to_json(*value)) << text;
        }
    }
}

TEST(Parse, RefusesObjectsOfTooManyMembersBeforeItMakesThem) {
    constexpr auto text = R"({"a":{"x":1,"y":2},"b":[{"x":1,"x":2,"z":3}]})";
    EXPECT_TRUE(mkdb::document::parse(text, {.members = 3}));
    auto const refused = mkdb::document::parse(text, {.members = 2});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, mkdb::errc::limit_exceeded);
    EXPECT_EQ(refused.error().message, "JSON object has more than 2 members at offset 42");
}

} // namespace
