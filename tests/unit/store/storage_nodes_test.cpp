#include "support/memory_database.hpp"

#include <mkdb/store/restore.hpp>

#include <gmock/gmock.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace {

using mkdb::errc;
using mkdb::test::memory_policies;
using mkdb::test::object;
using testing::AllOf;
using testing::HasSubstr;
using testing::SizeIs;

using paths = std::vector<std::filesystem::path>;

class StorageNodes : public testing::Test {
protected:
    using database = mkdb::basic_database<memory_policies>;

    mkdb::file::memory disk;
    std::uint64_t openings = 0;
    std::vector<mkdb::event> events;

    StorageNodes() {
        for (auto const* const each : {"/disk1", "/disk2"}) {
            disk.create_directories(each).value();
        }
    }

    std::unique_ptr<database> open(paths nodes, std::string const& directory = "/db") {
        return database::open(directory,
                              {.on_event = [this](mkdb::event const& seen) { events.push_back(seen); },
                               .storage_nodes = std::move(nodes),
                               .background_flush = false},
                              {disk, {}, mkdb::random::seeded(++openings)})
            .value();
    }

    static void fill(database::store& store, int records = 60) {
        for (int n = 0; n < records; ++n) {
            store.write({.id = "r" + std::to_string(n), .delta = object(R"({"n":)" + std::to_string(n) + "}")}).value();
        }
    }

    static void expect_filled(database::store& store, int records = 60) {
        EXPECT_EQ(store.size(), static_cast<std::uint64_t>(records));
        for (int n = 0; n < records; ++n) {
            EXPECT_EQ(store.read("r" + std::to_string(n)).value().json, R"({"n":)" + std::to_string(n) + "}");
        }
    }

    /// The names of the partitions' directories below a node.
    std::vector<std::string> partitions_on(std::string const& node) {
        std::vector<std::string> all;
        auto const stores = disk.list(node + "/stores").value();
        for (auto const& store : stores) {
            auto const inside = disk.list(node + "/stores/" + store).value();
            all.insert(all.end(), inside.begin(), inside.end());
        }
        std::ranges::sort(all);
        return all;
    }

    /// All messages of events.
    [[nodiscard]] std::string told() const {
        std::string all;
        for (auto const& each : events) {
            all += each.message + "\n";
        }
        return all;
    }

    void move_tree(std::string const& from, std::string const& to) { disk.rename(from, to).value(); }
};

TEST_F(StorageNodes, PartitionsAreSpreadInTurn) {
    auto data = open({"/disk1", "/disk2"});
    fill(*data->create_store("s", {.partitions = 5}).value());
    EXPECT_EQ(partitions_on("/disk1"), (std::vector<std::string>{"p001", "p004"}));
    EXPECT_EQ(partitions_on("/disk2"), (std::vector<std::string>{"p002"}));
    EXPECT_TRUE(disk.exists("/db/stores/s/p000").value());
    EXPECT_TRUE(disk.exists("/db/stores/s/p003").value());
    EXPECT_FALSE(disk.exists("/db/stores/s/p001").value());
    data.reset();
    expect_filled(*open({"/disk1", "/disk2"})->open_store("s").value());
}

TEST_F(StorageNodes, MoreNodesThanPartitionsLeaveSomeUnused) {
    auto data = open({"/disk1", "/disk2"});
    fill(*data->create_store("s", {.partitions = 2}).value());
    EXPECT_THAT(partitions_on("/disk1"), SizeIs(1));
    EXPECT_FALSE(disk.exists("/disk2/NODE").value());
}

TEST_F(StorageNodes, AMissingDiskIsNamedAndStopsOnlyTheStoresThatNeedIt) {
    auto data = open({"/disk1"});
    fill(*data->create_store("spread", {.partitions = 2}).value());
    data.reset();
    data = open({});
    fill(*data->create_store("alone", {.partitions = 2}).value());
    auto const refused = data->open_store("spread");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, errc::corrupt_file);
    EXPECT_THAT(refused.error().message, AllOf(HasSubstr("Store 'spread' keeps partition 1"), HasSubstr("/disk1")));
    expect_filled(*data->open_store("alone").value());
    data->use_storage_nodes({"/disk1"});
    expect_filled(*data->open_store("spread").value());
}

