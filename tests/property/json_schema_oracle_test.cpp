/// Random schemas and records: what valijson says of them, an independent validator, is what ours says.

#include "property/random_schema.hpp"

#include <mkdb/document/json_schema/check.hpp>
#include <mkdb/document/json_schema/compile.hpp>
#include <mkdb/document/write.hpp>

#include <gtest/gtest.h>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <random>
#include <string>
#include <string_view>
#include <utility>

#if __has_include(<valijson/validator.hpp>)

#include <valijson/adapters/boost_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

namespace {

/// MKDB_PROPERTY_SEED: to see a run again.
[[nodiscard]] std::uint64_t seed_of_run() {
    auto const* const wanted = std::getenv("MKDB_PROPERTY_SEED");
    return wanted != nullptr ? std::strtoull(wanted, nullptr, 10) : std::random_device()();
}

[[nodiscard]] boost::json::value as_draft_07(boost::json::value const& schema);

[[nodiscard]] boost::json::object each_as_draft_07(boost::json::value const& schemas) {
    boost::json::object written;
    for (auto const& [name, schema] : schemas.as_object()) {
        written[name] = as_draft_07(schema);
    }
    return written;
}

[[nodiscard]] boost::json::array all_as_draft_07(boost::json::value const& schemas) {
    boost::json::array written;
    for (auto const& schema : schemas.as_array()) {
        written.push_back(as_draft_07(schema));
    }
    return written;
}

/// Holds for lists of which at least so many items fit, and for all that is no list. Draft 07 has no counts: some
/// choice of so many positions has items that fit.
[[nodiscard]] boost::json::value at_least(std::size_t count, boost::json::value const& schema) {
    constexpr auto positions = mkdb::test::random_schema::most_items;
    boost::json::array choices;
    for (unsigned chosen = 0; chosen < 1U << positions; ++chosen) {
        if (static_cast<std::size_t>(std::popcount(chosen)) == count) {
            boost::json::array items;
            for (unsigned position = 0; position < positions; ++position) {
                items.push_back((chosen >> position & 1U) != 0 ? schema : boost::json::value(true));
            }
            choices.push_back(boost::json::object{{"items", std::move(items)},
                                                  {"minItems", static_cast<int>(std::bit_width(chosen))}});
        }
    }
    return boost::json::object{{"anyOf", std::move(choices)}};
}

[[nodiscard]] boost::json::value contained_as_draft_07(boost::json::object const& keywords) {
    auto const schema = as_draft_07(keywords.at("contains"));
    auto const* least = keywords.if_contains("minContains");
    auto const* most = keywords.if_contains("maxContains");
    boost::json::array both{at_least(least == nullptr ? 1 : least->to_number<std::size_t>(), schema)};
    if (most != nullptr && most->to_number<std::size_t>() < mkdb::test::random_schema::most_items) {
        boost::json::object const no_list{{"not", {{"type", "array"}}}};
        boost::json::object const no_more{{"not", at_least(most->to_number<std::size_t>() + 1, schema)}};
        both.push_back(boost::json::object{{"anyOf", {no_list, no_more}}});
    }
    return boost::json::object{{"allOf", std::move(both)}};
}

/// Lists by position and what depends on a field have other names there.
void put_as_draft_07(boost::json::object& written, std::string_view name, boost::json::object const& schema) {
    auto const& operand = schema.at(name);
    if (name == "prefixItems") {
        written["items"] = all_as_draft_07(operand);
    } else if (name == "items") {
        written[schema.contains("prefixItems") ? "additionalItems" : "items"] = as_draft_07(operand);
    } else if (name == "dependentRequired" || name == "dependentSchemas") {
        written["dependencies"] = name == "dependentRequired" ? operand.as_object() : each_as_draft_07(operand);
    } else if (name == "$ref") {
        std::string target(operand.as_string());
        auto const found = target.find("$defs");
        written["$ref"] = found == std::string::npos ? target : target.replace(found, 5, "definitions");
    } else if (name == "properties" || name == "patternProperties" || name == "$defs") {
        written[name == "$defs" ? "definitions" : name] = each_as_draft_07(operand);
    } else if (name == "allOf" || name == "anyOf" || name == "oneOf") {
        written[name] = all_as_draft_07(operand);
    } else if (name == "enum" || name == "const" || !(operand.is_object() || operand.is_bool())) {
        written[name] = operand;
    } else {
        written[name] = name == "uniqueItems" ? operand : as_draft_07(operand);
    }
}

boost::json::value as_draft_07(boost::json::value const& schema) {
    auto const* keywords = schema.if_object();
    if (keywords == nullptr) {
        return schema;
    }
    boost::json::array parts; // What cannot stand beside others, in schemas of their own.
    boost::json::object written;
    for (auto const& keyword : *keywords) {
        std::string_view const name = keyword.key();
        if (name == "minContains" || name == "maxContains") {
            continue;
        }
        if (name == "contains") {
            parts.push_back(contained_as_draft_07(*keywords));
            continue;
        }
        // It takes the schema of names for the one around it where others refer to that, and draft 07 takes nothing
        // that stands beside a reference.
        if (name == "dependentRequired" || name == "dependentSchemas" || name == "propertyNames" || name == "$ref") {
            boost::json::object part;
            put_as_draft_07(part, name, *keywords);
            parts.push_back(std::move(part));
        } else {
            put_as_draft_07(written, name, *keywords);
        }
    }
    if (!parts.empty()) {
        if (auto const* all = written.if_contains("allOf")) {
            parts.push_back(boost::json::object{{"allOf", *all}});
        }
        written["allOf"] = std::move(parts);
    }
    return written;
}

class oracle {
public:
    explicit oracle(boost::json::value const& schema) {
        valijson::SchemaParser().populateSchema(valijson::adapters::BoostJsonAdapter(schema), schema_);
    }

    [[nodiscard]] bool holds(boost::json::value const& record) {
        valijson::Validator validator(valijson::Validator::kStrongTypes);
        return validator.validate(schema_, valijson::adapters::BoostJsonAdapter(record), nullptr);
    }

private:
    valijson::Schema schema_;
};

TEST(JsonSchemaOracle, AgreesOnEveryRecord) {
    auto const seed = seed_of_run();
    std::cout << "MKDB_PROPERTY_SEED=" << seed << '\n';
    std::size_t kept = 0;
    std::size_t broken = 0;
    for (auto each = seed; each < seed + 3000; ++each) {
        SCOPED_TRACE("MKDB_PROPERTY_SEED=" + std::to_string(each));
        mkdb::test::random_schema random(each);
        boost::json::value const schema = random.root();
        auto const compiled = mkdb::document::compile_json_schema(schema);
        ASSERT_TRUE(compiled) << compiled.error().message << " in " << schema;
        oracle expected(as_draft_07(schema));
        for (int i = 0; i < 30; ++i) {
            boost::json::value const record = random.record();
            auto const found = mkdb::document::check_json_schema(*compiled, record.as_object());
            ASSERT_EQ(found.has_value(), expected.holds(record)) << schema << "\nfor " << record << "\n"
                                                                 << (found ? "kept" : found.error().message);
            ASSERT_TRUE(found || !found.error().message.empty());
            ++(found ? kept : broken);
        }
    }
    EXPECT_GT(kept, 9000U);
    EXPECT_GT(broken, 9000U);
}

} // namespace

#else

TEST(JsonSchemaOracle, AgreesOnEveryRecord) {
    GTEST_SKIP() << "needs valijson: libvalijson-dev";
}

#endif
