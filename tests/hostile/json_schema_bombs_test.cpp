#include "support/cpu_time.hpp"
#include "support/heap_meter.hpp"

#include <mkdb/core/bytes.hpp>
#include <mkdb/document/json_schema/check.hpp>
#include <mkdb/document/json_schema/compile.hpp>
#include <mkdb/document/parse.hpp>
#include <mkdb/document/write.hpp>

#include <gtest/gtest.h>

#include <cstddef>
#include <string>

/// Schemas and records that are meant to take time or memory out of proportion to what they are.
namespace {

using mkdb::document::check_json_schema;
using mkdb::document::compile_json_schema;
using mkdb::test::heap_meter;

[[nodiscard]] mkdb::document::json_schema compiled(std::string const& schema) {
    return compile_json_schema(mkdb::document::parse(schema).value()).value();
}

/// The pointer to each of 4,000 schemas would have the name in it.
TEST(JsonSchemaBombs, OfALongNameAboveManySchemas) {
    std::string schema = R"({"$defs":{")" + std::string(44'000, '/') + R"(":{"anyOf":[true)";
    for (int i = 1; i < 4090; ++i) {
        schema += ",true";
    }
    auto const parsed = mkdb::document::parse(schema + "]}}}").value();
    heap_meter::begin();
    EXPECT_TRUE(compile_json_schema(parsed));
    EXPECT_LT(heap_meter::growth(), 16 * mkdb::mebibyte);
}

/// Sentences are made of what is refused, and of nothing that was only asked.
TEST(JsonSchemaBombs, TakeNoMemoryForARecordThatKeepsThem) {
    auto const schema = compiled(R"({"dependentRequired":{"a":["b"]},"required":["a","b"],
        "properties":{"a":{"anyOf":[{"type":["string","boolean","null"]},{"enum":["one","two","three","four","five"]},
                                    {"required":["x"]},{"type":"object"}]}}})");
    auto const record = mkdb::document::parse_object(R"({"a":{},"b":2})").value();
    heap_meter::begin();
    bool const kept = check_json_schema(schema, record).has_value();
    EXPECT_EQ(heap_meter::growth(), 0U);
    EXPECT_TRUE(kept);
}

/// To compare two of them is to look at all fields of the larger: done for each of many small ones, where a sort takes
/// its pivots from, it would be elements times fields.
TEST(JsonSchemaBombs, OfFewLargeItemsAmongManySmallOnes) {
    auto const schema = compiled(R"({"properties":{"l":{"uniqueItems":true}}})");
    constexpr std::size_t small = 50'000;
    std::string list;
    for (std::size_t i = 0; i <= small; ++i) {
        list += (i == 0 ? "" : ",") + (R"({"z":)" + std::to_string(i)) + "}";
        if (i < 2 || i == small / 2 || i > small - 2) {
            list += R"(,{"a":)" + std::to_string(i);
            for (int field = 0; field < 10'000; ++field) {
                list += ",\"b" + std::to_string(field) + "\":0";
            }
            list += "}";
        }
    }
    auto const record = mkdb::document::parse_object(R"({"l":[)" + list + "]}").value();
    constexpr double enough = 5;
    auto const ratio = mkdb::test::cost_ratio([&] { EXPECT_TRUE(check_json_schema(schema, record)); },
                                              [&] { EXPECT_FALSE(mkdb::document::to_json(record).empty()); }, enough);
    EXPECT_LT(ratio, 10 * enough);
}

[[nodiscard]] std::string repeated(std::string const& text, std::size_t times) {
    auto all = text;
    for (std::size_t i = 1; i < times; ++i) {
        all += "," + text;
    }
    return all;
}

/// What a record costs under one schema, in what it costs under another.
[[nodiscard]] double cost_under(std::string const& many, std::string const& one, std::string const& record,
                                double enough) {
    auto const parsed = mkdb::document::parse_object(record).value();
    auto const hostile = compiled(many);
    auto const usual = compiled(one);
    return mkdb::test::cost_ratio([&] { EXPECT_TRUE(check_json_schema(hostile, parsed)); },
                                  [&] { EXPECT_TRUE(check_json_schema(usual, parsed)); }, enough);
}

/// An expression to which as many lead as a schema has room for, each of which may be a search.
TEST(JsonSchemaBombs, OfManyReferencesToTheSearchOfALongText) {
    std::string const text(512 * mkdb::kibibyte, 'a');
    auto const schema = [](std::string const& where, std::size_t references) {
        return R"({"$defs":{"s":{"pattern":"^(a|b)*$"}},)" + where + R"(:{"allOf":[)" +
               repeated(R"({"$ref":"#/$defs/s"})", references) + "]}}";
    };
    constexpr double enough = 3;
    for (std::string const where : {R"("propertyNames")", R"("additionalProperties")"}) {
        auto const record = where == R"("propertyNames")" ? "{\"" + text + "\":1}" : R"({"a":")" + text + "\"}";
        EXPECT_LT(cost_under(schema(where, 2000), schema(where, 2), record, enough), 10 * enough) << where;
    }
}

/// To compare a record as a value it would have to be copied.
TEST(JsonSchemaBombs, OfARecordThatIsComparedAsAWhole) {
    auto const schema = compiled(R"({"not":{"enum":[1,[],{"a":"b"}]}})");
    auto const record = mkdb::document::parse_object(R"({"a":")" + std::string(mkdb::mebibyte, 'a') + "\"}").value();
    heap_meter::begin();
    bool const kept = check_json_schema(schema, record).has_value();
    EXPECT_LT(heap_meter::growth(), 4 * mkdb::kibibyte);
    EXPECT_TRUE(kept);
}

/// Each object has one of the fields that the schema has thousands of.
TEST(JsonSchemaBombs, OfManyObjectsUnderASchemaOfManyFields) {
    auto const schema = [](std::size_t fields) {
        std::string properties = R"("z":{"type":"integer"})";
        for (std::size_t i = 0; i < fields; ++i) {
            properties += ",\"p" + std::to_string(i) + "\":true";
        }
        return R"({"properties":{"l":{"items":{"properties":{)" + properties + "}}}}}";
    };
    constexpr double enough = 5;
    EXPECT_LT(cost_under(schema(3000), schema(1), R"({"l":[)" + repeated(R"({"z":1})", 20'000) + "]}", enough),
              10 * enough);
}

/// Lists inside of each other around something large, of which a thousand schemas want that their items differ.
TEST(JsonSchemaBombs, OfManySchemasThatWantNoEquals) {
    auto const schema = [](std::size_t times) {
        return R"({"$defs":{"l":{"items":{"$ref":"#/$defs/l"},"allOf":[)" + repeated(R"({"uniqueItems":true})", times) +
               R"(]}},"properties":{"l":{"$ref":"#/$defs/l"}}})";
    };
    std::string list = R"({"f":0)";
    for (int field = 0; field < 20'000; ++field) {
        list += ",\"f" + std::to_string(field) + "\":0";
    }
    list += "}";
    for (int level = 0; level < 40; ++level) {
        list = "[1," + list + "]";
    }
    constexpr double enough = 3;
    EXPECT_LT(cost_under(schema(1000), schema(1), R"({"l":)" + list + "}", enough), 10 * enough);
}

} // namespace
