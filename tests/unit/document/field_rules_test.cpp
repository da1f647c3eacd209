#include <mkdb/document/field_rules.hpp>

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace {

using namespace mkdb;
using document::field_rules;
using document::value_type;

[[nodiscard]] std::string broken(field_rules const& rules, std::string const& record, bool nested = false) {
    auto const kept = document::check_rules(rules, boost::json::parse(record).as_object(), nested);
    return kept ? "" : kept.error().message;
}

TEST(FieldRules, HoldForEveryRecordWhenThereAreNone) {
    EXPECT_EQ(broken({}, R"({"a":[1,"x"]})"), "");
}

TEST(FieldRules, AskForAValueWhereOneIsRequired) {
    field_rules const rules{{"price", {.required = true}}};
    EXPECT_EQ(broken(rules, R"({"price":0})"), "");
    EXPECT_EQ(broken(rules, R"({"price":""})"), "");
    EXPECT_EQ(broken(rules, R"({"cost":1})"), "field 'price': expected a value, found none");
    EXPECT_EQ(broken(rules, R"({"price":null})"), "field 'price': expected a value, found none");
    EXPECT_EQ(broken({{"n", {true, value_type::number}}}, "{}"), "field 'n': expected a number, found none");
}

TEST(FieldRules, TellValuesOfEachTypeFromAllOthers) {
    std::vector<std::string> const values{"true", "3", "-3.0", "18446744073709551615", "0.5", R"("3")", "[]", "{}"};
    std::vector<std::pair<value_type, std::string>> const held{
        {value_type::any, "11111111"},    {value_type::boolean, "10000000"}, {value_type::integer, "01110000"},
        {value_type::number, "01111000"}, {value_type::string, "00000100"},  {value_type::array, "00000010"},
        {value_type::object, "00000001"},
    };
    for (auto const& [type, expected] : held) {
        for (std::size_t i = 0; i < values.size(); ++i) {
            EXPECT_EQ(broken({{"f", {.type = type}}}, R"({"f":)" + values[i] + "}").empty(), expected[i] == '1')
                << values[i] << " for type " << static_cast<int>(type);
        }
    }
}

TEST(FieldRules, SayWhatWasExpectedAndFound) {
    EXPECT_EQ(broken({{"f", {.type = value_type::integer}}}, R"({"f":1.5})"),
              "field 'f': expected an integer, found 1.5");
    EXPECT_EQ(broken({{"f", {.type = value_type::boolean}}}, R"({"f":"yes"})"),
              R"(field 'f': expected true or false, found "yes")");
    EXPECT_EQ(broken({{"f", {.type = value_type::string}}}, R"({"f":[1]})"),
              "field 'f': expected a string, found a list");
}

TEST(FieldRules, TakeDottedNamesAsPathsOnlyWhereThoseAreMeant) {
    field_rules const rules{{"size.mm", {true, value_type::number}}};
    EXPECT_EQ(broken(rules, R"({"size":{"mm":8}})", true), "");
    EXPECT_EQ(broken(rules, R"({"size":{"mm":8}})", false), "field 'size.mm': expected a number, found none");
    EXPECT_EQ(broken(rules, R"({"size.mm":8})", false), "");
}

} // namespace
