#include "unit/document/json_schema_support.hpp"

#include <mkdb/core/limits.hpp>

#include <gtest/gtest.h>

#include <string>

namespace {

using mkdb::document::check_json_schema;
using mkdb::document::compile_json_schema;
using mkdb::test::broken;
using mkdb::test::broken_field;

[[nodiscard]] std::string repeated(std::string const& text, std::size_t times, std::string const& between = "") {
    std::string all;
    for (std::size_t i = 0; i < times; ++i) {
        all += (i == 0 ? "" : between) + text;
    }
    return all;
}

TEST(JsonSchemaLimits, BoundWhatASchemaMayBe) {
    EXPECT_EQ(broken(R"({"$comment":")" + std::string(65536, 'x') + R"("})", "{}"),
              "A JSON Schema may have at most 65536 bytes, not 65551");
    EXPECT_EQ(broken(R"({"$comment":")" + std::string(65521, 'x') + R"("})", "{}"), "");
    EXPECT_EQ(broken(R"({"prefixItems":[)" + repeated("{}", 4096, ",") + "]}", "{}"),
              "A JSON Schema may consist of at most 4096 schemas");
    EXPECT_EQ(broken(R"({"prefixItems":[)" + repeated("{}", 4095, ",") + "]}", "{}"), "");
    EXPECT_EQ(broken(R"({"prefixItems":[)" + repeated(R"({"pattern":"a"})", 101, ",") + "]}", "{}"),
              "A JSON Schema may have at most 100 regular expressions");
    EXPECT_EQ(
        compile_json_schema(mkdb::document::parse(R"({"prefixItems":[)" + repeated("{}", 4096, ",") + "]}").value())
            .error()
            .code,
        mkdb::errc::limit_exceeded);
}

TEST(JsonSchemaLimits, BoundARegularExpression) {
    EXPECT_TRUE(broken_field(R"({"pattern":"^.{1,255}$"})", R"("a")")
                    .starts_with(R"(JSON Schema at "/properties/f/pattern": the regular expression "^.{1,255}$" )"
                                 "is too large: it has "));
    EXPECT_EQ(broken_field(R"({"minLength":1,"maxLength":255})", R"("a")"), "");
    EXPECT_EQ(broken(R"({"patternProperties":{")" + std::string(1001, 'x') + R"(":true}})", "{}"),
              R"(JSON Schema at "/patternProperties/)" + std::string(60, 'x') + R"(…": the regular expression ")" +
                  std::string(60, 'x') + R"(…" is too large: longer than 1000 bytes)");
    EXPECT_EQ(compile_json_schema({{"pattern", "^.{1,255}$"}}).error().code, mkdb::errc::limit_exceeded);
}

TEST(JsonSchemaLimits, BoundHowDeepASchemaIs) {
    EXPECT_EQ(broken(repeated(R"({"not":)", 32) + "{}" + repeated("}", 32), "{}"),
              R"(JSON Schema at ")" + repeated("/not", 32) +
                  R"(": it checks one value against more than 32 schemas inside each other)");
    EXPECT_EQ(broken(repeated(R"({"not":)", 30) + "{}" + repeated("}", 30), "{}"), "");
    EXPECT_EQ(broken(repeated(R"({"items":)", 55) + "{}" + repeated("}", 55), "{}"), "");
    EXPECT_EQ(broken(repeated(R"({"items":)", 56) + "{}" + repeated("}", 56), "{}"),
              "A JSON Schema may be nested at most 56 levels deep");
}

