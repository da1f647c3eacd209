#include "support/backup_fixture.hpp"

#include <mkdb/core/hash.hpp>

#include <optional>
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

/// Backs up while a batch comes at the `at`-th piece that is copied; restores. Returns how many records have it, or none
/// when there are fewer pieces.
std::optional<std::uint64_t> restored_with_a_batch_at(int at) {
    memory_database live;
    auto const store = live.create("s", {.partitions = partitions});
    EXPECT_TRUE(store->batch(one_each(0)));
    int pieces = 0;
    mkdb::backup_options options;
    options.on_progress = [&](std::uint64_t) -> mkdb::result<> {
        if (++pieces == at) {
            EXPECT_TRUE(store->batch(one_each(1)));
        }
        return {};
    };
    EXPECT_TRUE(live->backup("/backups", options));
    if (pieces < at) {
        return std::nullopt;
    }
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
    std::uint64_t with = 0;
    std::uint64_t without = 0;
    int at = 1;
    for (auto changed = restored_with_a_batch_at(at); changed; changed = restored_with_a_batch_at(++at)) {
        EXPECT_TRUE(*changed == 0 || *changed == partitions) << *changed << " of " << partitions << " at piece " << at;
        with += *changed > 0 ? 1 : 0;
        without += *changed > 0 ? 0 : 1;
    }
    EXPECT_GT(with, 0U);
    EXPECT_GT(without, 0U);
}

} // namespace
