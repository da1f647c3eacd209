#include "support/log_driver.hpp"
#include "support/memory_database.hpp"

#include <mkdb/store/backup.hpp>
#include <mkdb/store/restore.hpp>

#include <gmock/gmock.h>

#include <atomic>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <vector>

using namespace mkdb;
using mkdb::test::memory_database;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

namespace {

/// Records by id, each as its JSON text.
using contents = std::map<std::string, std::string>;

template <class Store>
contents contents_of(Store const& store) {
    contents all;
    store.for_each([&](record const& each) { return all.emplace(each.id, each.json), true; }).value();
    return all;
}

class Backup : public ::testing::Test {
protected:
    using database = memory_database::database;
    static constexpr char const* root = "/backups";

    std::shared_ptr<memory_database::store> fill(std::string const& name, int from, int to,
                                                 store_options options = {}) {
        auto store = (*live).find_store(name);
        store = store ? store : live.create(name, std::move(options));
        for (int n = from; n < to; ++n) {
            store->write({.id = "r" + std::to_string(n), .delta = test::object(R"({"n":)" + std::to_string(n) + "}")})
                .value();
        }
        return store;
    }

    backup_report back_up(backup_options const& options = {}) { return live->backup(root, options).value(); }

    result<backup_manifest> restore(std::string const& from = root, std::string const& to = "/restored") {
        return restore_backup(live.disk, from, to);
    }

    /// What a store of a restored database holds.
    contents restored(std::string const& store, std::string const& directory = "/restored") {
        auto opened =
            database::open(directory, {.background_flush = false}, {live.disk, live.clock, random::seeded(99)}).value();
        return contents_of(*opened->open_store(store).value());
    }

    bool exists(std::string const& path) { return live.disk.exists(path).value(); }

    memory_database live;
};

std::vector<std::string> files_below(file::memory const& disk, std::string const& directory) {
    std::vector<std::string> names;
    for (auto const& [name, bytes] : mkdb::testing::snapshot(disk, directory)) {
        if (!bytes.empty()) {
            names.push_back(name);
        }
    }
    return names;
}

void flip(file::memory& disk, std::string const& name, std::uint64_t offset) {
    auto file = disk.open(name, file::open_mode::read_write).value();
    std::byte one{};
    file.read_at(offset, {&one, 1}).value();
    one ^= std::byte{0x10};
    file.write_at(offset, {&one, 1}).value();
}

} // namespace

TEST_F(Backup, HoldsEveryStoreAsItWas) {
    auto const parts = fill("parts", 0, 50);
    parts->erase({.id = "r7"}).value();
    fill("empty", 0, 0);
    auto const before = contents_of(*parts);
    auto const report = back_up({.files = {{"config.json", "{}"}}});
    fill("parts", 50, 60);
    EXPECT_EQ(report.manifest.stores.size(), 2U);
    EXPECT_EQ(restore().value(), report.manifest);
    EXPECT_EQ(restored("parts"), before);
    EXPECT_THAT(restored("empty"), IsEmpty());
    EXPECT_EQ(file::read_whole(live.disk, "/restored/config.json").value(), "{}");
    EXPECT_FALSE(exists("/restored.unfinished"));
}

TEST_F(Backup, GoesOnAndIsGoneOnAsBefore) {
    fill("parts", 0, 10);
    back_up();
    auto const parts = fill("parts", 10, 20);
    auto const all = contents_of(*parts);
    live.open();
    EXPECT_EQ(contents_of(*live->open_store("parts").value()), all);
}

TEST_F(Backup, HoldsWhatIsBuffered) {
    fill("parts", 0, 10, {.mode = durability::buffered});
    back_up();
    restore().value();
    EXPECT_EQ(restored("parts").size(), 10U);
}

TEST_F(Backup, CopiesOnlyWhatNoEarlierGenerationHas) {
    fill("parts", 0, 10);
    auto const first = back_up();
    EXPECT_GT(first.copied_segments, 0U);
    auto const second = back_up();
    EXPECT_EQ(second.copied_segments, 0U);
    EXPECT_EQ(second.manifest.generation, 2U);
    auto const old = contents_of(*fill("parts", 10, 20));
    auto const third = back_up();
    EXPECT_GT(third.copied_segments, 0U);
    EXPECT_LT(third.copied_bytes, third.manifest.bytes());
    restore(root, "/newest").value();
    EXPECT_EQ(restored("parts", "/newest"), old);
    restore("/backups/backup-0000000001/", "/oldest").value();
    EXPECT_EQ(restored("parts", "/oldest").size(), 10U);
}

