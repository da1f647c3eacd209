#include <mkdb/cache/record_cache.hpp>
#include <mkdb/clock/manual.hpp>
#include <mkdb/eviction/any_of.hpp>
#include <mkdb/eviction/lfu.hpp>
#include <mkdb/eviction/lru.hpp>
#include <mkdb/eviction/none.hpp>
#include <mkdb/eviction/s3_fifo.hpp>
#include <mkdb/eviction/ttl.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace {

namespace eviction = mkdb::eviction;
using namespace std::chrono_literals;
using any_eviction = eviction::any_of<eviction::lru, eviction::lfu, eviction::ttl, eviction::s3_fifo, eviction::none>;
using record_cache = mkdb::cache::record_cache<any_eviction, mkdb::clock::manual>;
using mkdb::cache::options;

std::shared_ptr<std::string const> text(std::size_t size, char fill = 'x') {
    return std::make_shared<std::string const>(size, fill);
}

options with(std::size_t max_entries, std::string clean_type = "lru") {
    options made;
    made.max_entries = max_entries;
    made.eviction.clean_type = std::move(clean_type);
    return made;
}

options with_bytes(std::uint64_t max_bytes, std::string clean_type = "lru") {
    auto made = with(1, std::move(clean_type));
    made.max_bytes = max_bytes;
    return made;
}

constexpr auto overhead = record_cache::entry_overhead_bytes;

class RecordCache : public testing::Test {
protected:
    mkdb::clock::manual clock;
};

TEST_F(RecordCache, GivesBackTheVersionThatWasPut) {
    record_cache cache(clock, with(10));
    auto const stored = text(5);
    cache.put(1, stored, 42);
    auto const got = cache.get(1);
    ASSERT_TRUE(got.has_value());
    EXPECT_EQ(got->text, stored);
    EXPECT_EQ(got->revision, 42U);
    EXPECT_FALSE(cache.get(2).has_value());
    EXPECT_EQ(cache.stats().hits, 1U);
    EXPECT_EQ(cache.stats().misses, 1U);
}

TEST_F(RecordCache, ANewVersionTakesThePlaceOfTheOldOne) {
    record_cache cache(clock, with(10));
    cache.put(1, text(5), 1);
    cache.put(1, text(7), 2);
    EXPECT_EQ(cache.get(1)->revision, 2U);
    EXPECT_EQ(cache.stats().entries, 1U);
    EXPECT_EQ(cache.stats().estimated_bytes, overhead + 7);
}

TEST_F(RecordCache, ALateReaderDoesNotBringAnOldVersionBack) {
    record_cache cache(clock, with(10));
    cache.put(1, text(7), 2);
    cache.put(1, text(5), 1);
    EXPECT_EQ(cache.get(1)->revision, 2U);
    EXPECT_EQ(cache.get(1)->text->size(), 7U);
}

TEST_F(RecordCache, IsBoundedByEntries) {
    record_cache cache(clock, with(3));
    for (std::uint32_t row = 0; row < 10; ++row) {
        cache.put(row, text(1), 1);
    }
    EXPECT_EQ(cache.stats().entries, 3U);
    EXPECT_EQ(cache.stats().evictions, 7U);
    EXPECT_EQ(cache.stats().max_size, 3U);
    EXPECT_FALSE(cache.get(6).has_value());
    EXPECT_TRUE(cache.get(7).has_value());
}

TEST_F(RecordCache, IsBoundedByBytesWhenToldSo) {
    record_cache cache(clock, with_bytes(10 * (overhead + 100)));
    for (std::uint32_t row = 0; row < 100; ++row) {
        cache.put(row, text(100), 1);
    }
    EXPECT_EQ(cache.stats().entries, 10U);
    EXPECT_EQ(cache.stats().estimated_bytes, 10 * (overhead + 100));
}

