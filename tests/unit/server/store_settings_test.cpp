#include "config/config_file.hpp"
#include "config/live_config.hpp"
#include "config/reading.hpp"
#include "control/store_settings.hpp"
#include "support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>

namespace {

using namespace mkdb;
using namespace mkdb::server;

/// A store and its section of config.json.
class StoreSettings : public ::testing::Test {
protected:
    mkdb::testing::temporary_directory directory;
    std::unique_ptr<server_database> database = *server_database::open(directory.path());
    live_config config{directory.path(), defaults()};

    static boost::json::object defaults() {
        boost::json::object document;
        fill_defaults(document);
        return document;
    }

    result<> set_schema(boost::json::value const& schema) {
        return change_store(config, *database->find_store("s"), {{"schema_config", {{"json_schema", schema}}}});
    }

    void SetUp() override {
        ASSERT_TRUE(add_store(*database, config, "s", new_store_section("s")));
        ASSERT_TRUE(set_schema({{"required", {"a"}}}));
    }
};

TEST_F(StoreSettings, AreTheOldOnesWhereTheNewOnesCannotBeKept) {
    auto const store = database->find_store("s");
    auto const file = directory.path() / "config.json";
    std::filesystem::remove(file);
    std::filesystem::create_directory(file); // Nobody can write a file of that name now.
    EXPECT_FALSE(set_schema({{"required", {"b"}}}));
    EXPECT_EQ(store->options().json_schema.text(), R"({"required":["a"]})");
    EXPECT_FALSE(store->insert({{"b", 1}}));
    EXPECT_TRUE(store->insert({{"a", 1}}));
    EXPECT_EQ(value_at(*config.snapshot(), "stores.s.schema_config.json_schema"),
              (boost::json::value{{"required", {"a"}}}));

    std::filesystem::remove(file);
    ASSERT_TRUE(set_schema({{"required", {"b"}}}));
    EXPECT_EQ(store->options().json_schema.text(), R"({"required":["b"]})");
    EXPECT_TRUE(store->insert({{"b", 1}}));
}

} // namespace
