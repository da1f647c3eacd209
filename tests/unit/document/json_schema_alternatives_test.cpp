#include "unit/document/json_schema_support.hpp"

#include <gtest/gtest.h>

#include <string>

namespace {

using mkdb::test::broken;
using mkdb::test::broken_field;

class JsonSchemaAlternatives : public testing::TestWithParam<std::string> {
protected:
    [[nodiscard]] static std::string of(std::string const& schemas) {
        return R"({")" + GetParam() + R"(":[)" + schemas + "]}";
    }

    [[nodiscard]] static std::string none_of(std::string const& count) {
        return "expected a value that fits " + std::string(GetParam() == "anyOf" ? "one" : "exactly one") + " of " +
               count + " alternatives, found ";
    }
};

TEST_P(JsonSchemaAlternatives, SayWhatIsWrongWhereOneIsOfTheType) {
    auto const schema = R"({"properties":{"a":)" + of(R"({"type":"null"},{"$ref":"#/$defs/address"},false,
                                                      {"type":"array","items":{"type":"string"}})") +
                        R"(},"$defs":{"code":{"pattern":"^[0-9]{5}$"},
                           "address":{"type":"object","properties":{"zip":{"$ref":"#/$defs/code"}}}}})";
    EXPECT_EQ(broken(schema, R"({"a":{"zip":"12345"}})"), "");
    EXPECT_EQ(broken(schema, R"({"a":null})"), "");
    EXPECT_EQ(broken(schema, R"({"a":["x"]})"), "");
    EXPECT_EQ(broken(schema, R"({"a":{"zip":"x"}})"),
              R"(field 'a.zip': expected a string that matches "^[0-9]{5}$", found "x")");
    EXPECT_EQ(broken(schema, R"({"a":["x",5]})"), "field 'a[1]': expected a string, found 5");
    EXPECT_EQ(broken_field(of(R"({"type":"string"},{"minimum":3})"), "3"), "");
    EXPECT_EQ(broken_field(of(R"({"type":"string"},{"minimum":3})"), "2"),
              "field 'f': expected a number of at least 3, found 2");
}

TEST_P(JsonSchemaAlternatives, SayHowManyFitWhereNoneOrSeveralAreOfTheType) {
    EXPECT_EQ(broken_field(of(R"({"type":"string"},{"type":"null"})"), "2"),
              "field 'f': " + none_of("2") + "2, which fits none");
    EXPECT_EQ(broken_field(of(R"({"multipleOf":3},{"minimum":3})"), "2"),
              "field 'f': " + none_of("2") + "2, which fits none");
    EXPECT_EQ(broken_field(of("false"), "2"), "field 'f': expected none, found 2") << "there is no other";
}

TEST_P(JsonSchemaAlternatives, SayNothingWhereNobodyIsToHear) {
    auto const either = of(R"({"type":"string"},{"minimum":3})");
    EXPECT_EQ(broken_field(R"({"not":)" + either + "}", "2"), "");
    EXPECT_EQ(broken_field(R"({"if":)" + either + R"(,"then":false})", "2"), "");
    EXPECT_EQ(broken_field(R"({"contains":)" + either + "}", "[2,3]"), "");
}

/// One that was asked first and then made to say why would be looked at two to the power of 40 times.
TEST_P(JsonSchemaAlternatives, AreLookedAtOnceForTheirAnswerAndTheirSentence) {
    auto const next = of(R"({"type":"null"},{"$ref":"#"})");
    auto const list = R"({"properties":{"wrong":{"type":"null"},"next":)" + next + R"(,"also":)" + next + "}}";
    std::string record = R"({"wrong":1})";
    std::string path = "wrong";
    for (int i = 0; i < 40; ++i) {
        record = R"({"next":)" + record + "}";
        path.insert(0, "next.");
    }
    EXPECT_EQ(broken(list, record), "field '" + path + "': expected null, found 1");
}

INSTANTIATE_TEST_SUITE_P(Both, JsonSchemaAlternatives, testing::Values("anyOf", "oneOf"));

} // namespace
