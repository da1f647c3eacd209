#include "support/fault_database.hpp"
#include "support/simulation_scheduler.hpp"

#include <gmock/gmock.h>

namespace {

using mkdb::durability;
using mkdb::errc;
using mkdb::test::object;
using mkdb::testing::fault_file_system;
using testing::HasSubstr;

class FailingDisk : public testing::Test {
protected:
    using database = mkdb::test::fault_database;

    fault_file_system disk{std::uint64_t{11}};
    std::vector<mkdb::event> events;
    std::unique_ptr<database> data = open();

    std::unique_ptr<database> open() {
        return database::open(
                   "/db",
                   {.on_event = [this](mkdb::event const& seen) { events.push_back(seen); }, .background_flush = false},
                   {disk, {}, mkdb::random::seeded(5)})
            .value();
    }

    /// Flips a byte of the record's value wherever the log holds it.
    void damage_record(std::string const& id) {
        std::filesystem::path const directory = "/db/stores/s/p000";
        auto const names = disk.list(directory).value();
        for (auto const& name : names) {
            auto const content = mkdb::file::read_whole(disk, directory / name).value();
            auto const at = content.find(id + R"({"mark")");
            if (at != std::string::npos) {
                auto file = disk.open(directory / name, mkdb::file::open_mode::read_write).value();
                ASSERT_TRUE(file.write_at(at + id.size() + 4, mkdb::as_bytes("#")));
                ASSERT_TRUE(file.sync());
            }
        }
    }

    /// From now on no space can be reserved.
    void fill_disk() { disk.plan() = {.fail_at = 1, .sticky = true, .code = errc::no_space, .only = "preallocate"}; }

    static mkdb::result<mkdb::write_outcome> put(database::store& store, std::string id, std::string_view json,
                                                 std::optional<durability> mode = {}) {
        return store.write({.id = std::move(id), .delta = object(json), .mode = mode});
    }
};

TEST_F(FailingDisk, AFailedSyncMakesTheStoreReadOnlyAndHidesTheWrite) {
    auto const store = data->create_store("s", {.partitions = 1}).value();
    auto const other = data->create_store("other", {.partitions = 1}).value();
    ASSERT_TRUE(put(*store, "a", R"({"n":1})"));
    disk.plan().only = "sync";
    disk.plan().fail_at = disk.plan().calls + 1;
    auto const failed = put(*store, "a", R"({"n":2})");
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().code, errc::outcome_unknown);
    EXPECT_EQ(store->read("a")->json, R"({"n":1})");
    auto const refused = put(*store, "b", "{}");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, errc::read_only);
    EXPECT_THAT(refused.error().message, HasSubstr("Store 's' is read-only since a write failed"));
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].source, "s");
    EXPECT_TRUE(put(*other, "a", "{}"));
}

TEST_F(FailingDisk, AChangeOfWhatNamesMeanThatFailsHalfWayChangesNoAnswer) {
    mkdb::store_options options{.partitions = 2, .cache = {.max_entries = 0}, .schema = {{"a.b", "exact"}}};
    auto const store = data->create_store("s", options).value();
    for (int i = 0; i < 8; ++i) {
        ASSERT_TRUE(put(*store, "flat" + std::to_string(i), R"({"a.b":1})"));
        ASSERT_TRUE(put(*store, "deep" + std::to_string(i), R"({"a":{"b":1}})"));
    }
    auto const matching = [&] {
        auto ids = store->query(*store->parse_query(object(R"({"filter":{"a.b":1},"limit":0})")))->ids;
        std::ranges::sort(ids);
        return ids;
    };
    auto const before = matching();
    ASSERT_EQ(before.size(), 8U);
    options.nested_queries = true;
    int failed = 0;
    for (;; ++failed) {
        disk.plan() = {.fail_read_at = static_cast<std::uint64_t>(failed) + 1};
        auto const changed = store->reconfigure(options);
        disk.plan() = {};
        if (changed) {
            break;
        }
        ASSERT_EQ(matching(), before) << "after " << failed << " reads";
    }
    EXPECT_GE(failed, 16) << "each record is read";
    EXPECT_EQ(matching().size(), 16U) << "now the name is a path as well";
}

