#include "support/memory_database.hpp"

#include <gmock/gmock.h>

#include <memory>
#include <string>
#include <vector>

namespace {

using mkdb::errc;
using mkdb::test::memory_policies;
using mkdb::test::object;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

/// Stores whose logs are there and whose file STORE is not.
class LostIdentity : public testing::Test {
protected:
    using database = mkdb::basic_database<memory_policies>;

    mkdb::file::memory disk;
    std::uint64_t openings = 0;
    std::vector<mkdb::event> events;
    std::unique_ptr<database> data;

    LostIdentity() { open(); }

    void open(std::vector<std::filesystem::path> nodes = {}) {
        data.reset();
        events.clear();
        data = database::open("/db",
                              {.on_event = [this](mkdb::event const& seen) { events.push_back(seen); },
                               .storage_nodes = std::move(nodes),
                               .background_flush = false},
                              {disk, {}, mkdb::random::seeded(++openings)})
                   .value();
    }

    void make(std::string const& name, std::uint32_t partitions, int records = 40) {
        auto const store = data->create_store(name, {.partitions = partitions}).value();
        for (int n = 0; n < records; ++n) {
            store->write({.id = "r" + std::to_string(n), .delta = object(R"({"n":1})")}).value();
        }
    }

    void lose_identity(std::string const& name) {
        data->close().value();
        disk.remove("/db/stores/" + name + "/STORE").value();
    }

    static void expect_complete(database::store& store, int records = 40) {
        EXPECT_EQ(store.size(), static_cast<std::uint64_t>(records));
        for (int n = 0; n < records; ++n) {
            EXPECT_TRUE(store.read("r" + std::to_string(n)));
        }
    }
};

TEST_F(LostIdentity, AnotherNumberOfPartitionsIsRefusedAndNothingIsWritten) {
    make("s", 4);
    lose_identity("s");
    open();
    for (std::uint32_t const wanted : {1U, 2U, 3U, 5U, 8U}) {
        auto const refused = data->create_store("s", {.partitions = wanted});
        ASSERT_FALSE(refused) << wanted;
        EXPECT_EQ(refused.error().code, errc::corrupt_file);
        EXPECT_THAT(refused.error().message,
                    AllOf(HasSubstr("A store of " + std::to_string(wanted) + " partitions would not find"),
                          HasSubstr("/db/stores/s has records in p000, p001, p002, p003 and no file STORE: "
                                    "bring STORE back, or make the store with 4 partitions")));
    }
    EXPECT_THAT(disk.list("/db/stores/s").value(), ElementsAre("p000", "p001", "p002", "p003"));
}

TEST_F(LostIdentity, AsManyPartitionsAsThereAreGoOnAndThatIsTold) {
    make("s", 4);
    lose_identity("s");
    disk.create_directories("/disk1").value();
    open({"/disk1"});
    events.clear();
    expect_complete(*data->create_store("s", {.partitions = 4}).value());
    EXPECT_FALSE(disk.exists("/disk1/NODE").value()) << "the logs lie in the store's own directory";
    ASSERT_EQ(events.size(), 1U);
    EXPECT_THAT(events[0].message, HasSubstr("The file STORE was lost and is made anew"));
    open({"/disk1"});
    expect_complete(*data->open_store("s").value());
}

TEST_F(LostIdentity, AStoreThatWasSpreadIsNotMadeAnewOverThePartThatIsHere) {
    disk.create_directories("/disk1").value();
    open({"/disk1"});
    make("s", 4);
    lose_identity("s");
    open({"/disk1"});
    for (std::uint32_t const wanted : {1U, 2U, 4U}) {
        auto const refused = data->create_store("s", {.partitions = wanted});
        ASSERT_FALSE(refused) << wanted;
        EXPECT_THAT(refused.error().message,
                    AllOf(HasSubstr("has records in p000, p002"), HasSubstr("restore the store from a backup")));
    }
}

TEST_F(LostIdentity, AStoreOfWhichOnlyTheFirstPartitionIsHereIsNotTakenForOneOfOnePartition) {
    disk.create_directories("/disk1").value();
    open({"/disk1"});
    make("s", 2);
    make("s-2", 1);
    lose_identity("s");
    disk.remove("/db/stores/s-2/STORE").value();
    open({"/disk1"});
    EXPECT_THAT(data->stores_without_identity().value()[0].problem,
                HasSubstr("make the store with 1 partition, if it had none on storage nodes"));
    auto const refused = data->create_store("s", {.partitions = 1});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, errc::corrupt_file);
    EXPECT_THAT(refused.error().message, AllOf(HasSubstr("Store 's' has more partitions in /disk1/stores/s-"),
                                               HasSubstr("bring its STORE back, or restore it from a backup")));
    EXPECT_FALSE(disk.exists("/db/stores/s/STORE").value());
    expect_complete(*data->create_store("s-2", {.partitions = 1}).value());
}

