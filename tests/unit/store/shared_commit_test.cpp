#include "support/memory_database.hpp"

#include <gmock/gmock.h>

#include <deque>
#include <functional>

namespace {

using mkdb::durability;
using mkdb::errc;
using mkdb::test::memory_policies;
using mkdb::test::object;

/// A store whose asynchronous commits wait until the test lets them go, so that they share one.
class SharedCommit : public testing::Test {
protected:
    using database = mkdb::basic_database<memory_policies>;

    mkdb::file::memory disk;
    std::deque<std::function<void()>> tasks;
    std::unique_ptr<database> data = open();
    std::shared_ptr<database::store> store = data->create_store("s", {.partitions = 1}).value();

    std::unique_ptr<database> open() {
        return database::open("/db",
                              {.executor = [this](std::function<void()> task) { tasks.push_back(std::move(task)); },
                               .background_flush = false},
                              {disk, {}, mkdb::random::seeded(3)})
            .value();
    }

    void reopen() {
        store.reset();
        data.reset();
        data = open();
        store = data->open_store("s").value();
    }

    /// Writes and erases "a" in one commit.
    void write_and_erase(durability mode) {
        int answered = 0;
        auto const count = [&](mkdb::result<mkdb::write_outcome> const& done) { answered += done ? 1 : 0; };
        store->async_write({.id = "a", .delta = object(R"({"n":2})"), .mode = mode}, count);
        store->async_erase({.id = "a", .mode = mode}, count);
        ASSERT_EQ(tasks.size(), 1U);
        tasks.front()();
        tasks.clear();
        ASSERT_EQ(answered, 2);
    }
};

TEST_F(SharedCommit, ARecordMadeAndErasedAtOnceLeavesABufferedDeletionInForce) {
    for (auto const mode : {durability::buffered, durability::interval, durability::sync}) {
        ASSERT_TRUE(store->write({.id = "a", .delta = object(R"({"n":1})"), .mode = durability::sync}));
        ASSERT_TRUE(store->erase({.id = "a", .mode = durability::buffered}));
        write_and_erase(mode);
        EXPECT_EQ(store->read("a").error().code, errc::not_found);
        reopen();
        EXPECT_EQ(store->read("a").error().code, errc::not_found) << static_cast<int>(mode);
    }
}

TEST_F(SharedCommit, RecordsOfOneCommitKeepTheOrderOfTheirCreationOverARestart) {
    auto const ignore = [](mkdb::result<mkdb::write_outcome> const& done) { EXPECT_TRUE(done); };
    store->async_erase({.id = "first-named"}, ignore);
    store->async_write({.id = "a", .delta = object("{}")}, ignore);
    store->async_write({.id = "first-named", .delta = object("{}")}, ignore);
    store->async_erase({.id = "a"}, ignore);
    store->async_write({.id = "b", .delta = object("{}")}, ignore);
    store->async_write({.id = "a", .delta = object("{}")}, ignore);
    tasks.front()();
    tasks.clear();
    auto const in_order = testing::ElementsAre("first-named", "b", "a");
    auto const asked = store->parse_query(object("{}")).value();
    EXPECT_THAT(store->query(asked)->ids, in_order);
    reopen();
    EXPECT_EQ(store->recovery().at(0).records, 0U) << "the checkpoint serves";
    EXPECT_THAT(store->query(asked)->ids, in_order);
}

} // namespace
