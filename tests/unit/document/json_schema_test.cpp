#include "unit/document/json_schema_support.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace {

using mkdb::test::broken;
using mkdb::test::broken_field;

TEST(JsonSchema, NoneIsKeptByEveryRecord) {
    EXPECT_TRUE(mkdb::document::check_json_schema({}, {{"a", 1}}));
    EXPECT_TRUE(mkdb::document::json_schema().is_none());
    EXPECT_EQ(mkdb::document::json_schema().text(), "");
}

TEST(JsonSchema, TellsWhatItWasMadeOf) {
    auto const schema = mkdb::document::compile_json_schema({{"required", {"a"}}}).value();
    EXPECT_EQ(schema.text(), R"({"required":["a"]})");
    EXPECT_FALSE(schema.is_none());
    auto const copy = schema;
    EXPECT_EQ(copy.text().data(), schema.text().data());
}

TEST(JsonSchema, IsNoneOnceItWasMoved) {
    auto schema = mkdb::document::compile_json_schema({{"required", {"a"}}}).value();
    { auto const elsewhere = std::move(schema); }
    EXPECT_TRUE(schema.is_none()); // NOLINT(bugprone-use-after-move)
    EXPECT_EQ(schema.text(), "");
}

TEST(JsonSchema, TellsValuesOfEachTypeFromAllOthers) {
    std::vector<std::string> const values{"null", "true",   "3",  "-3.0", "18446744073709551615",
                                          "0.5",  R"("3")", "[]", "{}"};
    std::vector<std::pair<std::string, std::string>> const held{
        {R"("null")", "100000000"},   {R"("boolean")", "010000000"},          {R"("integer")", "001110000"},
        {R"("number")", "001111000"}, {R"("string")", "000000100"},           {R"("array")", "000000010"},
        {R"("object")", "000000001"}, {R"(["null","integer"])", "101110000"}, {R"(["number","integer"])", "001111000"},
    };
    for (auto const& [type, expected] : held) {
        for (std::size_t i = 0; i < values.size(); ++i) {
            EXPECT_EQ(broken_field(R"({"type":)" + type + "}", values[i]).empty(), expected[i] == '1')
                << values[i] << " for type " << type;
        }
    }
    EXPECT_EQ(broken_field(R"({"type":"string"})", "5"), "field 'f': expected a string, found 5");
    EXPECT_EQ(broken_field(R"({"type":["string","null","integer"]})", "[1]"),
              "field 'f': expected null, an integer or a string, found a list");
    EXPECT_EQ(broken(R"({"type":"object"})", "{}"), "");
    EXPECT_EQ(broken(R"({"allOf":[{"type":["array","string"]}]})", "{}"),
              "expected a string or a list, found an empty object");
}

TEST(JsonSchema, SchemasMayBeTrueOrFalse) {
    EXPECT_EQ(broken("true", R"({"a":1})"), "");
    EXPECT_EQ(broken("false", R"({"a":1})"), "expected none, found an object");
    EXPECT_EQ(broken_field("true", "5"), "");
    EXPECT_EQ(broken_field("false", "5"), "field 'f': expected none, found 5");
}

TEST(JsonSchema, EnumAndConstCompareByValue) {
    EXPECT_EQ(broken_field(R"({"enum":[1,"a",null,{"x":[1]}]})", "1.0"), "");
    EXPECT_EQ(broken_field(R"({"enum":[1,"a",null,{"x":[1]}]})", R"({"x":[1.0]})"), "");
    EXPECT_EQ(broken_field(R"({"enum":[1,"a",null,{"x":[1]}]})", R"("b")"),
              R"(field 'f': expected 1, "a", null or {"x":[1]}, found "b")");
    EXPECT_EQ(broken_field(R"({"enum":[1,2,3,4,5,6]})", "true"),
              "field 'f': expected 1, 2, 3, 4 or one of 2 others, found true");
    EXPECT_EQ(broken_field(R"({"const":9007199254740993})", "9007199254740993"), "");
    EXPECT_EQ(broken_field(R"({"const":9007199254740993})", "9007199254740992.0"),
              "field 'f': expected 9007199254740993, found 9007199254740992.0");
    EXPECT_EQ(broken(R"({"const":{"a":1,"b":2}})", R"({"b":2,"a":1})"), "");
    EXPECT_EQ(broken(R"({"const":{"a":1}})", R"({"a":2})"), R"(expected {"a":1}, found an object)");
}