TEST_F(Backup, CopiesASegmentAnewWhenItsCopyIsGoneOrShort) {
    fill("parts", 0, 10);
    back_up();
    for (auto const& name : live.disk.list("/backups/segments").value()) {
        live.disk.open("/backups/segments/" + name, file::open_mode::read_write).value().resize(10).value();
    }
    EXPECT_GT(back_up().copied_segments, 0U);
    restore("/backups/backup-0000000001").value();
    EXPECT_EQ(restored("parts").size(), 10U);
}

TEST_F(Backup, ListsItsGenerationsAndThoseThatAreNone) {
    fill("parts", 0, 1);
    EXPECT_THAT(list_backups(live.disk, root).value(), IsEmpty());
    back_up();
    back_up();
    live.disk.create_directories("/backups/backup-0000000003").value();
    flip(live.disk, "/backups/backup-0000000001/backup.json", 3);
    auto const listed = list_backups(live.disk, root).value();
    ASSERT_EQ(listed.size(), 3U);
    EXPECT_THAT(listed[0].problem, HasSubstr("backup-0000000001/backup.json is damaged"));
    EXPECT_TRUE(listed[1].manifest.has_value());
    EXPECT_FALSE(listed[2].finished);
}

TEST_F(Backup, DropsWhatNoGenerationNamesAnyMore) {
    fill("parts", 0, 1);
    back_up();
    live.disk.open("/backups/segments/stray", file::open_mode::create_new).value();
    live.disk.create_directories("/backups/backup-0000000009/stores").value();
    auto const report = back_up();
    EXPECT_FALSE(exists("/backups/segments/stray"));
    EXPECT_FALSE(exists("/backups/backup-0000000009"));
    EXPECT_EQ(report.manifest.generation, 10U);
    restore().value();
}

TEST_F(Backup, IsRefusedWithAFlippedByteAnywhereAndNamesTheFile) {
    fill("parts", 0, 20);
    back_up({.files = {{"config.json", R"({"users":{}})"}}});
    for (auto const& name : files_below(live.disk, root)) {
        auto const size = live.disk.open(name, file::open_mode::read_only).value().size().value();
        for (auto const offset : {std::uint64_t{0}, size / 3, size / 2, size - 1}) {
            flip(live.disk, name, offset);
            auto const refused = restore();
            ASSERT_FALSE(refused) << name << " at " << offset;
            EXPECT_EQ(refused.error().code, errc::corrupt_file);
            EXPECT_THAT(refused.error().message, HasSubstr(name));
            EXPECT_FALSE(exists("/restored"));
            EXPECT_FALSE(exists("/restored.unfinished"));
            flip(live.disk, name, offset);
        }
    }
    EXPECT_TRUE(restore());
}

TEST_F(Backup, IsRefusedWithAFileMissingCutOrGrown) {
    fill("parts", 0, 20);
    back_up();
    auto const whole = mkdb::testing::snapshot(live.disk, root);
    for (auto const& [name, bytes] : whole) {
        if (bytes.empty()) {
            continue;
        }
        for (auto const& other : {bytes.substr(0, bytes.size() - 1), bytes + "x", std::string()}) {
            auto changed = whole;
            changed[name] = other;
            auto disk = mkdb::testing::tree_of(changed);
            auto const refused = restore_backup(disk, root, "/restored");
            ASSERT_FALSE(refused) << name;
            EXPECT_THAT(refused.error().message, HasSubstr(name));
        }
        auto changed = whole;
        changed.erase(name);
        auto disk = mkdb::testing::tree_of(changed);
        auto const refused = restore_backup(disk, root, "/restored");
        ASSERT_FALSE(refused) << name;
        EXPECT_FALSE(disk.exists("/restored").value());
    }
}

TEST_F(Backup, IsRestoredIntoAnEmptyDirectoryAndNoOther) {
    fill("parts", 0, 5);
    back_up();
    live.disk.create_directories("/empty").value();
    EXPECT_TRUE(restore(root, "/empty/"));
    for (std::string const target : {"/empty", "/db", "/backups/segments"}) {
        auto const before = mkdb::testing::snapshot(live.disk, target);
        auto const refused = restore(root, target);
        ASSERT_FALSE(refused) << target;
        EXPECT_EQ(refused.error().code, errc::invalid_argument);
        EXPECT_THAT(refused.error().message, HasSubstr("is not empty"));
        EXPECT_EQ(mkdb::testing::snapshot(live.disk, target), before);
    }
    auto const file = restore(root, "/db/LOCK");
    EXPECT_THAT(file.error().message, HasSubstr("is not a directory"));
    EXPECT_EQ(restore("/nowhere", "/other").error().code, errc::not_found);
}

