#include "application/store_opening.hpp"
#include "config/config_file.hpp"
#include "config/live_config.hpp"
#include "config/reading.hpp"
#include "control/store_settings.hpp"
#include "support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

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

    /// With a JSON Schema.
    static boost::json::object section_of(std::string const& name) {
        auto section = new_store_section(name);
        section_at(section, "schema_config")["json_schema"] = boost::json::object{{"required", {"a"}}};
        return section;
    }

    bool has_section(std::string const& name) const { return section_at(*config.snapshot(), "stores").contains(name); }

    boost::json::object on_disk() {
        file::posix files;
        return config_file(files, directory.path()).load().value().document;
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

TEST_F(StoreSettings, OfANewStoreAreThereBeforeIt) {
    auto const file = directory.path() / "config.json";
    std::filesystem::remove(file);
    std::filesystem::create_directory(file); // Nobody can write a file of that name now.
    EXPECT_FALSE(add_store(*database, config, "t", section_of("t")));
    EXPECT_EQ(database->stored_names().value(), std::vector<std::string>{"s"});
    EXPECT_FALSE(std::filesystem::exists(directory.path() / "stores" / "__archived__")) << "it was never there";
    EXPECT_FALSE(has_section("t"));
    std::filesystem::remove(file);
    ASSERT_TRUE(add_store(*database, config, "t", section_of("t")));
    EXPECT_TRUE(has_section("t"));
    EXPECT_FALSE(database->find_store("t")->insert({{"b", 1}}));
}

TEST_F(StoreSettings, GoWithAStoreThatCannotBeMade) {
    auto const partition = directory.path() / "stores" / "t" / "p000";
    std::filesystem::create_directories(partition.parent_path());
    std::ofstream(partition) << "no directory";
    EXPECT_FALSE(add_store(*database, config, "t", section_of("t")));
    EXPECT_FALSE(has_section("t"));
    EXPECT_FALSE(section_at(on_disk(), "stores").contains("t"));
}

TEST_F(StoreSettings, StayThoseOfAStoreThatIsThereAlready) {
    auto const refused = add_store(*database, config, "s", new_store_section("s"));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, errc::store_exists);
    EXPECT_EQ(value_at(on_disk(), "stores.s.schema_config.json_schema"), (boost::json::value{{"required", {"a"}}}));
}

/// As a crash leaves it while a store is made.
TEST_F(StoreSettings, WithoutAStoreMakeOneAtTheStart) {
    ASSERT_TRUE(config.update([](boost::json::object& document) -> result<> {
        section_at(document, "stores")["t"] = section_of("t");
        return {};
    }));
    auto const made = open_configured(*database, on_disk(), "t");
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_FALSE((*made)->insert({{"b", 1}}));
    EXPECT_TRUE((*made)->insert({{"a", 1}}));
}

} // namespace