TEST(JsonSchema, NumbersAreComparedExactly) {
    EXPECT_EQ(broken_field(R"({"minimum":3})", "3.0"), "");
    EXPECT_EQ(broken_field(R"({"minimum":3})", "2.5"), "field 'f': expected a number of at least 3, found 2.5");
    EXPECT_EQ(broken_field(R"({"minimum":9007199254740993})", "9007199254740992"),
              "field 'f': expected a number of at least 9007199254740993, found 9007199254740992");
    EXPECT_EQ(broken_field(R"({"maximum":9007199254740992.0})", "9007199254740993"),
              "field 'f': expected a number of at most 9007199254740992.0, found 9007199254740993");
    EXPECT_EQ(broken_field(R"({"maximum":18446744073709551615})", "18446744073709551615"), "");
    EXPECT_EQ(broken_field(R"({"exclusiveMinimum":0})", "0.5"), "");
    EXPECT_EQ(broken_field(R"({"exclusiveMinimum":0})", "-0.0"), "field 'f': expected a number above 0, found -0.0");
    EXPECT_EQ(broken_field(R"({"exclusiveMaximum":10})", "9"), "");
    EXPECT_EQ(broken_field(R"({"exclusiveMaximum":10})", "10.0"), "field 'f': expected a number below 10, found 10.0");
    EXPECT_EQ(broken_field(R"({"minimum":3,"multipleOf":2})", R"("a")"), "") << "strings are no matter to it";
}

TEST(JsonSchema, MultiplesAreThoseOfTheDecimalsAsWritten) {
    EXPECT_EQ(broken_field(R"({"multipleOf":0.01})", "9.99"), "");
    EXPECT_EQ(broken_field(R"({"multipleOf":0.01})", "0.005"), "field 'f': expected a multiple of 0.01, found 0.005");
}

TEST(JsonSchema, LengthsAreInCharacters) {
    EXPECT_EQ(broken_field(R"({"minLength":2,"maxLength":3})", R"("äö€")"), "");
    EXPECT_EQ(broken_field(R"({"minLength":2})", R"("😀")"), "field 'f': expected at least 2 characters, found 1");
    EXPECT_EQ(broken_field(R"({"maxLength":1})", R"("ab")"), "field 'f': expected at most 1 character, found 2");
    EXPECT_EQ(broken_field(R"({"maxLength":1.0})", R"("a")"), "");
}

TEST(JsonSchema, PatternsAreSearchedFor) {
    EXPECT_EQ(broken_field(R"({"pattern":"b+"})", R"("abba")"), "");
    EXPECT_EQ(broken_field(R"({"pattern":"^[0-9]{5}$"})", R"("abc")"),
              R"(field 'f': expected a string that matches "^[0-9]{5}$", found "abc")");
    EXPECT_EQ(broken_field(R"({"pattern":"^b","maxLength":1})", R"("ab")"),
              "field 'f': expected at most 1 character, found 2")
        << "a length spares the search";
}

TEST(JsonSchema, ListsHaveItemsByPositionAndOthers) {
    auto const* const schema = R"({"prefixItems":[{"type":"string"},{"type":"integer"}],"items":{"type":"boolean"}})";
    EXPECT_EQ(broken_field(schema, R"(["a",1,true,false])"), "");
    EXPECT_EQ(broken_field(schema, R"(["a"])"), "");
    EXPECT_EQ(broken_field(schema, R"(["a","b"])"), R"(field 'f[1]': expected an integer, found "b")");
    EXPECT_EQ(broken_field(schema, R"(["a",1,true,5])"), "field 'f[3]': expected true or false, found 5");
    EXPECT_EQ(broken_field(R"({"prefixItems":[true],"items":false})", "[1,2]"), "field 'f[1]': expected none, found 2");
    EXPECT_EQ(broken_field(R"({"prefixItems":[{"type":"string"}]})", R"(["a",2])"), "");
    EXPECT_EQ(broken_field(R"({"items":{"items":{"properties":{"p":{"type":"null"}}}}})", R"([[],[1,{"p":2}]])"),
              "field 'f[1][1].p': expected null, found 2");
}