TEST_F(LostIdentity, LogsWithoutRecordsAreWhatAMakingThatFailedLeftAndStopNothing) {
    make("s", 4, 0);
    lose_identity("s");
    open();
    make("s", 2);
    open();
    expect_complete(*data->open_store("s").value());
}

TEST_F(LostIdentity, WhatWasSetAsideIsOfRecordsOnlyWhenItIsOfSegments) {
    for (auto const* name : {"begun", "used"}) {
        make(name, 2, 0);
    }
    std::ignore = disk.open("/db/stores/begun/p000/manifest-0000000009-a", mkdb::file::open_mode::create_new).value();
    std::ignore = disk.open("/db/stores/used/p001/segment-0000000009", mkdb::file::open_mode::create_new).value();
    open();
    for (auto const* name : {"begun", "used"}) {
        std::ignore = data->open_store(name).value();
    }
    EXPECT_THAT(disk.list("/db/stores/begun/p000/quarantine").value(), ElementsAre("manifest-0000000009-a"));
    EXPECT_THAT(disk.list("/db/stores/used/p001/quarantine").value(), ElementsAre("segment-0000000009"));
    lose_identity("begun");
    disk.remove("/db/stores/used/STORE").value();
    open();
    auto const lost = data->stores_without_identity().value();
    ASSERT_EQ(lost.size(), 1U);
    EXPECT_EQ(lost[0].name, "used");
    EXPECT_TRUE(data->create_store("begun", {.partitions = 3}));
}

TEST_F(LostIdentity, IsReportedWhenTheDatabaseIsOpened) {
    make("s", 2);
    make("begun", 2, 0);
    make("whole", 2);
    lose_identity("s");
    disk.remove("/db/stores/begun/STORE").value();
    disk.create_directories("/db/stores/empty").value();
    open();
    EXPECT_THAT(data->stored_names().value(), ElementsAre("whole"));
    auto const lost = data->stores_without_identity().value();
    ASSERT_EQ(lost.size(), 1U);
    EXPECT_EQ(lost[0].name, "s");
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].level, mkdb::event::severity::error);
    EXPECT_EQ(events[0].source, "s");
    EXPECT_THAT(events[0].message, HasSubstr("/db/stores/s has records in p000, p001 and no file STORE"));
}

TEST_F(LostIdentity, ABackupFailsUnlessTheStoreIsLeftOut) {
    make("s", 2);
    make("whole", 2);
    lose_identity("s");
    open();
    expect_complete(*data->open_store("whole").value());
    auto const refused = data->backup("/backups");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, errc::corrupt_file);
    EXPECT_THAT(refused.error().message, HasSubstr("Store 's' cannot be backed up: "));
    EXPECT_FALSE(disk.exists("/backups").value());
    EXPECT_EQ(data->backup("/backups", {.leave_out = {"s"}}).value().manifest.stores.size(), 1U);
}

} // namespace
