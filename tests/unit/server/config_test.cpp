#include "config/config_file.hpp"
#include "config/live_config.hpp"
#include "config/reading.hpp"
#include "config/settings.hpp"
#include "config/value_check.hpp"
#include "server_policies.hpp"

#include <mkdb/file/memory.hpp>

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <string>

namespace {

using namespace mkdb;
using namespace mkdb::server;

boost::json::object defaults() {
    boost::json::object document;
    fill_defaults(document);
    return document;
}

/// A configuration with a name wherever the operator chooses one.
boost::json::object complete() {
    auto document = defaults();
    document["stores"].as_object()["s"] = default_section("stores.*");
    document["stores"].at("s").at("schema_config").at("fields").as_object()["f"] =
        default_section("stores.*.schema_config.fields.*");
    document["users"].as_object()["u"] = default_section("users.*");
    document["users"].at("u").at("stores").as_object()["s"] = default_section("users.*.stores.*");
    document["control_users"].as_object()["c"] = default_section("control_users.*");
    return document;
}

std::string with_names(std::string_view path) {
    std::string named;
    for (std::size_t i = 0; i < path.size(); ++i) {
        if (path[i] != '*') {
            named += path[i];
        } else if (named.ends_with("fields.")) {
            named += "f";
        } else if (named == "control_users.") {
            named += "c";
        } else {
            named += named == "users." ? "u" : "s";
        }
    }
    return named;
}

boost::json::value& value_in(boost::json::object& document, std::string const& path) {
    auto* at = &document;
    std::string_view rest = path;
    while (rest.find('.') != std::string_view::npos) {
        at = &at->at(rest.substr(0, rest.find('.'))).as_object();
        rest = rest.substr(rest.find('.') + 1);
    }
    return at->at(rest);
}

TEST(ConfigKeys, EveryDefaultFitsItsOwnKey) {
    for (auto const& key : config_keys()) {
        EXPECT_TRUE(value_fits(key, boost::json::parse(key.fallback))) << key.path << " = " << key.fallback;
        EXPECT_FALSE(key.purpose.empty()) << key.path;
    }
}

TEST(ConfigKeys, EveryKeyRefusesAWrongTypeAndNamesPathValueAndExpectation) {
    for (auto const& key : config_keys()) {
        auto document = complete();
        auto const path = with_names(key.path);
        value_in(document, path) = boost::json::object{{"wrong", 1}};
        auto const findings = check_config(document);
        ASSERT_EQ(findings.problems.size(), 1U) << path;
        auto const sentence = findings.problems[0].sentence();
        if (key.kind == key_kind::json_schema) {
            EXPECT_TRUE(sentence.starts_with(path + R"(: JSON Schema at "": unknown keyword "wrong")")) << sentence;
        } else {
            EXPECT_EQ(sentence, path + R"( is {"wrong":1}, expected )" + expectation(key));
        }
    }
}

TEST(ConfigKeys, EveryNumberRefusesWhatIsOutOfItsRange) {
    for (auto const& key : config_keys()) {
        if (key.kind != key_kind::integer && key.kind != key_kind::number) {
            continue;
        }
        EXPECT_FALSE(value_fits(key, key.minimum - 1)) << key.path;
        EXPECT_FALSE(value_fits(key, key.maximum * 2 + 1)) << key.path;
        EXPECT_TRUE(value_fits(key, key.minimum)) << key.path;
        EXPECT_EQ(value_fits(key, 1.5), key.kind == key_kind::number && key.minimum <= 1.5 && key.maximum >= 1.5)
            << key.path;
    }
}

TEST(ConfigKeys, ChoicesAreThoseThatTheServerHolds) {
    for (auto const& key : config_keys()) {
        if (key.path.ends_with("clean_type")) {
            for (auto const name : server_policies::eviction::names) {
                EXPECT_TRUE(value_fits(key, boost::json::value(name))) << name;
            }
            EXPECT_FALSE(value_fits(key, "fifo"));
        }
        if (key.path.ends_with("file_config.type")) {
            for (auto const name : server_policies::storage::names) {
                EXPECT_TRUE(value_fits(key, boost::json::value(name))) << name;
            }
        }
        if (key.path.ends_with("queryable")) {
            for (auto const& kind : server_policies::indexes::kinds()) {
                EXPECT_TRUE(value_fits(key, boost::json::value(kind))) << kind;
            }
        }
        if (key.path.ends_with("language")) {
            for (auto const& language : server_policies::tokenizer::languages()) {
                EXPECT_TRUE(value_fits(key, boost::json::value(language))) << language;
            }
            EXPECT_FALSE(value_fits(key, "klingon"));
            EXPECT_FALSE(value_fits(key, ""));
            EXPECT_FALSE(value_fits(key, 5));
            EXPECT_TRUE(expectation(key).starts_with("\"arabic\", \"armenian\", ")) << expectation(key);
            EXPECT_EQ(key.fallback, '"' + std::string(server_policies::tokenizer().language()) + '"');
        }
    }
}

TEST(ConfigText, DefaultsSurviveARoundTripAndAreAllThere) {
    auto const document = complete();
    auto const loaded = read_config_text(pretty_json(document), "config.json");
    ASSERT_TRUE(loaded) << loaded.error().message;
    EXPECT_EQ(loaded->document, document);
    EXPECT_TRUE(loaded->warnings.empty());
    EXPECT_EQ(string_at(document, "servers.socket_server.address.host"), "127.0.0.1");
    EXPECT_EQ(integer_at(document, "servers.http_server.address.port"), 9002U);
}

TEST(ConfigText, AnUnknownKeyIsKeptAndWarnedOf) {
    auto const loaded = read_config_text(R"({"servers":{"socket_server":{"backlog":5}}})", "config.json");
    ASSERT_TRUE(loaded);
    ASSERT_EQ(loaded->warnings.size(), 1U);
    EXPECT_EQ(loaded->warnings[0], "config.json: unknown key servers.socket_server.backlog is kept and has no effect");
    EXPECT_EQ(integer_at(loaded->document, "servers.socket_server.backlog"), 5U);
}

TEST(ConfigText, AWrongTypeNamesPathValueAndExpectation) {
    auto const loaded = read_config_text(R"({"servers":{"http_server":{"address":{"port":"abc"}}}})", "config.json");
    ASSERT_FALSE(loaded);
    EXPECT_EQ(loaded.error().message,
              R"(config.json: servers.http_server.address.port is "abc", expected an integer from 0 to 65535)");
}

TEST(ConfigText, ANumberIsShownAsItIsWrittenWithTheRangeThatItMayHave) {
    auto const refusal_of = [](std::string const& number) {
        return read_config_text(R"({"stores":{"s":{"ram_config":{"index_ram_threshold_bytes":)" + number + "}}}}", "c")
            .error()
            .message;
    };
    for (auto const* const wrong : {"1.5", "-1", "9007199254740993", "1152921504606846976", "18446744073709551615"}) {
        EXPECT_EQ(refusal_of(wrong), "c: stores.s.ram_config.index_ram_threshold_bytes is " + std::string(wrong) +
                                         ", expected an integer from 0 to 9007199254740992");
    }
}

TEST(ConfigText, AUniqueFieldNeedsAnExactIndex) {
    auto const with = [](std::string const& described) {
        return read_config_text(R"({"stores":{"s":{"schema_config":{"fields":{"mail":{)" + described + "}}}}}}", "c");
    };
    for (auto const* const described :
         {R"("unique":true)", R"("unique":true,"queryable":true)", R"("unique":true,"queryable":"numeric")"}) {
        auto const refused = with(described);
        ASSERT_FALSE(refused) << described;
        EXPECT_EQ(refused.error().message, "c: stores.s.schema_config.fields.mail.unique is true, expected \"exact\" "
                                           "as queryable beside it");
    }
    for (auto const* const described :
         {R"("unique":true,"queryable":"exact")", R"("unique":false)", R"("queryable":"exact")"}) {
        EXPECT_TRUE(with(described)) << described;
    }
    boost::json::object const section{
        {"schema_config", {{"fields", {{"mail", boost::json::object{{"unique", true}}}}}}}};
    EXPECT_EQ(check_section("stores.*", section, "stores.t").problems.front().path,
              "stores.t.schema_config.fields.mail.unique");
}

TEST(ConfigText, AFieldThatSaysWhenARecordIsOverNeedsANumericIndex) {
    auto const with = [](std::string const& described) {
        return read_config_text(
            R"({"stores":{"s":{"ttl_field":"until","schema_config":{"fields":{)" + described + "}}}}}", "c");
    };
    for (auto const* const described : {"", R"("until":{})", R"("until":{"queryable":true})",
                                        R"("until":{"queryable":"exact"})", R"("other":{"queryable":"numeric"})"}) {
        auto const refused = with(described);
        ASSERT_FALSE(refused) << described;
        EXPECT_EQ(refused.error().message, "c: stores.s.ttl_field is \"until\", expected a field with \"numeric\" as "
                                           "queryable in schema_config.fields");
    }
    EXPECT_TRUE(with(R"("until":{"queryable":"numeric"})"));
    EXPECT_TRUE(read_config_text(R"({"stores":{"s":{"ttl_field":""}}})", "c"));
    EXPECT_EQ(check_section("stores.*", {{"ttl_field", "a.b"}}, "stores.t").problems.front().path,
              "stores.t.ttl_field");
}

TEST(ConfigText, AJsonSchemaMustBeOneAndItsPlaceIsNamed) {
    auto const with = [](std::string const& schema) {
        return read_config_text(R"({"stores":{"s":{"schema_config":{"json_schema":)" + schema + "}}}}", "c");
    };
    EXPECT_EQ(with(R"({"properties":{"age":{"minimum":"three"}}})").error().message,
              R"(c: stores.s.schema_config.json_schema: JSON Schema at "/properties/age/minimum": )"
              R"(expected a number, found "three")");
    EXPECT_EQ(with(R"({"type":"string"})").error().message,
              R"(c: stores.s.schema_config.json_schema: JSON Schema at "/type": expected "object", which every record )"
              R"(is, found "string")");
    EXPECT_EQ(with("true").error().message,
              "c: stores.s.schema_config.json_schema is true, expected a JSON Schema (an object) or null");
    auto const longer = with(R"({"description":")" + std::string(70000, 'x') + R"("})").error().message;
    EXPECT_NE(longer.find("json_schema: A JSON Schema may have at most 65536 bytes"), std::string::npos) << longer;
    EXPECT_LT(longer.size(), 300U);
    EXPECT_TRUE(value_at(with("null")->document, "stores.s.schema_config.json_schema").is_null());
    auto const taken = with(R"({"required":["a"]})");
    ASSERT_TRUE(taken);
    EXPECT_TRUE(taken->warnings.empty());
    EXPECT_EQ(read_config_text(pretty_json(taken->document), "c")->document, taken->document);
}

TEST(ConfigText, DamageNamesLineAndColumn) {
    auto const loaded = read_config_text("{\n  \"name\": \"a\",\n  \"stores\": nope\n}\n", "config.json");
    ASSERT_FALSE(loaded);
    EXPECT_EQ(loaded.error().code, errc::corrupt_file);
    EXPECT_NE(loaded.error().message.find("config.json is damaged at line 3, column 1"), std::string::npos)
        << loaded.error().message;
}

TEST(ConfigText, FractionsAreWrittenAsPeopleWriteThem) {
    auto const loaded = read_config_text(pretty_json(complete()), "config.json");
    ASSERT_TRUE(loaded);
    EXPECT_NE(pretty_json(loaded->document).find(R"("compaction_dead_ratio": 0.3,)"), std::string::npos);
    EXPECT_NE(pretty_json(loaded->document).find(R"("debounce_window": 5.0,)"), std::string::npos);
}

TEST(ConfigText, AnOlderFileSetsItsSegmentSizeByTheOlderKey) {
    auto const older = read_config_text(R"({"stores":{"s":{"file_config":{"file_size_split_trigger":5000000}}}})", "c");
    ASSERT_TRUE(older);
    EXPECT_EQ(integer_at(older->document, "stores.s.file_config.segment_threshold"), 5000000U);
    auto const newer = read_config_text(
        R"({"stores":{"s":{"file_config":{"file_size_split_trigger":5000000,"segment_threshold":7000000}}}})", "c");
    ASSERT_TRUE(newer);
    EXPECT_EQ(integer_at(newer->document, "stores.s.file_config.segment_threshold"), 7000000U);
}

TEST(ConfigSections, AreMergedButNotIntoTheValueOfAKey) {
    auto section = default_section("stores.*");
    merge_section(
        "stores.*", section,
        {{"schema_config", {{"fields", {{"f", {{"queryable", "exact"}}}}}, {"json_schema", {{"required", {"a"}}}}}}});
    merge_section(
        "stores.*", section,
        {{"durability", "interval"},
         {"schema_config", {{"fields", {{"f", {{"unique", true}}}}}, {"json_schema", {{"maxProperties", 3}}}}}});
    EXPECT_EQ(string_at(section, "schema_config.fields.f.queryable"), "exact");
    EXPECT_TRUE(bool_at(section, "schema_config.fields.f.unique"));
    EXPECT_EQ(string_at(section, "durability"), "interval");
    EXPECT_EQ(value_at(section, "schema_config.json_schema"), (boost::json::value{{"maxProperties", 3}}));
    merge_section("stores.*", section, {{"schema_config", {{"json_schema", nullptr}}}});
    EXPECT_TRUE(value_at(section, "schema_config.json_schema").is_null());
    EXPECT_EQ(string_at(section, "schema_config.fields.f.queryable"), "exact");
}

class ConfigFile : public ::testing::Test {
protected:
    file::memory files;
    config_file<file::memory> file{files, "/db"};

