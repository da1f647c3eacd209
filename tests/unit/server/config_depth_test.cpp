#include "config/config_file.hpp"
#include "config/json_text.hpp"
#include "config/reading.hpp"

#include <mkdb/core/limits.hpp>
#include <mkdb/document/parse.hpp>
#include <mkdb/document/write.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <string>

/// Texts that are as deep as they may be.
namespace {

using namespace mkdb;
using namespace mkdb::server;

[[nodiscard]] boost::json::value schema_of(std::size_t levels) {
    boost::json::value schema = boost::json::object();
    for (std::size_t i = 1; i < levels; ++i) {
        schema = boost::json::object{{"items", schema}};
    }
    return schema;
}

[[nodiscard]] boost::json::object config_with(boost::json::value const& schema) {
    return {{"stores", {{"s", {{"schema_config", {{"json_schema", schema}}}}}}}};
}

TEST(ConfigDepth, OfTheDeepestJsonSchemaLeavesTheFileReadable) {
    auto const deepest = schema_of(limits::json_schema_depth);
    auto const loaded = read_config_text(pretty_json(config_with(deepest)), "config.json");
    ASSERT_TRUE(loaded) << loaded.error().message;
    EXPECT_EQ(value_at(loaded->document, "stores.s.schema_config.json_schema"), deepest);
    EXPECT_EQ(read_config_text(pretty_json(loaded->document), "config.json")->document, loaded->document);

    auto const beyond =
        read_config_text(pretty_json(config_with(schema_of(limits::json_schema_depth + 1))), "config.json");
    ASSERT_FALSE(beyond);
    EXPECT_EQ(beyond.error().code, errc::invalid_argument);
    EXPECT_TRUE(beyond.error().message.ends_with(
        "stores.s.schema_config.json_schema: A JSON Schema may be nested at most 56 levels deep"))
        << beyond.error().message;
}

TEST(ConfigDepth, OfTheDeepestJsonSchemaFitsRequestsAndAnswers) {
    auto const deepest = schema_of(limits::json_schema_depth);
    boost::json::object const request{{"action", "api_create_store"},
                                      {"config", {{"schema_config", {{"json_schema", deepest}}}}}};
    EXPECT_TRUE(document::parse_object(document::to_json(request)));
    boost::json::object const answer{{"result", {{"config", config_with(deepest)}}}};
    EXPECT_TRUE(document::parse_object(document::to_json(answer)));
}

TEST(ConfigDepth, DoesNotHideWhereDamageIs) {
    auto text = pretty_json(config_with(schema_of(40)));
    auto const at = text.rfind("\"items\": {}");
    ASSERT_NE(at, std::string::npos);
    auto const line = std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n') + 1;
    text.replace(at, 12, "\"items\": nope");
    auto const loaded = parse_config_text(text, "config.json");
    ASSERT_FALSE(loaded);
    EXPECT_NE(loaded.error().message.find("config.json is damaged at line " + std::to_string(line) + ", column "),
              std::string::npos)
        << loaded.error().message;
}

} // namespace