TEST_F(FailingDisk, NothingAcknowledgedIsLostWhicheverCallFails) {
    for (std::uint64_t failing = 1; failing < 60; ++failing) {
        SCOPED_TRACE("call " + std::to_string(failing));
        data.reset();
        disk = fault_file_system(std::uint64_t{failing});
        data = open();
        auto store = data->create_store("s", {.partitions = 2}).value();
        disk.plan().fail_at = disk.plan().calls + failing;
        std::map<std::string, std::string> acknowledged;
        for (int i = 0; i < 24; ++i) {
            auto const id = "r" + std::to_string(i % 7);
            auto const text = "{\"n\":" + std::to_string(i) + "}";
            if (put(*store, id, text)) {
                acknowledged[id] = text;
            }
        }
        store.reset();
        data.reset();
        disk.plan().fail_at = 0;
        data = open();
        store = data->open_store("s").value();
        for (auto const& [id, text] : acknowledged) {
            auto const read = store->read(id);
            ASSERT_TRUE(read) << id;
            // A write whose outcome stayed open may be there; an acknowledged one is never older than it was.
            EXPECT_GE(object(read->json).at("n").as_int64(), object(text).at("n").as_int64());
        }
    }
}

TEST_F(FailingDisk, AWriteThatAFullBufferCannotPassOnIsRefusedAndNotSeen) {
    auto const store =
        data->create_store("s", {.partitions = 1, .mode = durability::buffered, .max_pending = 2}).value();
    ASSERT_TRUE(put(*store, "a", R"({"n":1})"));
    fill_disk();
    EXPECT_EQ(put(*store, "b", R"({"n":2})").error().code, errc::no_space);
    EXPECT_EQ(store->read("b").error().code, errc::not_found);
    EXPECT_EQ(store->read("a")->json, R"({"n":1})");
    EXPECT_TRUE(put(*store, "a", R"({"n":3})")) << "that needs no more room in the buffer";
    disk.plan() = {};
    EXPECT_TRUE(put(*store, "b", R"({"n":4})"));
    EXPECT_EQ(store->statistics().buffered_records, 0U);
}

TEST_F(FailingDisk, WhatAFullDiskDidNotTakeInTimeIsFlushedWhenItCan) {
    mkdb::clock::manual clock;
    auto const timer = std::make_shared<mkdb::testing::simulated_timer>(clock);
    data.reset();
    data = database::open("/db", {.upkeep = timer}, {disk, clock, mkdb::random::seeded(6)}).value();
    auto const store = data->create_store("s", {.partitions = 1,
                                                .mode = durability::buffered,
                                                .compaction_interval = {},
                                                .scrub_interval = {},
                                                .checkpoint_bytes = 0})
                           .value();
    ASSERT_TRUE(put(*store, "a", R"({"n":1})"));
    fill_disk();
    auto const window = store->options().debounce_window;
    ASSERT_TRUE(timer->run_next(clock.monotonic() + window));
    EXPECT_EQ(store->statistics().buffered_records, 1U);
    disk.plan() = {};
    ASSERT_TRUE(timer->run_next(clock.monotonic() + window));
    EXPECT_EQ(store->statistics().buffered_records, 0U);
}

TEST_F(FailingDisk, ABufferedStoreThatCannotFlushSaysSoToTheNextWriter) {
    auto const store = data->create_store("s", {.partitions = 1, .mode = durability::buffered}).value();
    ASSERT_TRUE(put(*store, "a", R"({"n":1})"));
    disk.plan().fail_at = disk.plan().calls + 1;
    disk.plan().sticky = true;
    EXPECT_FALSE(store->flush());
    EXPECT_EQ(put(*store, "b", "{}").error().code, errc::read_only);
    EXPECT_EQ(store->read("a")->json, R"({"n":1})");
}

TEST_F(FailingDisk, ClosingSaysThatAFlushFailedInTheBackground) {
    for (auto const mode : {durability::buffered, durability::interval}) {
        SCOPED_TRACE(static_cast<int>(mode));
        mkdb::clock::manual clock;
        auto const timer = std::make_shared<mkdb::testing::simulated_timer>(clock);
        data.reset();
        disk = fault_file_system(std::uint64_t{12});
        data = database::open(
                   "/db", {.on_event = [this](mkdb::event const& seen) { events.push_back(seen); }, .upkeep = timer},
                   {disk, clock, mkdb::random::seeded(6)})
                   .value();
        auto const store = data->create_store("s", {.partitions = 2,
                                                    .mode = mode,
                                                    .compaction_interval = {},
                                                    .scrub_interval = {},
                                                    .checkpoint_bytes = 0})
                               .value();
        ASSERT_TRUE(put(*store, "a", R"({"n":1})"));
        disk.plan() = {.fail_at = 1, .sticky = true};
        auto const due = clock.monotonic() + store->options().debounce_window;
        while (timer->run_next(due)) {
        }
        ASSERT_EQ(events.size(), 1U) << "of the flush that failed";
        events.clear();
        disk.plan() = {};
        auto const closed = data->close();
        ASSERT_FALSE(closed) << "the record was acknowledged, and is not there";
        EXPECT_THAT(closed.error().message, HasSubstr("Store 's'"));
        EXPECT_THAT(closed.error().message, HasSubstr("since a write failed: "));
        EXPECT_EQ(put(*store, "b", "{}").error().code, errc::closed);
        data = open();
        EXPECT_TRUE(data->open_store("s")) << "the log was closed all the same";
    }
}

