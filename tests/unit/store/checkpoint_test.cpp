#include "support/log_driver.hpp"
#include "support/memory_database.hpp"

#include <mkdb/storage/memory.hpp>

#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace {

using mkdb::errc;
using mkdb::test::memory_database;
using mkdb::test::object;
using tree = std::map<std::string, std::string>;

constexpr std::uint64_t small_segment = 1024;

std::string checkpoint_of(std::string const& store, int partition = 0) {
    return "/db/stores/" + store + "/p00" + std::to_string(partition) + "/checkpoint";
}

class Checkpoint : public testing::Test {
protected:
    memory_database data;
    std::shared_ptr<memory_database::store> store;

    static mkdb::store_options options() {
        mkdb::store_options chosen{.partitions = 1};
        chosen.schema = {{"name", "exact"}, {"price", "numeric"}, {"text", "full-text"}};
        return chosen;
    }

    void make(mkdb::store_options const& chosen = options(), std::string const& name = "s") {
        store = data->create_store(name, chosen, {small_segment}).value();
    }

    void put(int number, int price) {
        auto const text = R"({"name":"n)" + std::to_string(number % 7) + R"(","price":)" + std::to_string(price) +
                          R"(,"text":"steel bolts )" + std::to_string(price % 5) + R"("})";
        store->write({.id = "id" + std::to_string(number), .delta = object(text)}).value();
    }

    /// Records that are new, changed, gone, and back again.
    void fill(int from = 0, int count = 40) {
        for (int i = from; i < from + count; ++i) {
            put(i, i * 3);
            if (i % 3 == 0) {
                put(i / 2, i);
            }
            if (i % 5 == 0) {
                store->erase({.id = "id" + std::to_string(i * 2 / 3)}).value();
            }
            if (i % 10 == 0) {
                put(i * 2 / 3, 1);
            }
        }
    }

    /// Everything that a client can ask, in the order in which it is told.
    [[nodiscard]] std::vector<std::string> answers() const {
        std::vector<std::string> all;
        for (auto const* filter :
             {R"({})", R"({"name":"n3"})", R"({"price":{"gt":30}})", R"({"text":{"contains":"bolt"}})",
              R"({"price":{"exists":true},"name":{"in":["n1","n2"]}})", R"({"text":{"contains":"3"}})"}) {
            auto const body = object(std::string(R"({"limit":0,"hydrate":true,"filter":)") + filter + "}");
            auto const page = store->query(store->parse_query(body).value()).value();
            for (auto const& each : page.records) {
                all.push_back(each.id + each.json + std::to_string(each.revision));
            }
            all.push_back(std::to_string(page.total_matches));
        }
        return all;
    }

    [[nodiscard]] tree disk() const { return mkdb::testing::snapshot(data.disk, "/"); }

    /// The process ends as it is, and another finds this on the disk.
    void restart_on(tree const& found, mkdb::store_options const& chosen = options(), std::string const& name = "s") {
        store.reset();
        data.disk = mkdb::testing::tree_of(found);
        data.open();
        auto opened = data->open_store(name, chosen, {small_segment});
        ASSERT_TRUE(opened) << opened.error().message;
        store = *opened;
    }
    void kill() { restart_on(disk()); }
    void close() {
        store.reset();
        data.open();
        store = data->open_store("s", options(), {small_segment}).value();
    }

    /// Rot in the newest version that begins so.
    static void damage_newest(tree& found, std::string const& start) {
        for (auto file = found.rbegin(); file != found.rend(); ++file) {
            auto const at = file->first.find("/segment-") == std::string::npos ? std::string::npos : file->second.rfind(start);
            if (at != std::string::npos) {
                file->second[at + start.size() + 4] ^= 1;
                return;
            }
        }
        FAIL() << "no version begins with " << start;
    }

    /// How many versions opening read from the log.
    [[nodiscard]] std::uint64_t replayed() const { return store->recovery().at(0).records; }
    [[nodiscard]] std::vector<std::string> notes() const { return store->recovery().at(0).notes; }
};

TEST_F(Checkpoint, AfterACleanCloseNothingOfTheLogIsRead) {
    make();
    fill();
    auto const before = answers();
    close();
    EXPECT_EQ(replayed(), 0U);
    EXPECT_THAT(notes(), testing::IsEmpty());
    EXPECT_EQ(answers(), before);
    fill(40, 10);
    auto const changed = answers();
    close();
    EXPECT_EQ(replayed(), 0U);
    EXPECT_EQ(answers(), changed);
}

TEST_F(Checkpoint, AfterAKillTheTailIsRead) {
    make();
    fill();
    ASSERT_TRUE(store->checkpoint());
    kill();
    EXPECT_EQ(replayed(), 0U);
    fill(30, 12);
    auto const before = answers();
    kill();
    EXPECT_GT(replayed(), 0U);
    EXPECT_LT(replayed(), 30U);
    EXPECT_EQ(answers(), before);
}

