#include "cli/schema_file.hpp"
#include "config/json_text.hpp"
#include "config/key_tree.hpp"
#include "support/temporary_directory.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <fstream>
#include <string>

namespace {

using namespace mkdb;

class SchemaFile : public ::testing::Test {
protected:
    mkdb::testing::temporary_directory directory;
    std::string path = (directory.path() / "schema.json").string();

    result<boost::json::object> read(std::string const& text) {
        std::ofstream(path) << text;
        return cli::read_schema_file(path);
    }
    std::string refused(std::string const& text) { return read(text).error().message; }
};

TEST_F(SchemaFile, IsWhatIsInsideFields) {
    EXPECT_EQ(read(R"({"price":{"queryable":"numeric"}})").value(),
              boost::json::parse(R"({"fields":{"price":{"queryable":"numeric"}}})"));
    EXPECT_EQ(read("{}").value(), boost::json::parse(R"({"fields":{}})"));
    EXPECT_EQ(refused(R"({"price":"numeric"})"), path + R"(: 'price' must be an object, as {"queryable": "exact"})");
}

TEST_F(SchemaFile, IsASchemaConfig) {
    auto const* const whole = R"({"fields":{"price":{"queryable":"numeric"}},"json_schema":{"required":["price"]}})";
    EXPECT_EQ(read(whole).value(), boost::json::parse(whole));
    EXPECT_EQ(read(R"({"fields":{}})").value(), boost::json::parse(R"({"fields":{}})"));
    EXPECT_EQ(read(R"({"json_schema":{"required":["a"]}})").value(),
              boost::json::parse(R"({"json_schema":{"required":["a"]},"fields":{}})"));
}

TEST_F(SchemaFile, IsWhatConfigJsonHasOfAStore) {
    auto const section = server::default_section("stores.*").at("schema_config");
    ASSERT_TRUE(section.at("json_schema").is_null());
    EXPECT_EQ(read(server::pretty_json(section)).value(), section);
}

/// What a JSON Schema may be is checked where the store is made.
TEST_F(SchemaFile, LeavesAJsonSchemaAsItIs) {
    auto const schema = read(R"({"fields":{"a":{}},"json_schema":5})").value();
    auto const findings = server::check_section("stores.*", {{"schema_config", schema}}, "stores.s");
    ASSERT_EQ(findings.problems.size(), 1U);
    EXPECT_EQ(findings.problems.front().sentence(),
              "stores.s.schema_config.json_schema is 5, expected a JSON Schema (an object) or null");
}

TEST_F(SchemaFile, SaysWhereAJsonSchemaBelongs) {
    for (auto const* const schema :
         {R"({"$schema":"https://json-schema.org/draft/2020-12/schema"})", R"({"type":"object"})",
          R"({"type":["object"]})", R"({"properties":{"a":{"type":"string"}},"required":["a"]})"}) {
        EXPECT_EQ(refused(schema), path + R"(: found a JSON Schema, expected {"json_schema": …} with it inside, or )"
                                          R"(fields, as {"price": {"queryable": "exact"}})")
            << schema;
    }
    for (auto const* const fields : {R"({"type":{"queryable":"exact"}})", R"({"properties":{"queryable":"exact"}})",
                                     R"({"$schema":{},"required":{}})"}) {
        EXPECT_TRUE(read(fields)) << fields;
    }
}

TEST_F(SchemaFile, RefusesFieldsThatAreNone) {
    for (auto const* const fields : {"5", "null", "[]"}) {
        EXPECT_EQ(refused(R"({"json_schema":null,"fields":)" + std::string(fields) + "}"),
                  path + ": 'fields' must be an object of fields");
    }
    EXPECT_EQ(refused(R"({"json_schema":null,"fields":{"a":1}})"),
              path + R"(: 'a' must be an object, as {"queryable": "exact"})");
}

} // namespace
