#include "support/memory_database.hpp"
#include "support/small_disk.hpp"

#include <gmock/gmock.h>

#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace {

using mkdb::durability;
using mkdb::errc;
using mkdb::testing::small_disk;
using testing::HasSubstr;
using testing::SizeIs;

struct small_disk_policies : mkdb::test::memory_policies {
    using file = small_disk;
};

class FullDisk : public testing::Test {
protected:
    using database = mkdb::basic_database<small_disk_policies>;
    static constexpr std::uint64_t capacity = std::uint64_t{16} << 20;
    static constexpr std::size_t record_bytes = 20000;

    small_disk disk{capacity};
    std::vector<mkdb::event> events;
    std::uint64_t openings = 0;
    std::unique_ptr<database> data = open();

    std::unique_ptr<database> open(std::uint64_t reserve = std::uint64_t{64} << 20) {
        return database::open("/db",
                              {.on_event = [this](mkdb::event const& seen) { events.push_back(seen); },
                               .reserve_bytes = reserve,
                               .background_flush = false},
                              {disk, {}, mkdb::random::seeded(++openings)})
            .value();
    }

    std::shared_ptr<database::store> create(durability mode = durability::sync) {
        return data
            ->create_store("s", {.partitions = 2, .mode = mode, .compaction_interval = {}},
                           {.segment_threshold = std::uint64_t{1} << 20})
            .value();
    }

    static std::string text_of(int n) { return std::string(record_bytes, static_cast<char>('a' + n % 26)); }

    static mkdb::result<mkdb::write_outcome> put(database::store& store, int n) {
        return store.write({.id = "r" + std::to_string(n), .delta = {{"text", text_of(n)}}});
    }

    /// Writes records from `first` on until the disk is full; returns the number of the one that was refused.
    static int fill(database::store& store, int first = 0) {
        for (int n = first;; ++n) {
            auto const written = put(store, n);
            if (!written) {
                EXPECT_EQ(written.error().code, errc::no_space) << written.error().message;
                return n;
            }
        }
    }
};

TEST_F(FullDisk, RefusesWritesAndTakesDeletions) {
    auto const store = create();
    auto const refused = fill(*store);
    EXPECT_GT(refused, 400);
    EXPECT_THAT(put(*store, refused).error().message, HasSubstr("The disk of store 's' is full"));
    EXPECT_EQ(store->read("r0").value().json, R"({"text":")" + text_of(0) + "\"}");
    EXPECT_EQ(store->read("r" + std::to_string(refused)).error().code, errc::not_found);
    for (int n = 0; n < refused; ++n) {
        ASSERT_TRUE(store->erase({.id = "r" + std::to_string(n)})) << n;
    }
    EXPECT_EQ(store->size(), 0U);
}

TEST_F(FullDisk, CompactionMakesRoomAndWritesAreTakenAgain) {
    auto const store = create();
    auto const refused = fill(*store);
    for (int n = 0; n < refused; n += 2) {
        ASSERT_TRUE(store->erase({.id = "r" + std::to_string(n)}));
    }
    EXPECT_EQ(put(*store, refused).error().code, errc::no_space);
    EXPECT_GT(store->compact().value().bytes_in, 0U);
    EXPECT_TRUE(put(*store, refused));
    ASSERT_THAT(events, SizeIs(2));
    EXPECT_THAT(events[0].message, HasSubstr("is full: writes are refused"));
    EXPECT_THAT(events[1].message, HasSubstr("There is room"));
}

TEST_F(FullDisk, StopsCleanlyAndStartsAgain) {
    auto const refused = fill(*create());
    EXPECT_TRUE(data->close());
    data.reset();
    data = open();
    auto const store = data->open_store("s", {}, {.segment_threshold = std::uint64_t{1} << 20}).value();
    EXPECT_EQ(store->size(), static_cast<std::uint64_t>(refused));
    fill(*store, refused);
    EXPECT_TRUE(store->erase({.id = "r0"}));
}

TEST_F(FullDisk, RoundAfterRoundNeedsNoRestart) {
    auto const store = create();
    std::mt19937_64 chance(7);
    std::map<int, bool> there;
    int next = 0;
    for (int round = 0; round < 20; ++round) {
        SCOPED_TRACE("round " + std::to_string(round));
        auto const refused = fill(*store, next);
        for (int n = next; n < refused; ++n) {
            there[n] = true;
        }
        next = refused;
        std::vector<int> victims;
        for (auto const& [n, present] : there) {
            if (chance() % 3 != 0) {
                victims.push_back(n);
            }
        }
        for (auto const n : victims) {
            ASSERT_TRUE(store->erase({.id = "r" + std::to_string(n)}));
            there.erase(n);
        }
        for (auto const& [n, present] : there) {
            ASSERT_TRUE(store->read("r" + std::to_string(n))) << n;
        }
        ASSERT_EQ(store->size(), there.size());
        auto const compacted = store->compact();
        ASSERT_TRUE(compacted) << compacted.error().message;
    }
}

TEST_F(FullDisk, WhatIsBufferedIsNotTakenBeyondWhatCanBeWritten) {
    auto const store = data->create_store("b", {.partitions = 1, .mode = durability::buffered, .max_pending = 10},
                                          {.segment_threshold = std::uint64_t{1} << 20})
                           .value();
    auto const refused = fill(*store);
    EXPECT_EQ(store->read("r" + std::to_string(refused)).error().code, errc::not_found)
        << "a write that was refused is not visible";
    EXPECT_TRUE(data->close()) << "what was taken is written with what was kept for it";
    data.reset();
    data = open();
    auto const again = data->open_store("b").value();
    EXPECT_EQ(again->size(), static_cast<std::uint64_t>(refused));
}

TEST_F(FullDisk, AWriteThatItRefusesLeavesItsValueToOthers) {
    auto const store =
        data->create_store(
                "s", {.partitions = 2, .compaction_interval = {}, .schema = {{"text", "exact"}}, .unique = {"text"}},
                {.segment_threshold = std::uint64_t{1} << 20})
            .value();
    auto const text = [](int n) { return std::to_string(n) + text_of(n); };
    int n = 0;
    while (store->write({.id = "r" + std::to_string(n), .delta = {{"text", text(n)}}})) {
        ++n;
    }
    ASSERT_GT(n, 400);
    for (int gone = 0; gone < n; gone += 2) {
        ASSERT_TRUE(store->erase({.id = "r" + std::to_string(gone)}));
    }
    ASSERT_TRUE(store->compact());
    EXPECT_TRUE(store->write({.id = "other", .delta = {{"text", text(n)}}}));
    EXPECT_EQ(store->write({.id = "another", .delta = {{"text", text(1)}}}).error().code, errc::value_taken);
}

TEST_F(FullDisk, WithoutAReserveNothingIsKept) {
    data.reset();
    data = open(0);
    auto const store = create();
    fill(*store);
    EXPECT_FALSE(disk.exists("/db/RESERVE").value());
    EXPECT_EQ(store->read("r0").value().id, "r0");
}

} // namespace