TEST_F(StorageNodes, AnEmptyMountPointIsAMissingDisk) {
    auto data = open({"/disk1"});
    fill(*data->create_store("s", {.partitions = 2}).value());
    data.reset();
    move_tree("/disk1", "/unmounted");
    disk.create_directories("/disk1").value();
    EXPECT_EQ(open({"/disk1"})->open_store("s").error().code, errc::corrupt_file);
    EXPECT_FALSE(disk.exists("/disk1/NODE").value()) << "nothing may be written where a disk is not mounted";
}

TEST_F(StorageNodes, ADiskMayBeMountedElsewhere) {
    auto data = open({"/disk1", "/disk2"});
    fill(*data->create_store("s", {.partitions = 3}).value());
    data.reset();
    move_tree("/disk1", "/other");
    move_tree("/disk2", "/disk1");
    expect_filled(*open({"/disk1", "/other"})->open_store("s").value());
}

TEST_F(StorageNodes, ANodeThatLostALogIsNotTakenForAnEmptyOne) {
    auto data = open({"/disk1"});
    fill(*data->create_store("s", {.partitions = 2}).value());
    data.reset();
    move_tree("/disk1/stores", "/gone");
    auto const refused = open({"/disk1"})->open_store("s");
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, HasSubstr("has no log in /disk1/stores/s-"));
}

TEST_F(StorageNodes, AStoreIsNotMadeOnADirectoryThatIsNotThere) {
    auto data = open({"/nowhere"});
    auto const refused = data->create_store("s", {.partitions = 2});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, errc::invalid_argument);
    EXPECT_THAT(refused.error().message, HasSubstr("Storage node /nowhere does not exist"));
    EXPECT_FALSE(disk.exists("/nowhere").value());
    EXPECT_THAT(data->stored_names().value(), SizeIs(0));
    EXPECT_TRUE(data->create_store("s", {.partitions = 1})) << "one partition needs no node";
}

TEST_F(StorageNodes, NothingIsWrittenBelowTheMountPointOfADiskThatIsMissing) {
    auto data = open({"/disk1", "/disk2"});
    fill(*data->create_store("old", {.partitions = 3}).value());
    data.reset();
    move_tree("/disk2", "/unmounted");
    disk.create_directories("/disk2").value();
    disk.create_directories("/fresh").value();
    data = open({"/fresh", "/disk1", "/disk2/"});
    EXPECT_THAT(told(), HasSubstr("Storage node /disk2/ has no file NODE"));
    auto const refused = data->create_store("new", {.partitions = 8});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, errc::invalid_argument);
    EXPECT_THAT(refused.error().message,
                AllOf(HasSubstr("Storage node /disk2/ has no file NODE, and the disk of node "),
                      HasSubstr(" that belongs there is missing: mount it, or take the directory out")));
    EXPECT_THAT(disk.list("/disk2").value(), SizeIs(0));
    EXPECT_THAT(disk.list("/fresh").value(), SizeIs(0)) << "one that cannot be used leaves no trace on the others";
    EXPECT_FALSE(disk.exists("/db/stores/new").value());
    data->use_storage_nodes({"/disk1"});
    EXPECT_TRUE(data->create_store("new", {.partitions = 8})) << "the directory was taken out";
}

TEST_F(StorageNodes, ADirectoryIsFreeAgainWhenItsDiskIsMountedElsewhere) {
    auto data = open({"/disk1"});
    fill(*data->create_store("old", {.partitions = 2}).value());
    data.reset();
    move_tree("/disk1", "/elsewhere");
    disk.create_directories("/disk1").value();
    data = open({"/disk1", "/elsewhere"});
    EXPECT_EQ(told(), "");
    fill(*data->create_store("new", {.partitions = 3}).value());
    EXPECT_TRUE(disk.exists("/disk1/NODE").value());
}

