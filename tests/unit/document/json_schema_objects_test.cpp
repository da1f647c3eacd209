#include "unit/document/json_schema_support.hpp"

#include <gtest/gtest.h>

#include <string>

namespace {

using mkdb::test::broken;

/// Records with fewer fields than a schema names, and with more: who has fewer is walked through.
TEST(JsonSchemaObjects, MayHaveFewFieldsOrMany) {
    std::string const others = R"("0":0,"1":1,"aa":2,"l":3,"y":4,"zz":5)";
    auto const expect = [&](std::string const& schema, std::string const& record, std::string const& message) {
        EXPECT_EQ(broken(schema, "{" + record + "}"), message) << schema;
        EXPECT_EQ(broken(schema, "{" + record + (record.empty() ? "" : ",") + others + "}"), message) << schema;
    };
    auto const* const properties =
        R"({"properties":{"z":{"type":"integer"},"a":{"type":"null"},"m":{"type":"string"}}})";
    expect(properties, "", "");
    expect(properties, R"("m":"x","z":1)", "");
    expect(properties, R"("a":1)", "field 'a': expected null, found 1");
    expect(properties, R"("m":1)", "field 'm': expected a string, found 1");
    expect(properties, R"("z":null)", "field 'z': expected an integer, found null");
    auto const* const required = R"({"dependentRequired":{"z":["p"],"a":["q"],"m":["r","s"]}})";
    expect(required, "", "");
    expect(required, R"("z":1,"p":2)", "");
    expect(required, R"("a":1)", "field 'q': expected a value beside 'a', found none");
    expect(required, R"("m":1,"r":2)", "field 's': expected a value beside 'm', found none");
    expect(required, R"("z":1)", "field 'p': expected a value beside 'z', found none");
    auto const* const schemas =
        R"({"dependentSchemas":{"z":{"required":["p"]},"a":{"required":["q"]},"m":{"required":["r"]}}})";
    expect(schemas, "", "");
    expect(schemas, R"("z":1,"p":2)", "");
    expect(schemas, R"("a":1)", "field 'q': expected a value, found none");
    expect(schemas, R"("m":1)", "field 'r': expected a value, found none");
    expect(schemas, R"("z":1)", "field 'p': expected a value, found none");
}

/// What was found about one name is not taken for what there is to say about the next.
TEST(JsonSchemaObjects, HaveLongNamesOfTheirOwn) {
    auto const* const schema =
        R"({"$defs":{"n":{"pattern":"^a"}},"propertyNames":{"allOf":[{"$ref":"#/$defs/n"},{"$ref":"#/$defs/n"}]},
            "additionalProperties":{"$ref":"#/$defs/n"}})";
    std::string const good(100, 'a');
    std::string const bad(100, 'b');
    auto const field = [](std::string const& name, std::string const& value) {
        return "\"" + name + R"(":")" + value + "\"";
    };
    EXPECT_EQ(broken(schema, "{" + field(good, good) + "," + field(good + "2", good) + "}"), "");
    EXPECT_TRUE(
        broken(schema, "{" + field(good, good) + "," + field(bad, good) + "}").starts_with("name of field 'bbb"));
    EXPECT_TRUE(broken(schema, "{" + field(good, good) + "," + field(good + "2", bad) + "}").starts_with("field 'aaa"));
}

/// Each way to a value asks anew, or is told what another one found.
TEST(JsonSchemaObjects, AreTheSameForEveryWayToAValue) {
    auto const* const schema = R"({"$defs":{"s":{"pattern":"^a"},"u":{"uniqueItems":true}},"properties":{
        "text":{"anyOf":[{"not":{"$ref":"#/$defs/s"}},{"$ref":"#/$defs/s"}],"not":{"$ref":"#/$defs/s"}},
        "list":{"allOf":[{"not":{"uniqueItems":true}},{"uniqueItems":false}],"anyOf":[{"uniqueItems":true},{"minItems":9}]}}})";
    std::string const tail(100, 'x');
    EXPECT_EQ(broken(schema, R"({"text":"b)" + tail + "\"}"), "");
    EXPECT_TRUE(
        broken(schema, R"({"text":"a)" + tail + "\"}").starts_with("field 'text': expected a value that does not"));
    EXPECT_EQ(broken(schema, R"({"list":[1,1]})"),
              "field 'list': expected a value that fits one of 2 alternatives, found a list, which fits none");
    EXPECT_EQ(
        broken(R"({"properties":{"l":{"allOf":[{"not":{"uniqueItems":true,"minItems":9}},{"uniqueItems":true}]}}})",
               R"({"l":[[1],2,[1]]})"),
        "field 'l': expected items that all differ, found a list at [0] and [2]");
    EXPECT_EQ(broken(R"({"properties":{"l":{"anyOf":[{"uniqueItems":true},true],"uniqueItems":true}}})",
                     R"({"l":[[1],2,[1]]})"),
              "field 'l': expected items that all differ, found a list at [0] and [2]");
}

TEST(JsonSchemaObjects, AreComparedAsRecordsToo) {
    auto const* const schema = R"({"enum":[1,"a",[{"a":1}],{"a":1},{"a":2,"b":[]},{},{"b":1}]})";
    for (auto const* kept : {R"({"a":1})", R"({"b":[],"a":2.0})", "{}", R"({"b":1})"}) {
        EXPECT_EQ(broken(schema, kept), "") << kept;
    }
    for (auto const* other : {R"({"a":2})", R"({"c":1})", R"({"a":1,"b":1})", R"({"0":1})"}) {
        EXPECT_EQ(broken(schema, other), R"(expected 1, "a", [{"a":1}], {"a":1} or one of 3 others, found an object)");
    }
    EXPECT_EQ(broken(R"({"enum":[1,"a"]})", "{}"), R"(expected 1 or "a", found an empty object)");
}

} // namespace
