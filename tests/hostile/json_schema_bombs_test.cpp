#include "support/heap_meter.hpp"

#include <mkdb/core/bytes.hpp>
#include <mkdb/document/json_schema/check.hpp>
#include <mkdb/document/json_schema/compile.hpp>
#include <mkdb/document/parse.hpp>

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

} // namespace