TEST(JsonSchema, ListsHaveBoundsAndMayBeSets) {
    EXPECT_EQ(broken_field(R"({"minItems":1,"maxItems":2})", "[1]"), "");
    EXPECT_EQ(broken_field(R"({"minItems":1})", "[]"), "field 'f': expected at least 1 item, found 0");
    EXPECT_EQ(broken_field(R"({"maxItems":2})", "[1,2,3]"), "field 'f': expected at most 2 items, found 3");
    EXPECT_EQ(broken_field(R"({"uniqueItems":true})", R"([1,"1",true,[1],{"a":1}])"), "");
    EXPECT_EQ(broken_field(R"({"uniqueItems":true})", R"([{"a":1,"b":2},3,{"b":2.0,"a":1}])"),
              "field 'f': expected items that all differ, found an object at [0] and [2]");
    EXPECT_EQ(broken_field(R"({"uniqueItems":true})", "[1,2,3,2,1.0]"),
              "field 'f': expected items that all differ, found 2 at [1] and [3]")
        << "it is the first that was there before";
    EXPECT_EQ(broken_field(R"({"uniqueItems":true})", "[0,0.5,-0.0]"),
              "field 'f': expected items that all differ, found -0.0 at [0] and [2]");
    EXPECT_EQ(broken_field(R"({"uniqueItems":true})", "[[1,2],[2,1],[1,2,3],[[1,2]],[1,2.0]]"),
              "field 'f': expected items that all differ, found a list at [0] and [4]");
    EXPECT_EQ(broken_field(R"({"uniqueItems":true})", R"(["b","a","a","b","a"])"),
              R"(field 'f': expected items that all differ, found "a" at [1] and [2])");
    EXPECT_EQ(broken_field(R"({"uniqueItems":false})", "[1,1]"), "");
}

TEST(JsonSchema, ListsMayHaveToContainSomething) {
    EXPECT_EQ(broken_field(R"({"contains":{"const":1}})", "[0,1]"), "");
    EXPECT_EQ(broken_field(R"({"contains":{"const":1}})", "[0]"),
              "field 'f': expected at least 1 item that fits what \"contains\" says, found 0");
    EXPECT_EQ(broken_field(R"({"contains":{"const":1},"minContains":2})", "[1]"),
              "field 'f': expected at least 2 items that fit what \"contains\" says, found 1");
    EXPECT_EQ(broken_field(R"({"contains":{"const":1},"maxContains":1})", "[1,1]"),
              "field 'f': expected at most 1 item that fits what \"contains\" says, found 2");
    EXPECT_EQ(broken_field(R"({"contains":{"const":1},"minContains":0})", "[]"), "");
    EXPECT_EQ(broken_field(R"({"minContains":3})", "[1]"), "") << "without contains it says nothing";
}

TEST(JsonSchema, ObjectsHaveFieldsThatTheyMust) {
    EXPECT_EQ(broken(R"({"required":["a"]})", R"({"a":null})"), "") << "null is a value";
    EXPECT_EQ(broken(R"({"required":["b","a"]})", "{}"), "field 'b': expected a value, found none");
    EXPECT_EQ(broken_field(R"({"required":["x"]})", "{}"), "field 'f.x': expected a value, found none");
    EXPECT_EQ(broken(R"({"dependentRequired":{"card":["name"]}})", R"({"name":"x"})"), "");
    EXPECT_EQ(broken(R"({"dependentRequired":{"card":["name"]}})", R"({"card":1})"),
              "field 'name': expected a value beside 'card', found none");
    EXPECT_EQ(broken(R"({"minProperties":1,"maxProperties":2})", R"({"a":1})"), "");
    EXPECT_EQ(broken(R"({"minProperties":1})", "{}"), "expected at least 1 field, found 0");
    EXPECT_EQ(broken_field(R"({"maxProperties":0})", R"({"a":1})"), "field 'f': expected at most 0 fields, found 1");
}