    void SetUp() override { ASSERT_TRUE(files.create_directories("/db")); }
};

TEST_F(ConfigFile, ASaveKeepsTheGenerationBefore) {
    auto document = defaults();
    ASSERT_TRUE(file.save(document));
    document["name"] = "second";
    ASSERT_TRUE(file.save(document));
    EXPECT_EQ(string_at(file.load()->document, "name"), "second");
    auto const previous = file::read_whole(files, "/db/config.json.previous");
    ASSERT_TRUE(previous);
    EXPECT_NE(previous->find(R"("name": "mkdb")"), std::string::npos);
}

TEST_F(ConfigFile, ADamagedFileIsRefusedAndThePreviousGenerationNamed) {
    ASSERT_TRUE(file.save(defaults()));
    ASSERT_TRUE(file.save(defaults()));
    ASSERT_TRUE(file::replace_whole(files, "/db/config.json", "{\"users\": {"));
    auto const loaded = file.load();
    ASSERT_FALSE(loaded);
    EXPECT_EQ(loaded.error().code, errc::corrupt_file);
    EXPECT_NE(loaded.error().message.find("line 1"), std::string::npos) << loaded.error().message;
    EXPECT_NE(loaded.error().message.find("/db/config.json.previous"), std::string::npos) << loaded.error().message;
}

TEST_F(ConfigFile, AMissingFileSaysHowToMakeOne) {
    auto const loaded = file.load();
    ASSERT_FALSE(loaded);
    EXPECT_EQ(loaded.error().code, errc::not_found);
    EXPECT_NE(loaded.error().message.find("mkdb init /db"), std::string::npos);
}

TEST_F(ConfigFile, AMissingDirectoryIsSaidToBeMissing) {
    auto const loaded = config_file<file::memory>(files, "/typo").load();
    ASSERT_FALSE(loaded);
    EXPECT_EQ(loaded.error().code, errc::not_found);
    EXPECT_EQ(loaded.error().message, "/typo does not exist: expected the directory of a database");
}

TEST(ConfigSettings, AListenerThatOthersReachNeedsAGuard) {
    auto document = defaults();
    EXPECT_TRUE(check_exposure(document));
    section_at(document, "servers.http_server.address")["host"] = "0.0.0.0";
    auto const open = check_exposure(document);
    ASSERT_FALSE(open);
    EXPECT_NE(open.error().message.find("servers.http_server.address.host is \"0.0.0.0\""), std::string::npos);
    EXPECT_NE(open.error().message.find("no users are configured"), std::string::npos);
    section_at(document, "users")["u"] = default_section("users.*");
    EXPECT_FALSE(check_exposure(document)) << "users without TLS send passwords in the clear";
    section_at(document, "servers")["allow_insecure"] = true;
    EXPECT_TRUE(check_exposure(document));
}

TEST(ConfigSettings, LoopbackIsWhatOnlyThisMachineReaches) {
    for (auto const* const host : {"127.0.0.1", "127.1.2.3", "::1", "localhost"}) {
        EXPECT_TRUE(is_loopback(host)) << host;
    }
    for (auto const* const host : {"0.0.0.0", "::", "192.168.1.5", "example.org", ""}) {
        EXPECT_FALSE(is_loopback(host)) << host;
    }
}

TEST(ConfigSettings, AStoreGetsWhatItsSectionSays) {
    auto section = default_section("stores.*");
    section["durability"] = "interval";
    section_at(section, "write_queue_config")["debounce_window"] = 0.25;
    section_at(section, "ram_config")["clean_type"] = "lfu";
    section_at(section, "schema_config.fields")["a"] =
        boost::json::object{{"name", "a"}, {"queryable", true}, {"indexed", true}, {"language", "german"}};
    section_at(section, "schema_config.fields")["b"] =
        boost::json::object{{"name", "b"}, {"queryable", "numeric"}, {"required", true}, {"type", "integer"}};
    section_at(section, "schema_config.fields")["c"] = boost::json::object{{"queryable", "exact"}, {"unique", true}};
    fill_section("stores.*", section);
    auto const options = read_store_options(section);
    EXPECT_EQ(options.mode, durability::interval);
    EXPECT_EQ(options.debounce_window, std::chrono::milliseconds(250));
    EXPECT_EQ(options.cache.eviction.clean_type, "lfu");
    EXPECT_EQ(options.schema.at("a"), "full-text");
    EXPECT_EQ(options.schema.at("b"), "numeric");
    EXPECT_EQ(options.languages, (text::field_languages{{"a", "german"}}));
    EXPECT_EQ(options.schema.at("c"), "exact");
    EXPECT_FALSE(options.rules.contains("a"));
    EXPECT_EQ(options.rules.at("b"), (document::field_rule{true, document::value_type::integer}));
    EXPECT_EQ(options.unique, (std::set<std::string, std::less<>>{"c"}));
    EXPECT_TRUE(options.json_schema.is_none());
    section_at(section, "schema_config")["json_schema"] = boost::json::object{{"required", {"a"}}};
    EXPECT_EQ(read_store_options(section).json_schema.text(), R"({"required":["a"]})");
    EXPECT_EQ(options.default_query_limit, 300U);
    EXPECT_EQ(options.ids.characters.size(), 62U);
}

} // namespace
