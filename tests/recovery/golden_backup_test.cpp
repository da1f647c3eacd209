// A directory of backups of format version 1 as it was first written, with a full generation and an incremental one: it
// is restored for ever, and the same writes give the same bytes. MKDB_WRITE_GOLDEN=1 writes the files anew, which only
// a new format version may ask for.
#include "support/log_driver.hpp"
#include "support/memory_database.hpp"

#include <mkdb/document/parse.hpp>
#include <mkdb/store/restore.hpp>

#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

namespace {

namespace fs = std::filesystem;
using mkdb::errc;
using mkdb::testing::snapshot;
using mkdb::testing::tree_of;
using file_map = std::map<std::string, std::string>;

using memory_database = mkdb::test::memory_database::database;

fs::path const golden = fs::path(__FILE__).parent_path().parent_path() / "golden" / "backup-1";
std::string const backups = "/backups";

std::unique_ptr<memory_database> open_on(mkdb::file::memory const& disk, std::string const& directory) {
    return memory_database::open(directory, {.background_flush = false},
                                 {disk, mkdb::clock::manual(), mkdb::random::seeded(5)})
        .value();
}

/// Two generations, of which the second shares a segment with the first.
file_map written_now() {
    mkdb::file::memory disk;
    auto const database = open_on(disk, "/db");
    auto const store = database->create_store("parts", {.partitions = 1}).value();
    auto const put = [&](char const* id, char const* text) {
        store->write({.id = id, .delta = mkdb::document::parse_object(text).value()}).value();
    };
    put("prod_001", R"({"name":"Steel Bolt","price":9.99})");
    put("größe", R"({"text":"schön"})");
    database->backup(backups).value();
    put("prod_001", R"({"price":8.5})");
    put("prod_002", R"({"name":"Widget"})");
    store->erase({.id = "größe"}).value();
    database->backup(backups).value();
    auto all = snapshot(disk, backups);
    all.erase(backups + "/LOCK");
    return all;
}

file_map stored() {
    file_map all;
    for (auto const& entry : fs::recursive_directory_iterator(golden)) {
        if (entry.is_regular_file()) {
            std::ifstream in(entry.path(), std::ios::binary);
            all[backups + "/" + fs::relative(entry.path(), golden).string()] = {std::istreambuf_iterator<char>(in), {}};
        }
    }
    return all;
}

/// All records of what was restored, each with its text.
file_map records_in(mkdb::file::memory const& disk) {
    auto const database = open_on(disk, "/restored");
    auto const store = database->open_store("parts").value();
    auto const everything = mkdb::document::parse_object(R"({"filter":{},"limit":0,"hydrate":true})").value();
    auto const page = store->query(store->parse_query(everything).value()).value();
    file_map found;
    for (auto const& each : page.records) {
        found[each.id] = each.json;
    }
    return found;
}

file_map restored(std::string const& from) {
    auto disk = tree_of(stored());
    auto const done = mkdb::restore_backup(disk, from, "/restored");
    EXPECT_TRUE(done) << done.error().message;
    return records_in(disk);
}

TEST(GoldenBackup, RestoresEachOfItsGenerations) {
    EXPECT_THAT(restored(backups + "/backup-0000000001"),
                testing::ElementsAre(testing::Pair("größe", R"({"text":"schön"})"),
                                     testing::Pair("prod_001", R"({"name":"Steel Bolt","price":9.99})")));
    EXPECT_THAT(restored(backups),
                testing::ElementsAre(testing::Pair("prod_001", R"({"name":"Steel Bolt","price":8.5})"),
                                     testing::Pair("prod_002", R"({"name":"Widget"})")));
}

TEST(GoldenBackup, TheSameWritesGiveTheSameBytes) {
    EXPECT_EQ(written_now(), stored());
}

TEST(GoldenBackup, GoesOnWithAFurtherGeneration) {
    auto disk = tree_of(stored());
    ASSERT_TRUE(mkdb::restore_backup(disk, backups, "/restored"));
    auto const database = open_on(disk, "/restored");
    auto const store = database->open_store("parts").value();
    auto const third = database->backup(backups);
    ASSERT_TRUE(third) << third.error().message;
    auto const later = snapshot(disk, backups);
    for (auto const& [name, text] : stored()) {
        ASSERT_TRUE(later.contains(name)) << name;
        EXPECT_EQ(later.at(name), text) << name;
    }
}

TEST(GoldenBackup, OneOfANewerVersionIsRefusedBeforeAnythingIsWritten) {
    auto files = stored();
    auto& manifest = files.at(backups + "/backup-0000000002/backup.json");
    std::string const version = R"("version":1)";
    manifest.replace(manifest.find(version), version.size(), R"("version":2)");
    std::string const mark = R"(,"digest":)";
    auto const text = manifest.substr(0, manifest.rfind(mark));
    manifest = text + mark + "\"" + mkdb::digest_text(text) + "\"}\n";
    auto disk = tree_of(files);
    auto const refused = mkdb::restore_backup(disk, backups, "/restored");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, errc::format_newer) << refused.error().message;
    EXPECT_EQ(snapshot(disk, "/"), files);
}

TEST(GoldenBackup, IsWrittenOnlyOnDemand) {
    if (std::getenv("MKDB_WRITE_GOLDEN") == nullptr) {
        GTEST_SKIP() << "set MKDB_WRITE_GOLDEN=1 to write tests/golden/backup-1";
    }
    fs::remove_all(golden);
    for (auto const& [name, text] : written_now()) {
        auto const path = golden / fs::path(name).lexically_relative(backups);
        fs::create_directories(path.parent_path());
        std::ofstream(path, std::ios::binary) << text;
    }
}

} // namespace