TEST(JsonSchema, ObjectsHaveSchemasForTheirFields) {
    auto const* const schema =
        R"({"properties":{"a":{"type":"integer"}},"patternProperties":{"^x-":{"type":"string"}},
            "additionalProperties":false})";
    EXPECT_EQ(broken(schema, R"({"a":1,"x-b":"c"})"), "");
    EXPECT_EQ(broken(schema, R"({"a":"1"})"), R"(field 'a': expected an integer, found "1")");
    EXPECT_EQ(broken(schema, R"({"x-b":1})"), "field 'x-b': expected a string, found 1");
    EXPECT_EQ(broken(schema, R"({"b":1})"), "field 'b': expected none, found 1");
    EXPECT_EQ(broken(R"({"additionalProperties":{"type":"string"}})", R"({"b":{"c":1}})"),
              "field 'b': expected a string, found an object");
    EXPECT_EQ(broken(R"({"properties":{"x-a":true},"patternProperties":{"^x":{"type":"string"}}})", R"({"x-a":1})"),
              "field 'x-a': expected a string, found 1")
        << "a field may have both";
    EXPECT_EQ(broken(R"({"propertyNames":{"pattern":"^[a-z]+$"}})", R"({"abc":1})"), "");
    EXPECT_EQ(broken(R"({"propertyNames":{"pattern":"^[a-z]+$"}})", R"({"a":1,"Bad Name":2})"),
              R"(name of field 'Bad Name': expected a string that matches "^[a-z]+$", found "Bad Name")");
}

TEST(JsonSchema, SchemasAreCombined) {
    EXPECT_EQ(broken_field(R"({"allOf":[{"type":"integer"},{"minimum":3}]})", "3"), "");
    EXPECT_EQ(broken_field(R"({"allOf":[{"type":"integer"},{"minimum":3}]})", "2"),
              "field 'f': expected a number of at least 3, found 2");
    EXPECT_EQ(broken_field(R"({"anyOf":[{"type":"string"},{"minimum":3}]})", "3"), "");
    EXPECT_EQ(broken_field(R"({"anyOf":[{"multipleOf":3},{"minimum":3}]})", "2"),
              "field 'f': expected a value that fits one of 2 alternatives, found 2, which fits none");
    EXPECT_EQ(broken_field(R"({"oneOf":[{"multipleOf":2},{"multipleOf":3}]})", "4"), "");
    EXPECT_EQ(broken_field(R"({"oneOf":[{"multipleOf":2},{"multipleOf":3}]})", "6"),
              "field 'f': expected a value that fits exactly one of 2 alternatives, found 6, which fits 2");
    EXPECT_EQ(broken_field(R"({"oneOf":[{"multipleOf":2},{"multipleOf":3}]})", "1"),
              "field 'f': expected a value that fits exactly one of 2 alternatives, found 1, which fits none");
    EXPECT_EQ(broken_field(R"({"not":{"type":"string"}})", "1"), "");
    EXPECT_EQ(broken_field(R"({"not":{"type":"string"}})", R"("x")"),
              R"(field 'f': expected a value that does not fit what "not" says, {"type":"string"}, found "x")");
    EXPECT_EQ(broken_field(R"({"not":{"not":{"type":"string"}}})", "1"),
              R"(field 'f': expected a value that does not fit what "not" says, {"not":{"type":"string"}}, found 1)");
    EXPECT_EQ(broken(R"({"not":{"required":["a"]}})", R"({"a":1})"),
              R"(expected a record that does not fit what "not" says, {"required":["a"]}, found one that does)");
    EXPECT_EQ(broken(R"({"oneOf":[{"required":["a"]},{"required":["b"]}]})", "{}"),
              "expected a record that fits exactly one of 2 alternatives, found an empty object, which fits none");
}