TEST_F(Checkpoint, AStoreWithoutChangesKeepsItsCheckpoint) {
    make();
    fill();
    close();
    auto const before = disk();
    close();
    EXPECT_EQ(disk(), before);
}

TEST_F(Checkpoint, AnEmptyStoreHasNone) {
    make();
    close();
    EXPECT_FALSE(disk().contains(checkpoint_of("s")));
    put(1, 1);
    close();
    EXPECT_TRUE(disk().contains(checkpoint_of("s")));
    store->erase({.id = "id1"}).value();
    close();
    EXPECT_EQ(store->size(), 0U);
    EXPECT_EQ(replayed(), 0U);
    put(2, 2);
    kill();
    EXPECT_EQ(store->size(), 1U);
}

TEST_F(Checkpoint, LostItIsMadeAnew) {
    make();
    fill();
    auto const before = answers();
    close();
    auto found = disk();
    found.erase(checkpoint_of("s"));
    restart_on(found);
    EXPECT_GT(replayed(), 0U);
    EXPECT_THAT(notes(), testing::IsEmpty());
    EXPECT_EQ(answers(), before);
    close();
    EXPECT_EQ(replayed(), 0U);
}

TEST_F(Checkpoint, AnyDamageIsFoundAndTheLogReadInstead) {
    make();
    fill(0, 6);
    auto const before = answers();
    close();
    auto const whole = disk();
    auto const size = whole.at(checkpoint_of("s")).size();
    for (std::size_t at = 0; at < size; ++at) {
        auto damaged = whole;
        damaged[checkpoint_of("s")][at] ^= static_cast<char>(1 << (at % 8));
        restart_on(damaged);
        ASSERT_EQ(answers(), before) << "byte " << at;
        ASSERT_EQ(notes().size(), 1U) << "byte " << at;
        EXPECT_THAT(notes().front(), testing::HasSubstr("is not used"));
    }
}

TEST_F(Checkpoint, AnyCutIsFoundAndTheLogReadInstead) {
    make();
    fill(0, 6);
    auto const before = answers();
    close();
    auto const whole = disk();
    auto const size = whole.at(checkpoint_of("s")).size();
    for (std::size_t at = 0; at < size; ++at) {
        auto damaged = whole;
        damaged[checkpoint_of("s")].resize(at);
        restart_on(damaged);
        ASSERT_EQ(answers(), before) << "cut at " << at;
        EXPECT_GT(replayed(), 0U);
        EXPECT_EQ(notes().size(), 1U);
    }
    auto longer = whole;
    longer[checkpoint_of("s")] += '\0';
    restart_on(longer);
    EXPECT_GT(replayed(), 0U);
    EXPECT_EQ(answers(), before);
}

TEST_F(Checkpoint, ThatOfAnotherStoreIsIgnored) {
    make(options(), "other");
    fill(100, 20);
    make();
    fill();
    auto const before = answers();
    close();
    auto found = disk();
    ASSERT_TRUE(found.contains(checkpoint_of("other")));
    found[checkpoint_of("s")] = found.at(checkpoint_of("other"));
    restart_on(found);
    EXPECT_EQ(answers(), before);
    EXPECT_GT(replayed(), 0U);
    EXPECT_THAT(notes(), testing::ElementsAre(testing::HasSubstr("another state of the log")));
}

TEST_F(Checkpoint, AnOlderOneServesWithALongerTail) {
    make();
    fill();
    close();
    auto const old = disk().at(checkpoint_of("s"));
    fill(20, 40);
    auto const before = answers();
    close();
    auto found = disk();
    found[checkpoint_of("s")] = old;
    restart_on(found);
    EXPECT_GT(replayed(), 0U);
    EXPECT_THAT(notes(), testing::IsEmpty());
    EXPECT_EQ(answers(), before);
}

TEST_F(Checkpoint, OneOfALaterStateOfTheLogIsIgnored) {
    make();
    fill();
    auto const before = answers();
    close();
    auto earlier = disk();
    fill(40, 40);
    close();
    earlier[checkpoint_of("s")] = disk().at(checkpoint_of("s"));
    restart_on(earlier);
    EXPECT_EQ(answers(), before);
    EXPECT_GT(replayed(), 0U);
}

TEST_F(Checkpoint, CompactionTakesItAway) {
    make();
    fill();
    fill(0, 30);
    ASSERT_TRUE(store->checkpoint());
    auto const stale = disk().at(checkpoint_of("s"));
    auto const before = answers();
    ASSERT_GT(store->compact().value().segments_in, 0U);
    EXPECT_FALSE(disk().contains(checkpoint_of("s")));
    kill();
    EXPECT_EQ(answers(), before);
    EXPECT_GT(replayed(), 0U);
    auto with_stale = disk();
    with_stale[checkpoint_of("s")] = stale;
    restart_on(with_stale);
    EXPECT_EQ(answers(), before);
    EXPECT_EQ(notes().size(), 1U);
    ASSERT_TRUE(store->checkpoint());
    kill();
    EXPECT_EQ(replayed(), 0U);
    EXPECT_EQ(answers(), before);
}

