// Indexes beyond a limit of RAM, over a disk that tests hold in their hands.
#include "support/wide_store.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <cstdint>
#include <new>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace mkdb::testing;
using mkdb::errc;

std::string const checkpoint = compacting_store::log_directory / "checkpoint";

std::uint64_t matches(compacting_store const& with, char const* filter) {
    auto const body = mkdb::test::object(std::string(R"({"limit":0,"filter":)") + filter + "}");
    return with.store->query(with.store->parse_query(body).value()).value().total_matches;
}

TEST(LimitedIndexes, AreKeptByACheckpointThatIsWrittenAtOnce) {
    compacting_store with(fault_file_system(1), wide_options());
    fill_for_compaction(with);
    put_wide(with, "wide");
    ASSERT_TRUE(with.store->checkpoint());
    auto const expected = with.all();
    with.cut_power(kept_bytes::none, kept_names::none, 1);
    EXPECT_EQ(with.store->recovery().at(0).records, 0U);
    EXPECT_EQ(with.all(), expected);
    EXPECT_EQ(matches(with, R"({"f7":"vf7"})"), 1U);
    EXPECT_GT(with.store->statistics().index_disk_bytes, 0U);
}

/// What is read of them may be anything: a checkpoint of that would be sound to all appearances.
TEST(LimitedIndexes, AreNotKeptWhenTheirDiskLostSomething) {
    for (bool const wide : {true, false}) {
        SCOPED_TRACE(wide ? "written at once" : "copied");
        auto options = wide_options();
        if (!wide) {
            options.schema = {{"n", "numeric"}};
        }
        compacting_store with(fault_file_system(1), options);
        fill_for_compaction(with);
        if (wide) {
            put_wide(with, "wide");
        }
        ASSERT_GT(with.store->statistics().index_disk_bytes, 0U);
        auto const expected = with.all();
        with.disk.scratch_figures().is_lost = true;
        EXPECT_EQ(with.store->checkpoint().error().code, errc::io);
        EXPECT_FALSE(with.disk.exists(checkpoint).value());
        EXPECT_FALSE(with.disk.exists(checkpoint + ".new").value());
        static_cast<void>(with.store->close());
        EXPECT_FALSE(with.disk.exists(checkpoint).value());
        with.cut_power(kept_bytes::none, kept_names::none, 1);
        EXPECT_EQ(with.all(), expected);
        EXPECT_EQ(matches(with, R"({"n":{"gte":0}})"), expected.size());
    }
}

/// The memory for telling whether the disk failed, or any other before it.
TEST(LimitedIndexes, LeaveNothingOfACheckpointForWhichThereWasNoMemory) {
    compacting_store with(fault_file_system(1), wide_options());
    fill_for_compaction(with);
    put_wide(with, "wide");
    with.disk.scratch_figures().on_check = [] { throw std::bad_alloc(); };
    EXPECT_THROW(static_cast<void>(with.store->checkpoint()), std::bad_alloc);
    EXPECT_FALSE(with.disk.exists(checkpoint + ".new").value());
    with.disk.scratch_figures().on_check = nullptr;
    EXPECT_TRUE(with.store->checkpoint());
    EXPECT_TRUE(with.disk.exists(checkpoint).value());
}

TEST(LimitedIndexes, EndWithoutBeingReadBack) {
    compacting_store with(fault_file_system(1), wide_options());
    fill_for_compaction(with);
    put_wide(with, "wide");
    with.disk.scratch_figures().discarded = 0;
    ASSERT_TRUE(with.store->rebuild_indexes());
    EXPECT_EQ(with.disk.scratch_figures().discarded, 0U);
    EXPECT_EQ(with.disk.scratch_figures().misuse, 0U);
    EXPECT_EQ(matches(with, R"({"f7":"vf7"})"), 1U);
    ASSERT_TRUE(with.store->reconfigure([] {
        auto all_in_ram = wide_options();
        all_in_ram.index_ram_bytes = 0;
        return all_in_ram;
    }()));
    ASSERT_TRUE(with.store->rebuild_indexes());
    EXPECT_EQ(with.disk.scratch_figures().used, 0U);
    EXPECT_EQ(with.disk.scratch_figures().discarded, 0U);
}

/// Which may have gigabytes to write, for others than who closes.
TEST(LimitedIndexes, DoNotHoldUpClosingByACheckpointThatSomebodyAskedFor) {
    auto options = wide_options();
    options.partitions = 2;
    compacting_store with(fault_file_system(1), options);
    auto const expected = fill_for_compaction(with);
    std::jthread closing;
    std::atomic<bool> began = false;
    with.disk.scratch_figures().on_check = [&] {
        if (!began.exchange(true)) {
            closing = std::jthread([&] { EXPECT_TRUE(with.store->close()); });
            EXPECT_EQ(with.store->checkpoint().error().code, errc::closed) << "as soon as closing has begun";
        }
    };
    EXPECT_EQ(with.store->checkpoint().error().code, errc::closed);
    EXPECT_TRUE(began);
    closing.join();
    with.disk.scratch_figures().on_check = nullptr;
    with.open();
    EXPECT_EQ(with.all(), expected);
    EXPECT_EQ(with.store->recovery().at(0).records, 0U) << "closing writes those that it has time for";
}

TEST(LimitedIndexes, AreRightWhateverIsConfiguredWhileOthersWrite) {
    auto options = wide_options();
    options.mode = mkdb::durability::buffered;
    compacting_store with(fault_file_system(1), options, 1U << 20U);
    std::atomic<bool> done = false;
    {
        std::vector<std::jthread> writers;
        for (std::uint64_t mine = 0; mine < 2; ++mine) {
            writers.emplace_back([&, mine] {
                for (std::uint64_t i = mine; !done; i += 2) {
                    EXPECT_TRUE(with.put("id" + std::to_string(i % 101), i % 1'000));
                    if (i % 7 == 0) {
                        static_cast<void>(with.store->erase({.id = "id" + std::to_string(i % 53)}));
                    }
                }
            });
        }
        for (int round = 0; round < 20; ++round) {
            auto changed = options;
            changed.index_ram_bytes = round % 3 == 0 ? 0 : 1 + static_cast<std::uint64_t>(round) * 10'000;
            changed.schema["n"] = round % 2 == 0 ? "exact" : "numeric";
            EXPECT_TRUE(with.store->reconfigure(changed));
            EXPECT_TRUE(round % 5 != 0 || with.store->rebuild_indexes());
        }
        done = true;
    }
    EXPECT_EQ(matches(with, R"({"n":{"gte":0}})"), with.all().size());
    EXPECT_EQ(with.disk.scratch_figures().misuse, 0U);
}

} // namespace