TEST_F(RecordCache, ADocumentLargerThanTheBoundDrivesNothingOut) {
    record_cache cache(clock, with_bytes(4 * (overhead + 100)));
    cache.put(1, text(100), 1);
    cache.put(2, text(10000), 1);
    EXPECT_TRUE(cache.get(1).has_value());
    EXPECT_FALSE(cache.get(2).has_value());
    cache.put(1, text(10000), 2);
    EXPECT_FALSE(cache.get(1).has_value()) << "the old version must not stay either";
    EXPECT_EQ(cache.stats().estimated_bytes, 0U);
}

TEST_F(RecordCache, ARowThatGrowsMakesRoomForItself) {
    record_cache cache(clock, with_bytes(3 * (overhead + 100)));
    for (std::uint32_t row = 0; row < 3; ++row) {
        cache.put(row, text(100), 1);
    }
    cache.put(2, text(150), 2);
    EXPECT_FALSE(cache.get(0).has_value());
    EXPECT_TRUE(cache.get(1).has_value());
    EXPECT_TRUE(cache.get(2).has_value());
}

TEST_F(RecordCache, KeepsNothingWhenItsSizeIsZero) {
    record_cache cache(clock, with(0));
    cache.put(1, text(1), 1);
    EXPECT_FALSE(cache.get(1).has_value());
    EXPECT_EQ(cache.stats().entries, 0U);
}

TEST_F(RecordCache, WithoutEvictionItFillsOnce) {
    record_cache cache(clock, with(2, "none"));
    for (std::uint32_t row = 0; row < 5; ++row) {
        cache.put(row, text(1), 1);
    }
    EXPECT_TRUE(cache.get(0).has_value());
    EXPECT_TRUE(cache.get(1).has_value());
    EXPECT_FALSE(cache.get(2).has_value());
}

TEST_F(RecordCache, WithoutEvictionARowThatOutgrowsTheBoundGoesItself) {
    record_cache cache(clock, with_bytes(2 * (overhead + 100), "none"));
    cache.put(0, text(100), 1);
    cache.put(1, text(100), 1);
    cache.put(1, text(150), 2);
    EXPECT_TRUE(cache.get(0).has_value());
    EXPECT_FALSE(cache.get(1).has_value());
}

TEST_F(RecordCache, AReadIsAUseUnlessTheOptionsSayOtherwise) {
    for (bool const counts : {true, false}) {
        auto settings = with(2);
        settings.update_on_access = counts;
        record_cache cache(clock, settings);
        cache.put(1, text(1), 1);
        cache.put(2, text(1), 1);
        (void)cache.get(1);
        cache.put(3, text(1), 1);
        EXPECT_EQ(cache.get(1).has_value(), counts);
    }
}

TEST_F(RecordCache, WhatExpiredIsNotServed) {
    auto settings = with(10, "ttl");
    settings.eviction.ttl = 60s;
    record_cache cache(clock, settings);
    cache.put(1, text(1), 1);
    clock.advance(59s);
    EXPECT_TRUE(cache.get(1).has_value());
    clock.advance(60s);
    EXPECT_FALSE(cache.get(1).has_value());
    EXPECT_EQ(cache.stats().entries, 0U);
    EXPECT_EQ(cache.stats().evictions, 1U);
}

TEST_F(RecordCache, ASweepFreesWhatExpired) {
    auto settings = with(10, "ttl");
    settings.eviction.ttl = 60s;
    record_cache cache(clock, settings);
    auto const stored = text(1);
    cache.put(1, stored, 1);
    clock.advance(60s);
    cache.sweep();
    EXPECT_EQ(stored.use_count(), 1);
}

TEST_F(RecordCache, SteppingTheWallClockExpiresNothing) {
    auto settings = with(10, "ttl");
    settings.eviction.ttl = 60s;
    record_cache cache(clock, settings);
    cache.put(1, text(1), 1);
    clock.step_wall(10 * 365 * 24h);
    EXPECT_TRUE(cache.get(1).has_value());
    clock.step_wall(-20 * 365 * 24h);
    EXPECT_TRUE(cache.get(1).has_value());
}

