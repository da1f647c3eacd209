#include "support/failing_allocator.hpp"

#include <mkdb/document/json_schema/check.hpp>
#include <mkdb/document/json_schema/compile.hpp>
#include <mkdb/document/parse.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <new>
#include <string>

namespace {

namespace famine = mkdb::testing::famine;
using mkdb::document::check_json_schema;

/// Keeps verdicts, looks for repeated items and compares objects; what is wrong comes last.
constexpr auto schema_text = R"({"$defs":{"each":{"uniqueItems":true,"not":{"const":{"a":1,"b":2}}}},
    "properties":{"l":{"uniqueItems":true,"items":{"allOf":[{"$ref":"#/$defs/each"},{"$ref":"#/$defs/each"}]}},
                  "z":{"anyOf":[{"type":"null"},{"type":"object","properties":{"n":{"minimum":3}}}]}}})";

[[nodiscard]] boost::json::object record_with(int number) {
    std::string list;
    for (int i = 0; i < 40; ++i) {
        list += (i == 0 ? "[" : ",[") + std::to_string(i) + R"(,{"a":1}])";
    }
    return mkdb::document::parse_object(R"({"l":[)" + list + R"(],"z":{"n":)" + std::to_string(number) + "}}").value();
}

/// Checks both records with this want of memory; returns whether it had been over before they were.
bool survives(mkdb::document::json_schema const& schema, boost::json::object const& sound,
              boost::json::object const& wrong, famine::plan const& wanted) {
    auto const before = famine::live();
    famine::begin(wanted);
    bool taken = true;
    bool refused = true;
    try {
        taken = check_json_schema(schema, sound).has_value();
        auto const said = check_json_schema(schema, wrong);
        refused = !said && said.error().message == "field 'z.n': expected a number of at least 3, found 2";
    } catch (std::bad_alloc const&) {
    }
    auto const calls = famine::end();
    EXPECT_TRUE(taken && refused) << "call " << wanted.nth;
    EXPECT_EQ(famine::live(), before) << "call " << wanted.nth;
    EXPECT_TRUE(check_json_schema(schema, sound)) << "call " << wanted.nth;
    return calls < wanted.nth;
}

TEST(JsonSchemaFamine, ACheckThatFindsNoMemorySaysNothingAndKeepsNothing) {
    auto const schema = mkdb::document::compile_json_schema(mkdb::document::parse(schema_text).value()).value();
    auto const sound = record_with(3);
    auto const wrong = record_with(2);
    std::uint64_t nth = 1;
    while (!HasFailure() && !survives(schema, sound, wrong, {nth, nth % 2 == 0})) {
        ++nth;
    }
    EXPECT_GT(nth, 80U);
}

} // namespace
