#include "support/backup_fixture.hpp"

#include <mkdb/core/hash.hpp>

#include <atomic>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace {

using mkdb::batch_operation;
using mkdb::test::memory_database;

constexpr std::uint32_t partitions = 4;

std::string id_in(std::uint32_t partition, char prefix) {
    std::string id(1, prefix);
    while (mkdb::partition_of(id, partitions) != partition) {
        id += prefix;
    }
    return id;
}

/// A record of each partition.
std::vector<std::string> ids() {
    std::vector<std::string> all;
    for (std::uint32_t each = 0; each < partitions; ++each) {
        all.push_back(id_in(each, 'a'));
    }
    return all;
}

std::vector<batch_operation> one_each(std::vector<std::string> const& ids, int n) {
    std::vector<batch_operation> batch;
    for (auto const& id : ids) {
        batch.emplace_back(mkdb::write_request{.id = id, .delta = {{"n", n}}});
    }
    return batch;
}

using run_type = mkdb::backup_run<mkdb::file::memory>;

/// What the records have in a store that is restored from these logs.
std::set<std::string> restored(memory_database& live, std::vector<run_type::frozen> logs) {
    mkdb::backup_options const options; // The run reads it until it is finished.
    auto run = run_type::begin(live.disk, "/backups", live.clock.wall(), options).value();
    auto const identity = mkdb::load_identity(live.disk, "/db/stores/s").value();
    EXPECT_TRUE(run.add_store("s", mkdb::format_identity(identity.gathered())));
    for (auto& each : logs) {
        EXPECT_TRUE(run.add_partition(std::move(each)));
    }
    EXPECT_TRUE(run.finish());
    EXPECT_TRUE(mkdb::restore_backup(live.disk, "/backups", "/restored"));
    auto const opened = memory_database::database::open("/restored", {.background_flush = false},
                                                        {live.disk, live.clock, mkdb::random::seeded(99)})
                            .value();
    auto const again = opened->open_store("s").value();
    std::set<std::string> found;
    for (auto const& id : ids()) {
        found.insert(again->read(id).value().json);
    }
    return found;
}

/// A later write of the same partition makes a redo record one that says nothing any more.
TEST(BatchBackup, HasNothingOfABatchThatComesBetweenTwoOfItsLogs) {
    memory_database live;
    auto const store = live.create("s", {.partitions = partitions});
    ASSERT_TRUE(store->batch(one_each(ids(), 0)));
    std::atomic<bool> written = false;
    std::thread writer;
    int frozen = 0;
    auto logs = store->freeze([&](std::string const&) {
        if (++frozen == 2) { // One partition is frozen, this one is on its way.
            writer = std::thread([&] {
                EXPECT_TRUE(store->batch(one_each({id_in(0, 'a'), id_in(2, 'a'), id_in(3, 'a')}, 1)));
                EXPECT_TRUE(store->write({.id = id_in(3, 'b'), .delta = {{"n", 1}}}));
                written = true;
            });
            // Long enough for a batch that nobody keeps from it.
            for (int turns = 0; turns < 20'000 && !written; ++turns) {
                std::this_thread::yield();
            }
        }
        return true;
    });
    writer.join();
    EXPECT_EQ(frozen, partitions);
    EXPECT_EQ(restored(live, std::move(logs).value()), std::set<std::string>{R"({"n":0})"});
    EXPECT_EQ(store->read(id_in(0, 'a')).value().json, R"({"n":1})");
}

} // namespace
