#include "support/checkpoint_fixture.hpp"

#include <mkdb/engine/checkpoint_keeper.hpp>
#include <mkdb/storage/memory.hpp>

#include <gmock/gmock.h>

#include <map>
#include <string>
#include <vector>

namespace {

using mkdb::errc;
using mkdb::test::object;
using mkdb::testing::checkpoint_of;
using testing::HasSubstr;
using testing::Not;

class Checkpoint : public mkdb::testing::checkpoint_fixture {};

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

/// A last batch may be as long as the footer that its segment gets when the batch is carried on.
TEST_F(Checkpoint, AfterAKillNothingIsCalledDamageHoweverLongTheLastBatchIs) {
    make();
    for (std::size_t length = 0; length < 40; ++length) {
        put(1, 1); // A segment of which nothing was sure to be there goes.
        store->write({.id = "id", .delta = {{"x", std::string(length, 'x')}}}).value();
        kill();
        ASSERT_THAT(notes(), testing::IsEmpty()) << length;
    }
}

TEST_F(Checkpoint, WhatAKilledProcessLeftOfOneIsRemoved) {
    make();
    fill();
    ASSERT_TRUE(store->checkpoint());
    auto left = disk();
    left[checkpoint_of("s") + ".new"] = left.at(checkpoint_of("s")).substr(100);
    restart_on(left);
    EXPECT_FALSE(disk().contains(checkpoint_of("s") + ".new"));
    EXPECT_TRUE(disk().contains(checkpoint_of("s")));
    EXPECT_THAT(notes(), testing::IsEmpty());
}

TEST_F(Checkpoint, AStoreWithoutChangesKeepsItsCheckpoint) {
    make();
    fill();
    close();
    auto const before = disk();
    close();
    EXPECT_EQ(disk().at(checkpoint_of("s")), before.at(checkpoint_of("s")));
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

/// Or each opening would build it anew from all records.
TEST_F(Checkpoint, ClosingWritesOneWithTheIndexesMadeSince) {
    auto without = options();
    without.schema.erase("name");
    make(without);
    fill();
    ASSERT_TRUE(store->checkpoint());
    ASSERT_THAT(disk().at(checkpoint_of("s")), Not(HasSubstr("exact/")));
    ASSERT_TRUE(store->reconfigure(options()));
    auto const before = answers();
    close();
    auto const written = disk().at(checkpoint_of("s"));
    EXPECT_THAT(written, HasSubstr("exact/"));
    EXPECT_EQ(answers(), before);
    close();
    EXPECT_EQ(disk().at(checkpoint_of("s")), written);
    ASSERT_TRUE(store->reconfigure(without));
    store.reset();
    data.open();
    EXPECT_EQ(disk().at(checkpoint_of("s")), written) << "an index less is no reason for another";
}

TEST_F(Checkpoint, ClosingWritesOneWithTheIndexesThatOpeningMade) {
    auto without = options();
    without.schema.erase("text");
    make(without);
    fill();
    ASSERT_TRUE(store->checkpoint());
    kill();
    auto const before = answers();
    close();
    EXPECT_THAT(disk().at(checkpoint_of("s")), HasSubstr("full-text/"));
    EXPECT_EQ(answers(), before);
}

/// While a record cannot be read no checkpoint has all indexes: the one that there is spares opening the rest.
TEST_F(Checkpoint, StaysWhenNoneWithTheNewIndexCanBeWritten) {
    auto without = options();
    without.schema.erase("text");
    make(without);
    fill();
    put(3, 4711);
    ASSERT_TRUE(store->checkpoint());
    auto found = disk();
    ASSERT_NO_FATAL_FAILURE(damage_newest(found, R"({"name":"n3","price":4711)"));
    auto const written = found.at(checkpoint_of("s"));
    restart_on(found);
    close();
    EXPECT_EQ(disk().at(checkpoint_of("s")), written);
    EXPECT_EQ(replayed(), 0U);
}

TEST_F(Checkpoint, OneThatWasBegunBeforeAnIndexWasMadeIsNotPutInPlace) {
    mkdb::engine::checkpoint_keeper keeper(data.disk, "/db");
    auto const begun = keeper.begin_capture();
    keeper.outdate();
    auto const put_in_place = [] { return mkdb::result<>(); };
    EXPECT_FALSE(keeper.publish(*begun, 10, 10, put_in_place).value());
    EXPECT_TRUE(keeper.publish(*keeper.begin_capture(), 10, 10, put_in_place).value());
    EXPECT_EQ(keeper.uncovered(12, 12), 2U);
    keeper.outdate();
    EXPECT_EQ(keeper.uncovered(12, 12), 12U);
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
    auto other =
        mkdb::basic_database<policies>::open("/m", {.background_flush = false}, {{}, {}, mkdb::random::seeded(1)})
            .value();
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
