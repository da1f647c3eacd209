// A backup and a restore that are cut off at every call to the disk: what counts afterwards is whole.
#include "support/fault_database.hpp"
#include "support/log_driver.hpp"

#include <mkdb/document/parse.hpp>
#include <mkdb/store/restore.hpp>

#include <gtest/gtest.h>

#include <array>
#include <map>
#include <string>

namespace {

using namespace mkdb;
using mkdb::testing::fault_file_system;
using mkdb::testing::kept_bytes;
using mkdb::testing::kept_names;

using faulty_database = test::fault_database;
using memory_database = test::memory_database::database;

constexpr std::array all_kept_bytes{kept_bytes::none, kept_bytes::all, kept_bytes::prefix, kept_bytes::subset,
                                    kept_bytes::zeros};
constexpr std::array all_kept_names{kept_names::none, kept_names::all, kept_names::subset};

std::unique_ptr<faulty_database> open_on(fault_file_system const& disk) {
    return faulty_database::open("/db", {.background_flush = false}, {disk, clock::manual(), random::seeded(5)})
        .value();
}

void write_records(faulty_database::store& store, int from, int to) {
    for (int n = from; n < to; ++n) {
        store.write({.id = "r" + std::to_string(n), .delta = document::parse_object(R"({"n":1})").value()}).value();
    }
}

/// How many records a restored database has; every file of it was read.
std::uint64_t records_in(mkdb::file::memory const& tree, std::string const& directory) {
    auto const opened =
        memory_database::open(directory, {.background_flush = false}, {tree, clock::manual(), random::seeded(6)})
            .value();
    return opened->open_store("parts").value()->size();
}

/// The newest generation that counts restores whole: it has the records of the first or of the second backup.
void check_backups(mkdb::file::memory tree, bool second_done, std::string const& where) {
    auto const restored = restore_backup(tree, "/backups", "/restored");
    ASSERT_TRUE(restored) << where << ": " << restored.error().message;
    auto const expected = restored->generation == 1 ? 10U : 25U;
    EXPECT_EQ(records_in(tree, "/restored"), expected) << where;
    EXPECT_TRUE(!second_done || restored->generation > 1) << where << ": an acknowledged backup is gone";
}

} // namespace

TEST(BackupCrash, AtEveryCallLeavesTheEarlierGenerationOrAWholeNewOne) {
    std::uint64_t cuts = 0;
    for (std::uint64_t at = 1;; ++at) {
        fault_file_system disk(at);
        auto const live = open_on(disk);
        auto const store = live->create_store("parts", {.partitions = 2}).value();
        write_records(*store, 0, 10);
        live->backup("/backups").value();
        write_records(*store, 10, 25);
        disk.plan().calls = 0;
        disk.plan().fail_at = at;
        disk.plan().sticky = true;
        bool const done = live->backup("/backups").has_value();
        for (auto const bytes : all_kept_bytes) {
            for (auto const names : all_kept_names) {
                check_backups(disk.after_power_cut(bytes, names, at), done, "call " + std::to_string(at));
                ++cuts;
            }
        }
        disk.plan().fail_at = 0;
        if (done) {
            EXPECT_GT(at, 20U);
            break;
        }
    }
    RecordProperty("power_cuts", static_cast<int>(cuts));
}

TEST(BackupCrash, ThatFailsOnceIsRepeatedOrLeavesTheStoreReadOnlyAndSaysSo) {
    for (std::uint64_t at = 1;; ++at) {
        fault_file_system disk(at);
        auto const live = open_on(disk);
        auto const store = live->create_store("parts", {.partitions = 2}).value();
        write_records(*store, 0, 10);
        disk.plan().calls = 0;
        disk.plan().fail_at = at;
        bool const done = live->backup("/backups").has_value();
        disk.plan().fail_at = 0;
        auto const again = live->backup("/backups");
        ASSERT_TRUE(again || again.error().code == errc::read_only) << at << ": " << again.error().message;
        if (again) {
            mkdb::file::memory tree = disk.after_power_cut(kept_bytes::none, kept_names::none, at);
            restore_backup(tree, "/backups", "/restored").value();
            EXPECT_EQ(records_in(tree, "/restored"), 10U);
        }
        if (done) {
            break;
        }
    }
}

TEST(RestoreCrash, AtEveryCallLeavesNothingOrAllOfIt) {
    mkdb::file::memory backed_up;
    {
        auto const live =
            memory_database::open("/db", {.background_flush = false}, {backed_up, clock::manual(), random::seeded(7)})
                .value();
        auto const store = live->create_store("parts", {.partitions = 2}).value();
        for (int n = 0; n < 10; ++n) {
            store->write({.id = "r" + std::to_string(n), .delta = document::parse_object(R"({"n":1})").value()})
                .value();
        }
        live->backup("/backups").value();
    }
    for (std::uint64_t at = 1;; ++at) {
        auto disk = fault_file_system::holding(backed_up, at);
        disk.plan().calls = 0;
        disk.plan().fail_at = at;
        disk.plan().sticky = true;
        bool const done = restore_backup(disk, "/backups", "/restored").has_value();
        EXPECT_TRUE(!disk.exists("/restored").value() || disk.exists("/restored/stores/parts/STORE").value()) << at;
        for (auto const bytes : all_kept_bytes) {
            for (auto const names : all_kept_names) {
                auto const tree = disk.after_power_cut(bytes, names, at);
                bool const there = tree.exists("/restored").value();
                EXPECT_TRUE(there || !done) << at << ": an acknowledged restore is gone";
                if (there) {
                    EXPECT_EQ(records_in(tree, "/restored"), 10U) << at;
                }
            }
        }
        if (done) {
            break;
        }
    }
}
