#include "support/backup_fixture.hpp"

#include <mkdb/core/hash.hpp>

#include <string>
#include <vector>

namespace {

using mkdb::batch_operation;
using mkdb::test::memory_database;

constexpr std::uint32_t partitions = 4;

/// A record of each partition.
std::vector<std::string> ids() {
    std::vector<std::string> all;
    for (int i = 0; all.size() < partitions; ++i) {
        auto id = "id" + std::to_string(i);
        if (mkdb::partition_of(id, partitions) == all.size()) {
            all.push_back(std::move(id));
        }
    }
    return all;
}

std::vector<batch_operation> one_each(int n) {
    std::vector<batch_operation> batch;
    for (auto const& id : ids()) {
        batch.emplace_back(mkdb::write_request{.id = id, .delta = {{"n", n}}});
    }
    return batch;
}

/// Backs up; a batch comes when `frozen` partitions are. Returns how many records of the restored store have it.
std::uint64_t restored_with_a_batch_after(std::uint32_t frozen) {
    memory_database live;
    auto const store = live.create("s", {.partitions = partitions});
    EXPECT_TRUE(store->batch(one_each(0)));
    using run_type = mkdb::backup_run<mkdb::file::memory>;
    mkdb::backup_options const options;
    auto run = run_type::begin(live.disk, "/backups", live.clock.wall(), options).value();
    auto const identity = mkdb::load_identity(live.disk, "/db/stores/s").value();
    EXPECT_TRUE(run.add_store("s", mkdb::format_identity(identity.gathered())));
    std::vector<run_type::frozen> logs;
    EXPECT_TRUE(store->freeze([](std::string const&) { return true; },
                              [&](run_type::frozen log) -> mkdb::result<> {
                                  logs.push_back(std::move(log));
                                  EXPECT_TRUE(logs.size() != frozen || store->batch(one_each(1)));
                                  return {};
                              }));
    for (auto& each : logs) {
        EXPECT_TRUE(run.add_partition(std::move(each)));
    }
    EXPECT_TRUE(run.finish());
    EXPECT_TRUE(mkdb::restore_backup(live.disk, "/backups", "/restored"));
    auto const opened = memory_database::database::open("/restored", {.background_flush = false},
                                                        {live.disk, live.clock, mkdb::random::seeded(99)})
                            .value();
    auto const again = opened->open_store("s").value();
    std::uint64_t changed = 0;
    for (auto const& id : ids()) {
        changed += again->read(id).value().json == R"({"n":1})" ? 1 : 0;
    }
    return changed;
}

TEST(BatchBackup, HasAllOfABatchThatComesMeanwhileOrNothingOfIt) {
    for (std::uint32_t frozen = 1; frozen < partitions; ++frozen) {
        EXPECT_EQ(restored_with_a_batch_after(frozen), partitions) << "after " << frozen << " partitions";
    }
    EXPECT_EQ(restored_with_a_batch_after(partitions), 0U);
}

} // namespace