TEST_F(StorageNodes, ADirectoryThatIsNotThereIsToldWhenItIsNamed) {
    auto data = open({"/disk1", "/nowhere"});
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].level, mkdb::event::severity::warning);
    EXPECT_THAT(events[0].message, HasSubstr("Storage node /nowhere does not exist: mount its disk"));
    events.clear();
    data->use_storage_nodes({"/elsewhere"});
    EXPECT_THAT(told(), HasSubstr("/elsewhere does not exist"));
}

TEST_F(StorageNodes, AnArchivedStoreLeavesItsNameToANewOne) {
    auto data = open({"/disk1"});
    fill(*data->create_store("s", {.partitions = 2}).value());
    data->archive_store("s").value();
    EXPECT_EQ(data->create_store("s", {.partitions = 2}).value()->size(), 0U);
    data.reset();
    EXPECT_EQ(open({"/disk1"})->open_store("s").value()->size(), 0U);
    EXPECT_THAT(disk.list("/disk1/stores").value(), SizeIs(2)) << "nothing is deleted";
}

TEST_F(StorageNodes, ABackupIsRestoredIntoOneDirectory) {
    auto data = open({"/disk1", "/disk2"});
    fill(*data->create_store("s", {.partitions = 3}).value());
    data->backup("/backups").value();
    data.reset();
    mkdb::restore_backup(disk, "/backups", "/restored").value();
    expect_filled(*open({}, "/restored")->open_store("s").value());
}

TEST_F(StorageNodes, ADamagedNodeFileIsNamed) {
    auto data = open({"/disk1"});
    fill(*data->create_store("s", {.partitions = 2}).value());
    data.reset();
    mkdb::file::replace_whole(disk, "/disk1/NODE", "{}\ncrc32c 00000000\n").value();
    auto const refused = open({"/disk1"})->open_store("s");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, errc::corrupt_file);
    EXPECT_THAT(refused.error().message, HasSubstr("/disk1/NODE is damaged"));
}

// The examples of docs/formats/store.md.
TEST_F(StorageNodes, TheFilesAreAsDocumented) {
    std::string const first = R"({"format":"mkdb-store","version":1,"partitions":2,"storage":"rolling_log/1"})"
                              "\ncrc32c 80cde46b\n";
    std::string const second = R"({"format":"mkdb-store","version":2,"partitions":2,"storage":"rolling_log/1",)"
                               R"("node_directory":"parts-6f0c","nodes":[{"id":"a1","directory":"/mnt/disk2"}],)"
                               R"("node_of":[0,1]})"
                               "\ncrc32c 49a3ba7e\n";
    std::string const node = R"({"format":"mkdb-node","version":1,"id":"0f5c1d7a9be84c6f8d1b7a55c3a2e9d4"})"
                             "\ncrc32c 7dd260a5\n";
    for (auto const& each : {first, second}) {
        EXPECT_EQ(mkdb::format_identity(mkdb::parse_identity(each).value()), each);
    }
    mkdb::file::replace_whole(disk, "/disk1/NODE", node).value();
    EXPECT_EQ(mkdb::find_node(disk, "/disk1").value()->id, "0f5c1d7a9be84c6f8d1b7a55c3a2e9d4");
}

TEST_F(StorageNodes, AnIdentityWithNodesSurvivesItsText) {
    mkdb::store_identity identity{3, "rolling_log/1", "s-1", {{"a", "/disk1"}}, {0, 1, 0}};
    auto const read = mkdb::parse_identity(mkdb::format_identity(identity)).value();
    EXPECT_EQ(read.node_of, identity.node_of);
    EXPECT_EQ(read.nodes[0].directory, "/disk1");
    identity.node_of = {0, 2, 0};
    EXPECT_EQ(mkdb::parse_identity(mkdb::format_identity(identity)).error().code, errc::corrupt_file);
    identity.node_of = {0, 1};
    EXPECT_EQ(mkdb::parse_identity(mkdb::format_identity(identity)).error().code, errc::corrupt_file);
}

} // namespace