/// As many schemas inside each other as there may be, for each of as many levels of a record. An alternative that fits
/// nothing has the other one asked as one of several.
TEST(JsonSchemaLimits, LetTheDeepestCheckEnd) {
    for (std::string const combination : {"anyOf", "oneOf", "allOf"}) {
        auto const begin = R"({")" + combination + (combination == "allOf" ? R"(":[)" : R"(":[{"minProperties":9},)");
        auto const inside = [&](std::size_t levels, std::string const& innermost) {
            return repeated(begin, levels) + innermost + repeated("]}", levels);
        };
        auto const schema = R"({"$ref":"#/$defs/l","$defs":{"l":)" + inside(15, R"({"$ref":"#/$defs/m"})") +
                            R"(,"m":)" + inside(14, R"({"properties":{"a":{"$ref":"#/$defs/l"}}})") + "}}";
        auto const record = repeated(R"({"a":)", 63) + "{}" + repeated("}", 63);
        auto const compiled = compile_json_schema(mkdb::document::parse(schema).value());
        ASSERT_TRUE(compiled) << compiled.error().message;
        EXPECT_TRUE(check_json_schema(*compiled, mkdb::document::parse_object(record).value()));
    }
}

/// Each definition uses the one before twice, so that the last would be two to the power of 30 schemas.
TEST(JsonSchemaLimits, BoundWhatReferencesMultiply) {
    std::string definitions = R"("d0":{"type":"string"})";
    for (int i = 1; i <= 30; ++i) {
        auto const before = R"({"$ref":"#/$defs/d)" + std::to_string(i - 1) + R"("})";
        definitions += R"(,"d)" + std::to_string(i) + R"(":{"properties":{},"allOf":[)" + before + "," + before + "]}";
    }
    auto const message = broken(R"({"$defs":{)" + definitions + "}}", "{}");
    EXPECT_TRUE(message.ends_with("it checks one value against more than 4096 schemas") ||
                message.ends_with("it checks one value against more than 32 schemas inside each other"))
        << message;
}

/// Many schemas of one value lead to what is in it, and each has that checked against some four thousand.
TEST(JsonSchemaLimits, BoundWhatManySchemasOfOneValueAddUpTo) {
    std::string definitions = R"("h0":{"type":"string"})";
    for (int i = 1; i <= 10; ++i) {
        auto const before = R"({"$ref":"#/$defs/h)" + std::to_string(i - 1) + R"("})";
        definitions += R"(,"h)" + std::to_string(i) + R"(":{"allOf":[)" + before + "," + before + "]}";
    }
    auto const with = [&](std::size_t ways) {
        return R"({"$defs":{)" + definitions + R"(},"allOf":[)" +
               repeated(R"({"properties":{"a":{"items":{"$ref":"#/$defs/h10"}}}})", ways, ",") + "]}";
    };
    auto const refusal = [](std::string const& sum) {
        return "A JSON Schema may check what is in a value against at most 65536 schemas, not " + sum +
               R"(; the most, 4094, are at "/allOf/0/properties/a/items")";
    };
    EXPECT_EQ(broken(with(16), R"({"a":["x"]})"), "");
    EXPECT_EQ(broken(with(17), R"({"a":["x"]})"), refusal("69615"));
    EXPECT_EQ(broken(with(1000), R"({"a":["x"]})"), refusal("4095000"));
}

/// Each of 16 schemas that several lead to looks at as many lists.
TEST(JsonSchemaLimits, BoundWhatIsRememberedOfARecord) {
    std::string definitions;
    std::string references;
    for (int i = 0; i < 16; ++i) {
        auto const name = "d" + std::to_string(i);
        definitions += (i == 0 ? "\"" : ",\"") + name + R"(":{"minItems":1})";
        references += (i == 0 ? "" : ",") + (R"({"$ref":"#/$defs/)" + name) + R"("})";
    }
    auto const schema = R"({"$defs":{)" + definitions + R"(},"properties":{"l":{"items":{"not":{"not":{"allOf":[)" +
                        references + R"(]}}}},"other":{"allOf":[)" + references + "]}}}";
    auto const lists = [](std::size_t count) { return R"({"l":[)" + repeated("[0]", count, ",") + "]}"; };
    EXPECT_EQ(broken(schema, lists(65'536)), "");
    auto const refused = check_json_schema(compile_json_schema(mkdb::document::parse(schema).value()).value(),
                                           mkdb::document::parse_object(lists(65'537)).value());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, mkdb::errc::limit_exceeded);
    EXPECT_EQ(
        refused.error().message,
        "too many objects, lists and long strings that several parts of the JSON Schema look at: counted for each "
        "such part there may be at most 1048576");
}

/// Two ways lead from each level to the next, so that a checker which tried all would take 2^60 steps.
TEST(JsonSchemaLimits, ValuesAreNotCheckedOncePerWayToThem) {
    std::string record = R"({"wrong":1})";
    std::string sound = "{}";
    std::string list = "[]";
    for (int i = 0; i < 60; ++i) {
        record = R"({"a":)" + record + "}";
        sound = R"({"a":)" + sound + "}";
        list = "[" + list + "]";
    }
    auto const* const any = R"({"anyOf":[{"properties":{"a":{"$ref":"#"},"wrong":false},"required":["a"]},
                                         {"properties":{"a":{"$ref":"#"},"wrong":false}}]})";
    EXPECT_EQ(broken(any, sound), "");
    EXPECT_EQ(broken(any, record),
              "expected a record that fits one of 2 alternatives, found an object, which fits none");
    auto const* const one = R"({"oneOf":[{"properties":{"a":{"$ref":"#"}},"required":["b"]},
                                         {"properties":{"a":{"$ref":"#"}}}]})";
    EXPECT_EQ(broken(one, sound), "");
    auto const* const all = R"({"allOf":[{"properties":{"a":{"$ref":"#"},"wrong":{"type":"string"}}},
                                         {"properties":{"a":{"$ref":"#"}}}]})";
    EXPECT_EQ(broken(all, sound), "");
    EXPECT_TRUE(broken(all, record).ends_with("a.a.wrong': expected a string, found 1")) << broken(all, record);
    auto const* const lists =
        R"({"$defs":{"l":{"items":{"$ref":"#/$defs/l"},"contains":{"$ref":"#/$defs/l"},"minContains":0}},
                                  "properties":{"x":{"$ref":"#/$defs/l"}}})";
    EXPECT_EQ(broken(lists, R"({"x":)" + list + "}"), "");
    // Here the root itself and its first alternative are both led to, and each leads on to both.
    auto const* const inner = R"({"anyOf":[{"properties":{"a":{"allOf":[{"$ref":"#"},{"$ref":"#/anyOf/0"}]}}}]})";
    EXPECT_EQ(broken(inner, sound), "");
}

} // namespace
