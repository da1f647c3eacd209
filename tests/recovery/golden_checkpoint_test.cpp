// A checkpoint of format version 1 as it was first written: it is read for ever. The keys of an index come in no
// promised order, so that the same writes need not give the same bytes. MKDB_WRITE_GOLDEN=1 writes the files anew,
// which only a new format version may ask for.
#include "support/log_driver.hpp"
#include "support/memory_database.hpp"

#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

namespace {

using mkdb::test::memory_database;
using mkdb::test::object;

std::filesystem::path const golden =
    std::filesystem::path(__FILE__).parent_path().parent_path() / "golden" / "checkpoint-1";
std::string const partition = "/db/stores/golden/p000/";

mkdb::store_options options() {
    mkdb::store_options chosen{.partitions = 1};
    chosen.schema = {{"name", "exact"}, {"price", "numeric"}};
    return chosen;
}

std::map<std::string, std::string> stored() {
    std::map<std::string, std::string> all;
    for (auto const& entry : std::filesystem::directory_iterator(golden)) {
        std::ifstream in(entry.path(), std::ios::binary);
        all[partition + entry.path().filename().string()] = {std::istreambuf_iterator<char>(in), {}};
    }
    return all;
}

/// A database whose store has these files for a log.
void open_over(memory_database& data, std::map<std::string, std::string> files) {
    static_cast<void>(data.create("golden", {.partitions = 1}));
    data->close().value();
    files["/db/stores/golden/STORE"] = mkdb::testing::snapshot(data.disk, "/").at("/db/stores/golden/STORE");
    data.disk = mkdb::testing::tree_of(files);
    data.open();
}

TEST(GoldenCheckpoint, IsReadAsItWasWritten) {
    if (!std::filesystem::exists(golden)) {
        GTEST_SKIP() << "tests/golden/checkpoint-1 has not been written yet: set MKDB_WRITE_GOLDEN=1";
    }
    memory_database data;
    open_over(data, stored());
    auto const store = data->open_store("golden", options()).value();
    EXPECT_EQ(store->recovery().at(0).records, 0U) << "nothing of the log was read";
    EXPECT_THAT(store->recovery().at(0).notes, testing::IsEmpty());
    auto const ids = [&](char const* filter) {
        auto const body = object(std::string(R"({"filter":)") + filter + "}");
        return store->query(store->parse_query(body).value()).value().ids;
    };
    EXPECT_THAT(ids("{}"), testing::ElementsAre("prod_001", "größe", "prod_004"));
    EXPECT_THAT(ids(R"({"name":"Steel Bolt"})"), testing::ElementsAre("prod_001", "prod_004"));
    EXPECT_THAT(ids(R"({"price":{"gt":5}})"), testing::ElementsAre("prod_001"));
    EXPECT_EQ(store->read("prod_001")->json, R"({"name":"Steel Bolt","price":8.5})");
}

TEST(GoldenCheckpoint, IsWrittenOnlyOnDemand) {
    if (std::getenv("MKDB_WRITE_GOLDEN") == nullptr) {
        GTEST_SKIP() << "set MKDB_WRITE_GOLDEN=1 to write tests/golden/checkpoint-1";
    }
    memory_database data;
    auto const store = data->create_store("golden", options()).value();
    auto const put = [&](char const* id, char const* text) { store->write({.id = id, .delta = object(text)}).value(); };
    put("prod_001", R"({"name":"Steel Bolt","price":9.99})");
    put("prod_002", R"({"name":"Widget","price":4.99})");
    put("größe", R"({"name":"schön"})");
    put("prod_001", R"({"price":8.5})");
    store->erase({.id = "prod_002"}).value();
    put("prod_004", R"({"name":"Steel Bolt","price":-3})");
    data->close().value();
    std::filesystem::remove_all(golden);
    std::filesystem::create_directories(golden);
    for (auto const& [name, text] : mkdb::testing::snapshot(data.disk, partition)) {
        std::ofstream(golden / std::filesystem::path(name).filename(), std::ios::binary) << text;
    }
}

} // namespace
