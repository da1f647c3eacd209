// A store is archived while the power goes: it is where it was or in the archive, and in the archive once that was
// said.
#include "support/compacting_store.hpp"

#include <array>

namespace {

using namespace mkdb::testing;
using database = compacting_store::database;

constexpr std::array all_kept_names{kept_names::none, kept_names::all, kept_names::subset};

std::unique_ptr<database> open_on(fault_file_system const& disk) {
    return database::open("/db", {.background_flush = false}, {disk, {}, mkdb::random::seeded(5)}).value();
}

TEST(ArchiveCrash, LeavesTheStoreInOnePlaceOrTheOther) {
    bool archived = false;
    for (std::uint64_t at = 1; !archived; ++at) {
        fault_file_system disk(at);
        auto const data = open_on(disk);
        auto const made = data->create_store("s", {.partitions = 1}).value();
        made->write({.id = "a", .delta = mkdb::test::object(R"({"n":1})")}).value();
        disk.plan() = {.fail_at = at, .sticky = true};
        auto const name = data->archive_store("s");
        archived = name.has_value();
        for (auto const names : all_kept_names) {
            SCOPED_TRACE("call " + std::to_string(at) + ", names " + std::to_string(static_cast<int>(names)));
            auto left = disk.after_power_cut(kept_bytes::none, names, at);
            bool const in_place = left.exists("/db/stores/s/STORE").value();
            auto const archive = left.list("/db/stores/__archived__");
            bool const moved = archive && archive->size() == 1;
            EXPECT_NE(in_place, moved);
            EXPECT_TRUE(moved || !archived);
        }
        disk.plan() = {};
    }
}

/// Closing may take long: a large checkpoint is written then.
TEST(Archive, LeavesOtherStoresToOthersWhileItClosesOne) {
    fault_file_system disk(1);
    auto const data = open_on(disk);
    auto const made = data->create_store("s", {.partitions = 1, .mode = mkdb::durability::buffered}).value();
    auto const other = data->create_store("other", {.partitions = 1}).value();
    made->write({.id = "a", .delta = mkdb::test::object(R"({"n":1})")}).value();
    int seen = 0;
    disk.before_each_change([&] {
        if (seen++ > 0) {
            return;
        }
        EXPECT_EQ(data->find_store("other"), other);
        EXPECT_EQ(data->open_store("s").value(), made);
        EXPECT_EQ(data->create_store("s").error().code, mkdb::errc::store_exists);
        EXPECT_TRUE(data->create_store("third", {.partitions = 1}));
    });
    EXPECT_TRUE(data->archive_store("s"));
    EXPECT_GT(seen, 0);
    disk.before_each_change({});
    EXPECT_EQ(data->find_store("s"), nullptr);
    EXPECT_EQ(data->open_store("s").error().code, mkdb::errc::store_not_found);
    EXPECT_TRUE(data->create_store("s", {.partitions = 1}));
}

} // namespace