TEST_F(Backup, OfADamagedSegmentIsRefusedAndLeavesEarlierGenerations) {
    fill("parts", 0, 5);
    back_up();
    fill("parts", 5, 30);
    live->find_store("parts")->flush().value();
    std::string damaged;
    for (auto const& name : files_below(live.disk, "/db/stores/parts/p000")) {
        damaged = name.find("segment-") != name.npos ? name : damaged;
    }
    flip(live.disk, damaged, 200);
    auto const refused = live->backup(root);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, errc::corrupt_file);
    EXPECT_THAT(refused.error().message, AllOf(HasSubstr("stores/parts/p000/segment-"), HasSubstr("is damaged")));
    restore().value();
    EXPECT_EQ(restored("parts").size(), 5U);
}

TEST_F(Backup, WantsEveryStoreOpenOrLeftOut) {
    fill("parts", 0, 5);
    fill("more", 0, 5);
    live.open();
    live->open_store("parts").value();
    auto const refused = live->backup(root);
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, HasSubstr("'more' is not open"));
    auto const report = back_up({.leave_out = {"more"}});
    EXPECT_EQ(report.manifest.stores.size(), 1U);
}

TEST_F(Backup, RunsOneAtATimeInADirectory) {
    fill("parts", 0, 1);
    live.disk.create_directories(root).value();
    auto const other = live.disk.lock("/backups/LOCK").value();
    EXPECT_EQ(live->backup(root).error().code, errc::locked);
}

TEST_F(Backup, EndsWhenItsWatcherSaysSoAndLeavesNoGeneration) {
    fill("parts", 0, 1);
    auto const stopped =
        live->backup(root, {.on_progress = [](std::uint64_t) { return result<>(fail(errc::cancelled, "enough")); }});
    EXPECT_EQ(stopped.error().code, errc::cancelled);
    EXPECT_EQ(restore().error().code, errc::not_found);
    EXPECT_EQ(back_up().manifest.generation, 2U);
}

TEST_F(Backup, IsOneExactPrefixOfEachPartitionWhileWritersGoOn) {
    store_options options;
    options.partitions = 3;
    auto const store = live.create("parts", options);
    std::mutex mutex;
    std::map<std::uint64_t, std::string> history; // Ids by sequence.
    auto const listening = store->subscribe([&](std::span<change const> made) {
        std::lock_guard const lock(mutex);
        for (auto const& each : made) {
            history[each.sequence] = each.id;
        }
    });
    std::map<std::uint64_t, std::string> texts;
    std::atomic<bool> stop = false;
    std::vector<std::thread> writers;
    for (int writer = 0; writer < 3; ++writer) {
        writers.emplace_back([&, writer] {
            for (int n = 0; !stop; ++n) {
                auto const id = "w" + std::to_string(writer) + "-" + std::to_string(n % 40);
                if (n % 7 == 6) {
                    store->erase({.id = id}).value();
                    continue;
                }
                auto const json = R"({"n":)" + std::to_string(n) + "}";
                auto const outcome = store->write({.id = id, .delta = test::object(json)}).value();
                std::lock_guard const lock(mutex);
                texts[outcome.revision] = json;
            }
        });
    }
    std::vector<backup_report> reports;
    for (int round = 0; round < 8; ++round) {
        reports.push_back(back_up());
    }
    stop = true;
    for (auto& writer : writers) {
        writer.join();
    }
    for (auto const& report : reports) {
        contents expected;
        auto const& sequences = report.manifest.stores.at(0).sequences;
        for (auto const& [sequence, id] : history) {
            if (sequence > sequences.at(partition_of(id, 3))) {
                continue;
            }
            auto const text = texts.find(sequence);
            text == texts.end() ? void(expected.erase(id)) : void(expected[id] = text->second);
        }
        auto const target = "/restored-" + std::to_string(report.manifest.generation);
        restore(report.directory.string(), target).value();
        EXPECT_EQ(restored("parts", target), expected) << report.manifest.generation;
    }
}
