#include "unit/document/json_schema_support.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace {

using mkdb::document::compile_json_schema;
using mkdb::test::broken;

struct refusal {
    char const* schema;
    char const* message; ///< After `JSON Schema at `.
};

constexpr auto types =
    R"(expected null, boolean, integer, number, string, array or object, or a list of these, found )";

constexpr refusal wrong_operands[] = {
    {"5", R"("": expected a schema (an object, true or false), found 5)"},
    {R"({"properties":{"age":{"minimum":"three"}}})", R"("/properties/age/minimum": expected a number, found "three")"},
    {R"({"maximum":null})", R"("/maximum": expected a number, found null)"},
    {R"({"exclusiveMinimum":true})", R"("/exclusiveMinimum": expected a number, found true)"},
    {R"({"exclusiveMaximum":[]})", R"("/exclusiveMaximum": expected a number, found an empty list)"},
    {R"({"multipleOf":0})", R"("/multipleOf": expected a number above 0, found 0)"},
    {R"({"multipleOf":"1"})", R"("/multipleOf": expected a number above 0, found "1")"},
    {R"({"minLength":-1})", R"("/minLength": expected an integer from 0 up, found -1)"},
    {R"({"maxLength":1.5})", R"("/maxLength": expected an integer from 0 up, found 1.5)"},
    {R"({"minItems":"1"})", R"("/minItems": expected an integer from 0 up, found "1")"},
    {R"({"maxItems":{}})", R"("/maxItems": expected an integer from 0 up, found an empty object)"},
    {R"({"minContains":-1})", R"("/minContains": expected an integer from 0 up, found -1)"},
    {R"({"maxContains":-1})", R"("/maxContains": expected an integer from 0 up, found -1)"},
    {R"({"minProperties":false})", R"("/minProperties": expected an integer from 0 up, found false)"},
    {R"({"maxProperties":null})", R"("/maxProperties": expected an integer from 0 up, found null)"},
    {R"({"uniqueItems":1})", R"("/uniqueItems": expected true or false, found 1)"},
    {R"({"required":"a"})", R"("/required": expected a list of names, found "a")"},
    {R"({"required":["a",1]})", R"("/required/1": expected a string, found 1)"},
    {R"({"required":["a","b","a"]})", R"("/required/2": expected elements that all differ, found "a" twice)"},
    {R"({"dependentRequired":{"x":["a","a"]}})",
     R"("/dependentRequired/x/1": expected elements that all differ, found "a" twice)"},
    {R"({"type":["string","null","string"]})", R"("/type/2": expected elements that all differ, found "string" twice)"},
    {R"({"enum":[]})", R"("/enum": expected a list of one or more values, found an empty list)"},
    {R"({"enum":"a"})", R"("/enum": expected a list of one or more values, found "a")"},
    {R"({"properties":[]})", R"("/properties": expected an object of schemas, found an empty list)"},
    {R"({"properties":{"a/b~c":1}})",
     R"("/properties/a~1b~0c": expected a schema (an object, true or false), found 1)"},
    {R"({"patternProperties":{"a(b":true}})",
     R"("/patternProperties/a(b": expected a regular expression, found "a(b" (missing ): a(b))"},
    {R"x({"pattern":"(?=x)"})x",
     R"x("/pattern": expected a regular expression, found "(?=x)" (invalid perl operator: (?=))x"},
    {R"({"pattern":5})", R"("/pattern": expected a string, found 5)"},
    {R"({"additionalProperties":"no"})",
     R"("/additionalProperties": expected a schema (an object, true or false), found "no")"},
    {R"({"propertyNames":3})", R"("/propertyNames": expected a schema (an object, true or false), found 3)"},
    {R"({"items":[{}]})", R"("/items": expected one schema (schemas by position are "prefixItems"), found a list)"},
    {R"({"prefixItems":{}})", R"("/prefixItems": expected a list of one or more schemas, found an empty object)"},
    {R"({"contains":[]})", R"("/contains": expected a schema (an object, true or false), found an empty list)"},
    {R"({"allOf":[]})", R"("/allOf": expected a list of one or more schemas, found an empty list)"},
    {R"({"anyOf":[true,5]})", R"("/anyOf/1": expected a schema (an object, true or false), found 5)"},
    {R"({"oneOf":{}})", R"("/oneOf": expected a list of one or more schemas, found an empty object)"},
    {R"({"not":null})", R"("/not": expected a schema (an object, true or false), found null)"},
    {R"({"if":1})", R"("/if": expected a schema (an object, true or false), found 1)"},
    {R"({"then":1})", R"("/then": expected a schema (an object, true or false), found 1)"},
    {R"({"else":1})", R"("/else": expected a schema (an object, true or false), found 1)"},
    {R"({"dependentRequired":{"a":"b"}})", R"("/dependentRequired/a": expected a list of names, found "b")"},
    {R"({"dependentRequired":[]})",
     R"("/dependentRequired": expected an object of lists of names, found an empty list)"},
    {R"({"dependentSchemas":{"a":["b"]}})",
     R"("/dependentSchemas/a": expected a schema (an object, true or false), found a list)"},
    {R"({"title":1})", R"("/title": expected a string, found 1)"},
    {R"({"format":1})", R"("/format": expected a string, found 1)"},
    {R"({"examples":{}})", R"("/examples": expected a list, found an empty object)"},
    {R"({"readOnly":"yes"})", R"("/readOnly": expected true or false, found "yes")"},
    {R"({"$id":5})", R"("/$id": expected a string, found 5)"},
    {R"({"not":{"$id":"x"}})", R"("/not/$id": expected none but at the root, found "x")"},
    {R"({"$schema":"http://json-schema.org/draft-04/schema#"})",
     R"("/$schema": expected "https://json-schema.org/draft/2020-12/schema" or )"
     R"("http://json-schema.org/draft-07/schema#", found "http://json-schema.org/draft-04/schema#")"},
};

TEST(MalformedJsonSchema, IsRefusedWithItsPlaceWhatWasExpectedAndFound) {
    for (auto const& [schema, message] : wrong_operands) {
        EXPECT_EQ(broken(schema, "{}"), std::string("JSON Schema at ") + message) << schema;
    }
    for (auto const* wrong : {R"("strin")", "[]", R"(["string",1])", "5"}) {
        auto const message = broken(R"({"$defs":{"unused":{"type":)" + std::string(wrong) + "}}}", "{}");
        EXPECT_TRUE(message.starts_with(R"(JSON Schema at "/$defs/unused/type)")) << message;
        EXPECT_NE(message.find(types), std::string::npos) << message;
    }
}

TEST(MalformedJsonSchema, MayNotHaveUnknownKeywords) {
    auto const message = broken(R"({"properties":{"a":{"unevaluatedItems":3}}})", "{}");
    EXPECT_TRUE(message.starts_with(
        R"(JSON Schema at "/properties/a": unknown keyword "unevaluatedItems"; there are $comment, )"))
        << message;
    EXPECT_TRUE(message.ends_with(", uniqueItems, writeOnly")) << message;
    for (auto const* unknown :
         {"unevaluatedProperties", "dependencies", "$anchor", "$dynamicRef", "additionalItems", ""}) {
        EXPECT_NE(broken(R"({")" + std::string(unknown) + R"(":true})", "{}"), "") << unknown;
    }
}

TEST(MalformedJsonSchema, IsToldWhichKeywordWasMeant) {
    auto const refused = [](std::string const& keyword) { return broken("{\"" + keyword + "\":3}", "{}"); };
    std::string const begin = R"(JSON Schema at "": unknown keyword )";
    EXPECT_EQ(refused("minimun"), begin + R"("minimun": did you mean "minimum"?)");
    EXPECT_EQ(refused("requires"), begin + R"("requires": did you mean "required"?)");
    EXPECT_EQ(refused("dependencies"), begin + R"("dependencies": since 2020-12 it is "dependentRequired" for names, )"
                                               R"("dependentSchemas" for schemas)");
    EXPECT_EQ(refused("additionalItems"),
              begin + R"("additionalItems": since 2020-12 it is "items", beside "prefixItems" for those by position)");
}

TEST(MalformedJsonSchema, MayNotBeOneThatNoRecordKeeps) {
    auto const message = [](std::string const& found) {
        return R"(JSON Schema at "/type": expected "object", which every record is, found )" + found;
    };
    EXPECT_EQ(broken(R"({"type":"string"})", "{}"), message(R"("string")"));
    EXPECT_EQ(broken(R"({"type":["array","null"]})", "{}"), message(R"(["array","null"])"));
    EXPECT_EQ(broken(R"({"type":["null","object"]})", "{}"), "");
}

TEST(MalformedJsonSchema, MayNotReferToWhatIsNotThere) {
    auto const refused = [](std::string const& reference) {
        return broken(R"({"$defs":{"a":{}},"properties":{"x":{"$ref":)" + reference + "}}}", "{}");
    };
    std::string const begin = R"(JSON Schema at "/properties/x/$ref": )";
    EXPECT_EQ(refused("5"), begin + "expected a string, found 5");
    for (auto const* nowhere : {R"("#/$defs/b")", R"("#/$defs")", R"("#/")", R"("#/properties/x/$ref")"}) {
        EXPECT_EQ(refused(nowhere), begin + "expected a place where a schema stands, found " + nowhere);
    }
    for (auto const* foreign : {R"("other.json")", R"("#a")", R"("https://example.org/#/a")", R"("")", R"("#/%4")"}) {
        EXPECT_EQ(refused(foreign),
                  begin + R"(expected "#" or a JSON pointer into this schema, as "#/$defs/name", found )" + foreign);
    }
    EXPECT_EQ(refused(R"("#/$defs/a")"), "");
}

TEST(MalformedJsonSchema, IsReferredToByItsOwnNamesAndNumbers) {
    auto const refused = [](std::string const& pointer) {
        return broken(R"({"allOf":[true,{"type":"object"}],"$defs":{"":{},"0":{},"~":{},"a/b":{}},
                          "properties":{"x":{"$ref":"#)" +
                          pointer + R"("}}})",
                      "{}");
    };
    for (auto const* there : {"", "/allOf/0", "/allOf/1", "/$defs/", "/$defs/0", "/$defs/~0", "/$defs/a~1b",
                              "/properties/x", "/%24defs/a~1b", "/$defs/%7e0"}) {
        EXPECT_EQ(refused(there),
                  there == std::string("/properties/x")
                      ? R"(JSON Schema at "/properties/x": its references lead back to itself and never end)"
                      : "")
            << there;
    }
    for (auto const* nowhere :
         {"/", "/allOf", "/allOf/2", "/allOf/00", "/allOf/01", "/allOf/-", "/allOf/", "/allOf/0/", "/allOf/1/type/0",
          "/$defs/~", "/$defs/~2", "/$defs/a/b", "/allOf/18446744073709551616"}) {
        EXPECT_NE(refused(nowhere).find("expected a place where a schema stands"), std::string::npos) << nowhere;
    }
}

TEST(MalformedJsonSchema, HasItsLongPlacesCutInMessages) {
    std::string const name(100, '/');
    std::string cut = "/properties/";
    for (int i = 0; i < 60; ++i) {
        cut += "~1";
    }
    EXPECT_EQ(broken(R"({"properties":{")" + name + R"(":{"minimum":"x"}}})", "{}"),
              "JSON Schema at \"" + cut + "…/minimum\": expected a number, found \"x\"");
    std::string schema = R"({"minimum":"x"})";
    for (int i = 0; i < 10; ++i) {
        schema = R"({"properties":{")" + name + R"(":)" + schema + "}}";
    }
    auto const message = broken(schema, "{}");
    EXPECT_TRUE(message.starts_with("JSON Schema at \"…/")) << message;
    EXPECT_TRUE(message.ends_with("~1…/minimum\": expected a number, found \"x\"")) << message;
    EXPECT_LT(message.size(), 500U);
}

TEST(MalformedJsonSchema, MayNotReferToItselfForTheSameValue) {
    auto const at = [](std::string const& pointer) {
        return R"(JSON Schema at ")" + pointer + R"(": its references lead back to itself and never end)";
    };
    EXPECT_EQ(broken(R"({"$ref":"#"})", "{}"), at(""));
    EXPECT_EQ(broken(R"({"not":{"anyOf":[true,{"$ref":"#"}]}})", "{}"), at(""));
    EXPECT_EQ(broken(R"({"$defs":{"a":{"$ref":"#/$defs/b"},"b":{"if":true,"then":{"$ref":"#/$defs/a"}}}})", "{}"),
              at("/$defs/a"));
    EXPECT_EQ(broken(R"({"dependentSchemas":{"a":{"$ref":"#"}}})", "{}"), at(""));
    EXPECT_EQ(broken(R"({"propertyNames":{"maxLength":3},"additionalProperties":{"$ref":"#"}})", "{}"), "");
    EXPECT_EQ(broken(R"({"contains":{"$ref":"#"},"items":{"$ref":"#"},"prefixItems":[{"$ref":"#"}]})", "{}"), "");
}

TEST(MalformedJsonSchema, MustBeJson) {
    EXPECT_EQ(compile_json_schema({{"const", std::numeric_limits<double>::infinity()}}).error().message,
              "JSON Schema: a number is infinite or not a number, which JSON cannot hold");
    EXPECT_EQ(compile_json_schema({{"title", "\xff"}}).error().message, "JSON Schema: a string is not UTF-8");
    EXPECT_EQ(compile_json_schema(std::numeric_limits<double>::quiet_NaN()).error().message,
              "JSON Schema: a number is infinite or not a number, which JSON cannot hold");
    EXPECT_EQ(compile_json_schema("\xff").error().message, "JSON Schema: a string is not UTF-8");
    EXPECT_EQ(compile_json_schema(boost::json::array{"\xff"}).error().message, "JSON Schema: a string is not UTF-8");
}

} // namespace