TEST_F(Checkpoint, ServesWhateverBecameOfTheSchema) {
    make();
    fill();
    auto const before = answers();
    close();
    auto const found = disk();
    for (auto const& schema : std::vector<std::map<std::string, std::string>>{
             {},
             {{"name", "exact"}},
             {{"name", "full-text"}, {"price", "exact"}, {"text", "exact"}},
             {{"name", "exact"}, {"price", "numeric"}, {"text", "full-text"}, {"more", "exact"}}}) {
        auto changed = options();
        changed.schema = schema;
        restart_on(found, changed);
        EXPECT_EQ(replayed(), 0U);
        EXPECT_EQ(answers(), before);
        changed.nested_queries = true;
        restart_on(found, changed);
        EXPECT_EQ(replayed(), 0U);
        EXPECT_EQ(answers(), before);
    }
}

TEST_F(Checkpoint, RecordsThatDamageTookStayLost) {
    make();
    fill();
    auto found = disk();
    damage_newest(found, "id1{");
    restart_on(found);
    auto const lost = store->statistics().damaged_records;
    ASSERT_EQ(lost, 1U);
    auto const before = answers();
    close();
    EXPECT_GT(replayed(), 0U) << "the log is read again, since it may have been mended";
    EXPECT_EQ(store->statistics().damaged_records, lost);
    EXPECT_EQ(store->read("id1").error().code, errc::corrupt_record);
    EXPECT_EQ(answers(), before);
    store->erase({.id = "id1"}).value();
    put(1, 5);
    auto const after = answers();
    kill();
    EXPECT_EQ(store->statistics().damaged_records, 0U);
    EXPECT_EQ(answers(), after);
}

TEST_F(Checkpoint, DamageOfARecordBehindItIsStillFoundOnReading) {
    make();
    fill(0, 8);
    close();
    auto found = disk();
    damage_newest(found, "id1{");
    restart_on(found);
    EXPECT_EQ(replayed(), 0U);
    EXPECT_EQ(store->read("id1").error().code, errc::corrupt_record);
    // An index that cannot take out what the row held before is built anew.
    put(2, 77);
    store->erase({.id = "id1"}).value();
    put(1, 78);
    auto const before = answers();
    kill();
    EXPECT_EQ(answers(), before);
}

TEST_F(Checkpoint, WhatIsBufferedIsInIt) {
    auto chosen = options();
    chosen.mode = mkdb::durability::buffered;
    make(chosen);
    fill();
    auto const before = answers();
    ASSERT_TRUE(store->checkpoint());
    restart_on(disk(), chosen);
    EXPECT_EQ(replayed(), 0U);
    EXPECT_EQ(answers(), before);
}

TEST_F(Checkpoint, ManyPartitionsHaveOneEach) {
    auto chosen = options();
    chosen.partitions = 3;
    make(chosen);
    fill(0, 200);
    auto const before = answers();
    close();
    for (int number = 0; number < 3; ++number) {
        EXPECT_TRUE(disk().contains(checkpoint_of("s", number)));
        EXPECT_EQ(store->recovery().at(static_cast<std::size_t>(number)).records, 0U);
    }
    EXPECT_EQ(answers(), before);
}

TEST_F(Checkpoint, AStoreInMemoryAloneIsToldThatItHasNone) {
    struct policies : mkdb::test::memory_policies {
        using storage = mkdb::storage::memory;
    };
    auto other = mkdb::basic_database<policies>::open("/m", {.background_flush = false}, {{}, {}, mkdb::random::seeded(1)}).value();
    auto const kept = other->create_store("s").value();
    EXPECT_EQ(kept->checkpoint().error().code, errc::unsupported);
}

TEST_F(Checkpoint, AClosedStoreWritesNone) {
    make();
    put(1, 1);
    store->close().value();
    EXPECT_EQ(store->checkpoint().error().code, errc::closed);
}

TEST_F(Checkpoint, ADirectoryFullOfHolesIsNumberedAnewInstead) {
    make();
    for (int i = 0; i < 13000; ++i) {
        store->write({.id = "id" + std::to_string(i), .delta = {}, .mode = mkdb::durability::buffered}).value();
    }
    for (int i = 0; i < 13000; ++i) {
        if (i % 1000 != 0) {
            store->erase({.id = "id" + std::to_string(i), .mode = mkdb::durability::buffered}).value();
        }
    }
    auto const before = answers();
    close();
    EXPECT_GT(replayed(), 0U);
    EXPECT_EQ(answers(), before);
    put(1, 1);
    close();
    EXPECT_EQ(replayed(), 0U);
}

} // namespace
