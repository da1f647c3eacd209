// What is over is deleted, whatever else it meets: damage, unique values, names with dots, and many at a time.
#include "support/checkpoint_fixture.hpp"
#include "support/simulation_scheduler.hpp"

#include <thread>

namespace {

using namespace mkdb::testing;
using namespace std::chrono_literals;
using mkdb::errc;
using mkdb::test::object;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

using store_pointer = std::shared_ptr<mkdb::test::memory_database::store>;

mkdb::store_options ending(std::uint32_t partitions = 1) {
    mkdb::store_options chosen{.partitions = partitions};
    chosen.ttl_field = "until";
    chosen.schema = {{"until", "numeric"}};
    return chosen;
}

void put_ending(mkdb::test::memory_database::store& store, std::string id, std::chrono::milliseconds ttl,
                std::string const& fields = "{}") {
    store.write({.id = std::move(id), .delta = object(fields), .ttl = ttl}).value();
}

mkdb::result<std::vector<std::string>> ids_of(mkdb::test::memory_database::store const& store,
                                              std::string const& query = "{}") {
    auto page = store.query(store.parse_query(object(query)).value());
    return page ? mkdb::result<std::vector<std::string>>(std::move(page->ids)) : page.error();
}

class Reaping : public ::testing::Test {
protected:
    mkdb::test::memory_database data;
};

TEST_F(Reaping, GoesOnUntilAllIsDeleted) {
    auto options = ending(2);
    options.mode = mkdb::durability::buffered;
    auto const store = data.create("s", options);
    for (int i = 0; i < 4500; ++i) {
        put_ending(*store, "r" + std::to_string(i), i % 3 == 0 ? 100s : 1s);
    }
    data.clock.advance(1s);
    EXPECT_EQ(store->reap().value(), 3000U);
    EXPECT_EQ(store->size(), 1500U);
    EXPECT_EQ(store->reap().value(), 0U);
}

TEST_F(Reaping, FreesUniqueValues) {
    auto options = ending();
    options.schema["mail"] = "exact";
    options.unique = {"mail"};
    auto const store = data.create("s", options);
    put_ending(*store, "a", 1s, R"({"mail":"m"})");
    data.clock.advance(1s);
    auto const taken = store->write({.id = "b", .delta = object(R"({"mail":"m"})")});
    EXPECT_EQ(taken.error().code, errc::value_taken) << "until it is deleted";
    put_ending(*store, "a", 1s, R"({"mail":"m"})");
    data.clock.advance(1s);
    EXPECT_EQ(store->reap().value(), 1U);
    EXPECT_TRUE(store->write({.id = "b", .delta = object(R"({"mail":"m"})")}));
}

TEST_F(Reaping, KnowsFieldsInsideOfOthers) {
    auto options = ending();
    options.ttl_field = "session.until";
    options.schema = {{"session.until", "numeric"}};
    options.nested_queries = true;
    auto const store = data.create("s", options);
    put_ending(*store, "a", 1s, R"({"session":{"user":"anna"}})");
    put_ending(*store, "b", 1s, R"({"session.user":"ben"})");
    put_ending(*store, "c", 0s, R"({"session":{"user":"cleo"}})");
    EXPECT_EQ(store->read("a")->json, R"({"session":{"user":"anna","until":1000}})");
    EXPECT_EQ(store->read("c")->json, R"({"session":{"user":"cleo"}})");
    for (auto const* const delta :
         {R"({"session":"x"})", R"({"session":null})", R"({"session":{"until":5}})", R"({"session.until":5})",
          R"({"session":{"until":{"n":5}}})", R"({"session.until.n":5})"}) {
        auto const refused = store->write({.id = "a", .delta = object(delta), .ttl = 1s});
        ASSERT_FALSE(refused) << delta;
        EXPECT_EQ(refused.error().code, errc::invalid_argument);
        EXPECT_THAT(refused.error().message, HasSubstr("'session.until' set the same"));
    }
    data.clock.advance(1s);
    EXPECT_THAT(ids_of(*store).value(), ElementsAre("c"));
    EXPECT_EQ(store->reap().value(), 2U);
}

TEST_F(Reaping, TakesADottedNameForAFieldWhereNamesAreNoPaths) {
    auto options = ending();
    options.ttl_field = "session.until";
    options.schema = {{"session.until", "numeric"}};
    auto const store = data.create("s", options);
    put_ending(*store, "a", 1s, R"({"session":{"until":5}})");
    EXPECT_EQ(store->read("a")->json, R"({"session":{"until":5},"session.until":1000})");
    data.clock.advance(1s);
    EXPECT_EQ(store->reap().value(), 1U);
}

TEST_F(Reaping, TheEndStandsOverARestart) {
    auto const store = data.create("s", ending());
    put_ending(*store, "a", 1s);
    put_ending(*store, "b", 10s);
    data.clock.advance(5s);
    data.open();
    auto const again = data->open_store("s", ending()).value();
    EXPECT_THAT(ids_of(*again).value(), ElementsAre("b"));
    EXPECT_EQ(again->reap().value(), 1U);
    data.clock.advance(5s);
    EXPECT_EQ(again->read("b").error().code, errc::not_found);
}

/// The upkeep timer runs when the test says so.
class ReapingByTheTimer : public ::testing::Test {
protected:
    using database = mkdb::test::memory_database::database;