TEST_F(FailingDisk, ARevisionThatWasSeenIsNotGivenAgainThoughTheDiskNeverHeldIt) {
    auto store = data->create_store("s", {.partitions = 1, .mode = durability::buffered}).value();
    std::uint64_t seen = 0;
    for (int crash = 0; crash < 4; ++crash) {
        auto const lost = put(*store, "a", "{}", durability::buffered);
        ASSERT_TRUE(lost);
        EXPECT_GT(lost->revision, seen) << "after " << crash << " crashes";
        seen = lost->revision;
        disk.plan() = {.fail_at = 1, .sticky = true};
        store.reset();
        data.reset();
        disk.plan() = {};
        data = open();
        store = data->open_store("s").value();
        ASSERT_EQ(store->size(), 0U);
    }
}

TEST_F(FailingDisk, AStoreThatCannotKeepItsNumbersTakesNoWritesAndSaysSo) {
    ASSERT_TRUE(put(*data->create_store("s", {.partitions = 2}).value(), "a", R"({"n":1})"));
    data.reset();
    data = open();
    disk.plan() = {.fail_at = 1, .sticky = true, .only = "write"};
    auto const store = data->open_store("s").value();
    disk.plan() = {};
    EXPECT_EQ(store->read("a")->json, R"({"n":1})");
    for (auto const* id : {"a", "b", "c", "d", "e"}) {
        EXPECT_EQ(put(*store, id, "{}").error().code, errc::read_only);
    }
    ASSERT_FALSE(events.empty());
    EXPECT_THAT(events[0].message, HasSubstr("sequence numbers"));
}

TEST_F(FailingDisk, AStoreWhoseMakingFailedAtItsVeryEndIsThereForGoodOnceItIsUsed) {
    std::uint64_t used = 0;
    bool made = false;
    for (std::uint64_t failing = 1; !made; ++failing) {
        SCOPED_TRACE("call " + std::to_string(failing));
        data.reset();
        disk = fault_file_system(failing);
        data = open();
        disk.plan() = {.fail_at = failing};
        made = data->create_store("s", {.partitions = 1}).has_value();
        data.reset();
        disk.plan() = {};
        data = open();
        if (auto const store = data->open_store("s")) {
            ++used;
            ASSERT_TRUE(put(**store, "a", R"({"n":1})"));
            auto const left = disk.after_power_cut(mkdb::testing::kept_bytes::none, mkdb::testing::kept_names::none, 1);
            data.reset();
            disk = fault_file_system::holding(left, 1);
            data = open();
            auto const again = data->open_store("s");
            ASSERT_TRUE(again) << again.error().message;
            EXPECT_EQ((*again)->read("a")->json, R"({"n":1})");
        }
    }
    EXPECT_GT(used, 1U) << "also where the making had failed";
}

// An earlier start may have made the directories and died before their names were durable: nobody can see that.
TEST_F(FailingDisk, TheNamesThatLeadToAStoreAreSyncedThoughItsDirectoriesAreThereAlready) {
    ASSERT_TRUE(disk.create_directories("/db/stores/s"));
    disk.plan() = {};
    ASSERT_TRUE(data->create_store("s", {.partitions = 1}));
    EXPECT_THAT(disk.plan().synced_directories, testing::IsSupersetOf({"/db/stores", "/db/stores/s"}));
    data.reset();
    disk.plan() = {};
    data = open();
    EXPECT_THAT(disk.plan().synced_directories, testing::Contains("/db"));
    disk.plan() = {};
    ASSERT_TRUE(data->open_store("s"));
    EXPECT_THAT(disk.plan().synced_directories, testing::IsSupersetOf({"/db/stores", "/db/stores/s"}));
}

TEST_F(FailingDisk, ALogWithoutItsStoresIdentityIsGoneOnWithAndNotWrittenOver) {
    auto store = data->create_store("s", {.partitions = 1}).value();
    ASSERT_TRUE(put(*store, "a", R"({"n":1})"));
    auto const seen = put(*store, "a", R"({"n":2})")->revision;
    store.reset();
    data.reset();
    ASSERT_TRUE(disk.remove("/db/stores/s/STORE"));
    data = open();
    store = data->create_store("s", {.partitions = 1}).value();
    EXPECT_GT(put(*store, "a", R"({"n":3})")->revision, seen);
    store.reset();
    data.reset();
    data = open();
    EXPECT_EQ(data->open_store("s").value()->read("a")->json, R"({"n":3})");
}