TEST_F(RecordCache, EraseAndClearForget) {
    record_cache cache(clock, with(10));
    cache.put(1, text(1), 1);
    cache.put(2, text(1), 1);
    cache.erase(1);
    cache.erase(99);
    EXPECT_FALSE(cache.get(1).has_value());
    EXPECT_TRUE(cache.get(2).has_value());
    cache.clear();
    EXPECT_FALSE(cache.get(2).has_value());
    EXPECT_EQ(cache.stats().entries, 0U);
    EXPECT_EQ(cache.stats().estimated_bytes, 0U);
    cache.put(2, text(1), 1);
    EXPECT_TRUE(cache.get(2).has_value());
}

TEST_F(RecordCache, ShrinksToANewBoundByItsOwnOrder) {
    record_cache cache(clock, with(4));
    for (std::uint32_t row = 0; row < 4; ++row) {
        cache.put(row, text(1), 1);
    }
    (void)cache.get(0);
    cache.reconfigure(with(2));
    EXPECT_EQ(cache.stats().entries, 2U);
    EXPECT_TRUE(cache.get(0).has_value());
    EXPECT_TRUE(cache.get(3).has_value());
    cache.reconfigure(with(0));
    EXPECT_EQ(cache.stats().entries, 0U);
}

TEST_F(RecordCache, AnotherModelTakesOverTheOrder) {
    for (auto const* to : {"lfu", "ttl", "s3_fifo"}) {
        record_cache cache(clock, with(3));
        for (std::uint32_t row = 0; row < 3; ++row) {
            cache.put(row, text(1), 1);
        }
        (void)cache.get(0);
        cache.reconfigure(with(3, to));
        EXPECT_EQ(cache.settings().eviction.clean_type, to);
        EXPECT_EQ(cache.stats().entries, 3U) << to;
        cache.put(9, text(1), 1);
        EXPECT_FALSE(cache.get(1).has_value()) << to;
        EXPECT_TRUE(cache.get(0).has_value()) << to;
    }
}

TEST_F(RecordCache, TheBoundHoldsAlsoWhenTheNewModelLetsNothingGo) {
    record_cache cache(clock, with(10));
    for (std::uint32_t row = 0; row < 10; ++row) {
        cache.put(row, text(1), 1);
    }
    cache.reconfigure(with(4, "none"));
    EXPECT_EQ(cache.stats().entries, 4U);
    cache.reconfigure(with(4, "lru"));
    EXPECT_EQ(cache.stats().entries, 4U);
    cache.put(100, text(1), 1);
    EXPECT_TRUE(cache.get(100).has_value());
}

TEST_F(RecordCache, DenseRowsDoNotMakeLaterOnesSlow) {
    // Hot low rows fill the table; rows beyond its size wrap around into them, and must not search through all.
    record_cache cache(clock, with(50000, "lfu"));
    for (std::uint32_t row = 0; row < 50000; ++row) {
        cache.put(row, text(1), 1);
        (void)cache.get(row);
    }
    auto const started = std::chrono::steady_clock::now();
    for (std::uint32_t row = 131072; row < 131072 + 100000; ++row) {
        cache.put(row, text(1), 1);
    }
    EXPECT_LT(std::chrono::steady_clock::now() - started, 2s) << "it takes 0.02 s; with unmixed hashes, 5 s and more";
    EXPECT_TRUE(cache.get(1).has_value());
}

TEST_F(RecordCache, IsSharedByThreads) {
    record_cache cache(clock, with(50, "s3_fifo"));
    std::vector<std::thread> threads;
    for (std::uint32_t worker = 0; worker < 4; ++worker) {
        threads.emplace_back([&, worker] {
            for (std::uint32_t step = 0; step < 20000; ++step) {
                auto const row = (step * 7 + worker * 13) % 200;
                if (auto const got = cache.get(row)) {
                    ASSERT_EQ(got->text->size(), row);
                } else {
                    cache.put(row, text(row), 1);
                }
                if (step % 1000 == 0) {
                    cache.reconfigure(with(step % 2000 == 0 ? 50 : 20, worker % 2 == 0 ? "lru" : "s3_fifo"));
                }
            }
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    EXPECT_LE(cache.stats().entries, 50U);
    EXPECT_EQ(cache.stats().hits + cache.stats().misses, 80000U);
}

} // namespace