    mkdb::file::memory disk;
    mkdb::clock::manual clock;
    std::shared_ptr<simulated_timer> timer = std::make_shared<simulated_timer>(clock);
    std::unique_ptr<database> data =
        database::open("/db", {.upkeep = timer}, {disk, clock, mkdb::random::seeded(6)}).value();
    store_pointer store;

    void make_ended(int count) {
        auto options = ending();
        options.mode = mkdb::durability::buffered;
        options.compaction_interval = {};
        options.scrub_interval = {};
        options.checkpoint_bytes = 0;
        store = data->create_store("s", options).value();
        for (int i = 0; i < count; ++i) {
            put_ending(*store, "r" + std::to_string(i), 100ms);
        }
    }

    void run_for(std::chrono::milliseconds time) {
        auto const end = clock.monotonic() + time;
        while (timer->run_next(end)) {
        }
        timer->move_to(end);
    }
};

TEST_F(ReapingByTheTimer, LeavesOthersTheirTurn) {
    make_ended(2500);
    run_for(999ms);
    EXPECT_EQ(store->size(), 2500U);
    ASSERT_TRUE(timer->run_next(clock.monotonic() + 1ms));
    EXPECT_EQ(store->size(), 1500U);
    bool had_its_turn = false;
    timer->after(1ms, [&] {
        had_its_turn = true;
        EXPECT_EQ(store->size(), 1500U);
    });
    run_for(50ms);
    EXPECT_TRUE(had_its_turn);
    EXPECT_EQ(store->size(), 0U) << "and does not wait a second for the rest";
}

TEST_F(ReapingByTheTimer, EndsWhenTheStoreIsClosed) {
    make_ended(100);
    std::vector<std::string> gone;
    std::thread closing;
    auto listening = store->subscribe([&](auto changes) {
        for (auto const& each : changes) {
            gone.push_back(each.id);
        }
        if (gone.size() == 1) {
            closing = std::thread([this] { EXPECT_TRUE(store->close()); });
            std::this_thread::sleep_for(100ms); // Most likely it waits for this work then; no more than that counts.
        }
    });
    run_for(1s);
    ASSERT_TRUE(closing.joinable());
    closing.join();
    EXPECT_GE(gone.size(), 1U);
    EXPECT_LT(gone.size(), 100U);
    auto const told = gone.size();
    run_for(5s);
    EXPECT_EQ(gone.size(), told);
}

/// Records in sealed segments without parity, some of them damaged, on a disk that indexes were or were not built from.
class ReapingOfDamage : public checkpoint_fixture {
protected:
    tree whole;

    void make_ending(mkdb::store_options const& chosen, int count = 20) {
        make(chosen);
        for (int i = 0; i < count; ++i) {
            auto const number = std::to_string(i);
            store->write({.id = "id" + number, .delta = object(R"({"name":"n)" + number + R"(","until":1000})")})
                .value();
        }
        store->write({.id = "kept"}).value();
        store.reset();
        data->close().value();
        whole = disk();
        std::erase_if(whole, [](auto const& file) { return file.first.find("/parity-") != std::string::npos; });
    }
};

TEST_F(ReapingOfDamage, DeletesWhatNobodyCanReadWhenAnIndexHasItAsOver) {
    make_ending(ending());
    damage_newest(whole, R"(id7{"name":"n)");
    restart_on(whole, ending());
    ASSERT_EQ(store->read("id7").error().code, errc::corrupt_record);
    EXPECT_EQ(store->reap().value(), 0U) << "it is not over yet";
    data.clock.advance(1s);
    EXPECT_EQ(store->reap().value(), 20U);
    EXPECT_EQ(store->read("id7").error().code, errc::not_found);
    EXPECT_EQ(store->size(), 1U);
    EXPECT_EQ(store->reap().value(), 0U);
}

TEST_F(ReapingOfDamage, ComesToAnEndWhenAThousandCannotBeRead) {
    make_ending(ending(), 1200);
    for (auto& [name, bytes] : whole) {
        for (auto at = bytes.find("{\"name\":"); name.find("/segment-") != std::string::npos && at != bytes.npos;
             at = bytes.find("{\"name\":", at + 1)) {
            bytes[at + 10] ^= 1;
        }
    }
    restart_on(whole, ending());
    data.clock.advance(1s);
    EXPECT_EQ(store->reap().value(), 1200U);
    EXPECT_THAT(ids_of(*store).value(), ElementsAre("kept"));
}

TEST_F(ReapingOfDamage, WhatNoIndexHasReadDisturbsNeitherQueriesNorDeletions) {
    auto plain = ending();
    plain.ttl_field.clear();
    plain.schema.clear();
    make_ending(plain);
    damage_newest(whole, R"(id7{"name":"n)");
    restart_on(whole, ending());
    EXPECT_EQ(ids_of(*store, R"({"limit":0})").value().size(), 21U);
    EXPECT_EQ(
        store->query(store->parse_query(object(R"({"filter":{},"count_only":true})")).value()).value().total_matches,
        21U);
    EXPECT_THAT(ids_of(*store, R"({"filter":{"id":"id3"}})").value(), ElementsAre("id3"));
    EXPECT_EQ(ids_of(*store, R"({"filter":{"name":"n3"}})").error().code, errc::corrupt_record) << "as in any store";
    data.clock.advance(1s);
    EXPECT_EQ(store->reap().value(), 19U);
    EXPECT_THAT(ids_of(*store).value(), ElementsAre("id7", "kept"));
}

} // namespace
