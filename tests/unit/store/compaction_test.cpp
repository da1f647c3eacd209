#include "support/memory_database.hpp"

#include <mkdb/storage/memory.hpp>

#include <gmock/gmock.h>

#include <atomic>
#include <thread>

namespace {

using mkdb::errc;
using mkdb::test::memory_database;
using mkdb::test::object;

class Compaction : public testing::Test {
protected:
    using store_type = memory_database::store;

    std::shared_ptr<store_type> make(mkdb::store_options options = {}, std::uint64_t threshold = 4096) {
        options.partitions = options.partitions == 0 ? 1 : options.partitions;
        options.mode = mkdb::durability::interval;
        return data->create_store("s", std::move(options), {threshold}).value();
    }

    static void put(store_type& store, std::uint64_t id, std::uint64_t number) {
        boost::json::object const fields{{"n", number}, {"pad", std::string(100, 'x')}};
        store.write({.id = "id" + std::to_string(id), .delta = fields}).value();
    }

    /// Every record `rounds` times.
    static void overwrite(store_type& store, std::uint64_t rounds, std::uint64_t records = 100) {
        for (std::uint64_t i = 0; i < rounds * records; ++i) {
            put(store, i % records, i);
        }
    }

    memory_database data;
};

TEST_F(Compaction, WithNothingDeadDoesNothing) {
    auto const store = make();
    EXPECT_EQ(store->compact()->segments_in, 0U);
    overwrite(*store, 1);
    auto const report = store->compact();
    EXPECT_EQ(report->segments_in, 0U);
    EXPECT_EQ(store->statistics().compaction.runs, 0U);
}

TEST_F(Compaction, GivesBackWhatDeadVersionsTakeAndSaysWhatItDid) {
    auto const store = make();
    overwrite(*store, 5);
    auto const before = store->statistics();
    auto const report = store->compact();
    ASSERT_TRUE(report);
    auto const after = store->statistics();
    EXPECT_GT(report->segments_in, 10U);
    EXPECT_LE(report->segments_out, 4U);
    EXPECT_EQ(after.storage.bytes, before.storage.bytes - report->bytes_in + report->bytes_out);
    EXPECT_LT(after.space_amplification(), 1.5);
    EXPECT_GT(before.space_amplification(), 4.0);
    EXPECT_EQ(after.live_bytes, before.live_bytes);
    EXPECT_EQ(after.dead_bytes(), after.storage.bytes - after.live_bytes);
    EXPECT_GT(after.write_amplification(), 1.0);
    EXPECT_EQ(after.compaction.runs, 1U);
    EXPECT_EQ(after.compaction.records_copied, report->records_copied);
    EXPECT_EQ(store->compact()->segments_in, 0U) << "a second one finds nothing";
    for (std::uint64_t i = 0; i < 100; ++i) {
        EXPECT_EQ(object(store->read("id" + std::to_string(i))->json).at("n"), 400 + i);
    }
}

TEST_F(Compaction, LeavesAnswersRevisionsAndOrderAsTheyAreOverARestart) {
    auto store = make();
    overwrite(*store, 3);
    for (std::uint64_t i = 0; i < 100; i += 3) {
        store->erase({.id = "id" + std::to_string(i)}).value();
    }
    auto const query = store->parse_query(object(R"({"filter":{},"limit":0,"hydrate":true})")).value();
    auto const before = store->query(query).value();
    store->compact().value();
    EXPECT_EQ(store->query(query)->records, before.records);
    EXPECT_EQ(store->query(query)->ids, before.ids);
    store.reset();
    data.open();
    store = data->open_store("s", {}, {4096}).value();
    EXPECT_EQ(store->query(query)->records, before.records);
    EXPECT_EQ(store->query(query)->ids, before.ids);
}

TEST_F(Compaction, JoinsManySmallSegments) {
    auto store = make({}, 65536);
    for (std::uint64_t i = 0; i < 12; ++i) {
        put(*store, i, i);
        store.reset();
        data.open();
        store = data->open_store("s", {}, {65536}).value();
    }
    EXPECT_EQ(store->statistics().storage.segments, 12U);
    EXPECT_EQ(store->compact()->segments_out, 1U);
    EXPECT_EQ(store->statistics().storage.segments, 1U);
    EXPECT_EQ(store->size(), 12U);
}

TEST_F(Compaction, UnderUniformOverwritesTheLogStaysWithinTwiceTheRatioOfItsContent) {
    for (double const ratio : {0.1, 0.3, 0.5}) {
        SCOPED_TRACE(ratio);
        memory_database fresh;
        mkdb::store_options options{.partitions = 1, .mode = mkdb::durability::interval};
        options.compaction_dead_ratio = ratio;
        auto const store = fresh->create_store("s", options, {16384}).value();
        std::mt19937_64 chance(7);
        overwrite(*store, 1, 3000);
        double worst = 0;
        for (std::uint64_t i = 0; i < 30000; ++i) {
            put(*store, chance() % 3000, i);
            if (i % 500 == 499) {
                ASSERT_TRUE(store->compact());
                worst = std::max(worst, store->statistics().space_amplification());
            }
        }
        EXPECT_LE(worst, 1 + 2 * ratio);
        RecordProperty("amplification_at_" + std::to_string(ratio).substr(0, 3), std::to_string(worst));
        RecordProperty("writes_at_" + std::to_string(ratio).substr(0, 3),
                       std::to_string(store->statistics().write_amplification()));
    }
}

TEST_F(Compaction, IsRefusedWhilePausedAndGoesOnAfterAsManyResumes) {
    auto const store = make();
    overwrite(*store, 4);
    store->pause_compaction();
    store->pause_compaction();
    EXPECT_TRUE(store->statistics().compaction.paused);
    EXPECT_EQ(store->compact().error().code, errc::cancelled);
    store->resume_compaction();
    EXPECT_EQ(store->compact().error().code, errc::cancelled);
    store->resume_compaction();
    EXPECT_GT(store->compact()->segments_in, 0U);
}

TEST_F(Compaction, OfAClosedStoreIsRefused) {
    auto const store = make();
    store->close().value();
    EXPECT_EQ(store->compact().error().code, errc::closed);
}

TEST_F(Compaction, OfAStorageWithoutDeadBytesIsUnsupported) {
    struct in_memory : mkdb::test::memory_policies {
        using storage = mkdb::storage::memory;
    };
    mkdb::file::memory disk;
    auto const own = mkdb::basic_database<in_memory>::open("/db", {.background_flush = false},
                                                           {disk, data.clock, mkdb::random::seeded(9)})
                         .value();
    EXPECT_EQ(own->create_store("s").value()->compact().error().code, errc::unsupported);
}

TEST_F(Compaction, SettingsThatMakeNoSenseAreRefused) {
    auto const store = make();
    auto wrong = store->options();
    wrong.compaction_dead_ratio = 1.5;
    EXPECT_EQ(store->reconfigure(wrong).error().code, errc::invalid_argument);
    wrong = store->options();
    wrong.compaction_interval = std::chrono::milliseconds(-1);
    EXPECT_EQ(store->reconfigure(wrong).error().code, errc::invalid_argument);
}

TEST_F(Compaction, RunsByItselfWhenItsIntervalIsOver) {
    mkdb::file::memory disk;
    auto const database =
        mkdb::basic_database<mkdb::test::memory_policies>::open("/db", {}, {disk, data.clock, mkdb::random::seeded(9)})
            .value();
    mkdb::store_options options{.partitions = 2};
    options.compaction_interval = std::chrono::milliseconds(1);
    options.compaction_bytes_per_second = std::uint64_t{1} << 30;
    auto const store = database->create_store("s", options, {4096}).value();
    overwrite(*store, 5);
    // A run is counted after what it did can be seen.
    while (store->statistics().compaction.runs == 0 || store->statistics().space_amplification() > 1.6) {
        std::this_thread::yield();
    }
    EXPECT_EQ(store->size(), 100U);
}

TEST_F(Compaction, ReadersWritersAndQueriesNeedNoPause) {
    auto const store = make({.partitions = 2});
    overwrite(*store, 1);
    std::atomic<bool> stop = false;
    std::atomic<std::uint64_t> wrong = 0;
    auto const query = store->parse_query(object(R"({"filter":{},"limit":0,"hydrate":true})")).value();
    std::vector<std::thread> threads;
    for (std::uint64_t own = 0; own < 2; ++own) {
        threads.emplace_back([&, own] {
            for (std::uint64_t i = 0; i < 3000; ++i) {
                put(*store, 2 * (i * 31 % 50) + own, i);
            }
        });
        threads.emplace_back([&] {
            std::vector<std::uint64_t> newest(100);
            for (std::uint64_t i = 0; !stop; ++i) {
                auto const found = store->read("id" + std::to_string(i % 100));
                wrong += found && found->revision >= newest[i % 100] ? 0 : 1;
                newest[i % 100] = found ? found->revision : 0;
            }
        });
    }
    threads.emplace_back([&] {
        while (!stop) {
            auto const page = store->query(query);
            wrong += page && page->records.size() == 100 ? 0 : 1;
        }
    });
    std::uint64_t rewritten = 0;
    for (int round = 0; round < 40; ++round) {
        auto const report = store->compact();
        wrong += report ? 0 : 1;
        rewritten += report ? report->segments_in : 0;
    }
    threads[0].join();
    threads[2].join();
    rewritten += store->compact()->segments_in;
    stop = true;
    threads[1].join();
    threads[3].join();
    threads[4].join();
    EXPECT_EQ(wrong, 0U);
    EXPECT_GT(rewritten, 0U);
}

TEST_F(Compaction, ClosingTheStoreEndsOneThatIsUnderWay) {
    mkdb::store_options slow;
    slow.compaction_bytes_per_second = 1;
    auto const store = make(slow);
    overwrite(*store, 5);
    std::thread compacting([&] {
        auto const done = store->compact();
        EXPECT_EQ(done.error().code, errc::cancelled);
    });
    while (!store->statistics().compaction.running) {
        std::this_thread::yield();
    }
    store->close().value();
    compacting.join();
    data.open();
    auto const again = data->open_store("s", {}, {4096}).value();
    EXPECT_EQ(again->size(), 100U);
    EXPECT_TRUE(again->recovery().front().quarantined.empty());
}

} // namespace