TEST(JsonSchema, SchemasMayHoldUnderConditions) {
    auto const* const schema = R"({"if":{"properties":{"kind":{"const":"book"}},"required":["kind"]},
                                   "then":{"required":["isbn"]},"else":{"required":["ean"]}})";
    EXPECT_EQ(broken(schema, R"({"kind":"book","isbn":1})"), "");
    EXPECT_EQ(broken(schema, R"({"kind":"book","ean":1})"), "field 'isbn': expected a value, found none");
    EXPECT_EQ(broken(schema, R"({"kind":"game","ean":1})"), "");
    EXPECT_EQ(broken(schema, "{}"), "field 'ean': expected a value, found none");
    EXPECT_EQ(broken(R"({"then":false,"else":false})", "{}"), "") << "without if they say nothing";
    EXPECT_EQ(broken(R"({"dependentSchemas":{"a":{"properties":{"b":{"type":"string"}}}}})", R"({"b":1})"), "");
    EXPECT_EQ(broken(R"({"dependentSchemas":{"a":{"properties":{"b":{"type":"string"}}}}})", R"({"a":0,"b":1})"),
              "field 'b': expected a string, found 1");
}

TEST(JsonSchema, ReferencesLeadAnywhereInTheSchema) {
    auto const* const schema =
        R"({"$defs":{"a/b~ c":{"type":"integer"}},"definitions":{"d":{"$ref":"#/$defs/a~1b~0%20c"}},
        "properties":{"x":{"$ref":"#/definitions/d"},"y":{"$ref":"#/properties/x","minimum":5}}})";
    EXPECT_EQ(broken(schema, R"({"x":1,"y":5})"), "");
    EXPECT_EQ(broken(schema, R"({"x":0.5})"), "field 'x': expected an integer, found 0.5");
    EXPECT_EQ(broken(schema, R"({"y":0.5})"), "field 'y': expected a number of at least 5, found 0.5");
    EXPECT_EQ(broken(schema, R"({"y":5.5})"), "field 'y': expected an integer, found 5.5");
    auto const* const tree =
        R"({"type":"object","properties":{"children":{"items":{"$ref":"#"}},"n":{"type":"integer"}}})";
    EXPECT_EQ(broken(tree, R"({"n":1,"children":[{"children":[{"n":2}]}]})"), "");
    EXPECT_EQ(broken(tree, R"({"n":1,"children":[{"children":[{"n":2},{"n":"3"}]}]})"),
              R"(field 'children[0].children[1].n': expected an integer, found "3")");
}

TEST(JsonSchema, AnnotationsSayNothingOfAValue) {
    EXPECT_EQ(broken(R"({"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"https://example.org/a",
        "title":"t","description":"d","default":{"a":"x"},"examples":[1],"$comment":"c","deprecated":true,
        "readOnly":true,"writeOnly":false,"properties":{"mail":{"format":"email","default":5}}})",
                     R"({"mail":"no mail"})"),
              "");
    EXPECT_EQ(broken(R"({"$schema":"http://json-schema.org/draft-07/schema#"})", "{}"), "");
}

TEST(JsonSchema, LongNamesAndPathsAreCutInMessages) {
    std::string const name(100, 'n');
    EXPECT_EQ(broken(R"({"required":[")" + name + R"("]})", "{}"),
              "field '" + name.substr(0, 60) + "…': expected a value, found none");
    std::string schema = R"({"type":"integer"})";
    std::string record = "true";
    for (int i = 0; i < 10; ++i) {
        schema = R"({"properties":{")" + name + R"(":)" + schema + "}}";
        record = R"({")" + name + R"(":)" + record + "}";
    }
    auto const message = broken(schema, record);
    EXPECT_TRUE(message.starts_with("field '…nnn")) << message;
    EXPECT_LT(message.size(), 400U);
}

} // namespace