TEST_F(FailingDisk, AnIndexThatIsToBeBuiltOverAPageThatTheDiskWithholdsKeepsNoStoreFromOpening) {
    auto store = data->create_store("s", {.partitions = 1}).value();
    for (int i = 0; i < 20; ++i) {
        ASSERT_TRUE(put(*store, "id" + std::to_string(i), R"({"price":)" + std::to_string(i * 10) + "}"));
    }
    store.reset();
    ASSERT_TRUE(data->close());
    for (auto const& name : disk.list("/db/stores/s/p000").value()) {
        if (name.starts_with("parity-")) {
            ASSERT_TRUE(disk.remove("/db/stores/s/p000/" + name));
        }
    }
    disk.plan().bad_file = "segment-";
    data = open();
    auto const opened = data->open_store("s", {.partitions = 1, .schema = {{"price", "numeric"}}});
    ASSERT_TRUE(opened) << opened.error().message;
    auto const count = [&] {
        auto const page =
            (*opened)->query((*opened)->parse_query(object(R"({"filter":{"price":{"gte":50}}})")).value());
        return page ? mkdb::result<std::uint64_t>(page->total_matches) : page.error();
    };
    EXPECT_EQ(count().error().code, errc::io);
    disk.plan().bad_file.clear();
    EXPECT_EQ(count().value(), 15U);
}

TEST_F(FailingDisk, AStoreThatLacksThePartOnAMissingDiskIsRefusedAndLeftAsItIs) {
    ASSERT_TRUE(put(*data->create_store("s", {.partitions = 2}).value(), "a", "{}"));
    data.reset();
    std::filesystem::path const gone = "/db/stores/s/p001";
    for (auto const& name : disk.list(gone).value()) {
        ASSERT_TRUE(disk.remove(gone / name));
    }
    for (int again = 0; again < 2; ++again) {
        data = open();
        auto const refused = data->open_store("s");
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, errc::corrupt_file);
        EXPECT_THAT(refused.error().message, HasSubstr("Store 's' has no log in /db/stores/s/p001"));
        data.reset();
        EXPECT_TRUE(disk.list(gone).value().empty());
    }
}

TEST_F(FailingDisk, AFullDiskRefusesWritesAndTakesThemAgainWhenThereIsRoom) {
    auto const store = data->create_store("s", {.partitions = 1}).value();
    disk.plan().only = "preallocate";
    disk.plan().code = errc::no_space;
    disk.plan().fail_at = disk.plan().calls + 1;
    EXPECT_EQ(put(*store, "a", R"({"n":1})").error().code, errc::no_space);
    EXPECT_EQ(store->read("a").error().code, errc::not_found);
    EXPECT_TRUE(put(*store, "a", R"({"n":2})"));
    EXPECT_EQ(store->read("a")->json, R"({"n":2})");
}

TEST_F(FailingDisk, ADamagedRecordIsNamedAndCanBeDeletedAndWrittenAnew) {
    auto store = data->create_store("s", {.partitions = 1}).value();
    for (auto const* id : {"one", "two", "three"}) {
        ASSERT_TRUE(put(*store, id, R"({"mark":"unmistakable"})"));
    }
    store.reset();
    data.reset();
    damage_record("two");
    disk.remove("/db/stores/s/p000/checkpoint").value(); // So that opening meets it.
    data = open();
    store = data->open_store("s").value();
    EXPECT_EQ(store->read("two").error().code, errc::corrupt_record);
    EXPECT_THAT(store->read("two").error().message, HasSubstr("Record 'two'"));
    EXPECT_TRUE(store->read("one"));
    EXPECT_TRUE(store->read("three"));
    EXPECT_EQ(store->statistics().damaged_records, 1U);
    EXPECT_EQ(store->for_each([](mkdb::record const&) { return true; }).value(), 1U);
    EXPECT_EQ(put(*store, "two", R"({"n":1})").error().code, errc::corrupt_record);
    ASSERT_TRUE(store->erase({.id = "two"}));
    EXPECT_EQ(store->read("two").error().code, errc::not_found);
    ASSERT_TRUE(put(*store, "two", R"({"n":1})"));
    store.reset();
    data.reset();
    data = open();
    store = data->open_store("s").value();
    EXPECT_EQ(store->read("two")->json, R"({"n":1})");
    EXPECT_EQ(store->statistics().damaged_records, 0U);
}

} // namespace
