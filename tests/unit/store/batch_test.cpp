#include "support/memory_database.hpp"

#include <mkdb/core/hash.hpp>

#include <gmock/gmock.h>

#include <random>
#include <thread>

namespace {

using mkdb::batch_operation;
using mkdb::durability;
using mkdb::erase_request;
using mkdb::errc;
using mkdb::write_request;
using mkdb::test::object;
using testing::ElementsAre;
using testing::HasSubstr;

class Batch : public testing::Test {
protected:
    static constexpr std::uint32_t partitions = 4;

    mkdb::test::memory_database data;
    std::shared_ptr<mkdb::test::memory_database::store> store = make();

    std::shared_ptr<mkdb::test::memory_database::store> make() {
        mkdb::store_options options{.partitions = partitions};
        options.schema = {{"n", "numeric"}};
        return data.create("s", options);
    }

    static batch_operation write(std::string id, int n) {
        return write_request{.id = std::move(id), .delta = {{"n", n}}};
    }

    void reopen() {
        store.reset();
        data.open();
        store = data->open_store("s").value();
    }

    std::vector<std::string> ids(std::string const& query = "{}") {
        return store->query(store->parse_query(object(query)).value()).value().ids;
    }
};

TEST_F(Batch, WritesAndDeletesInAllPartitionsInTheOrderThatWasAsked) {
    ASSERT_TRUE(store->write({.id = "old", .delta = object(R"({"n":1})")}));
    std::vector<batch_operation> asked;
    std::vector<std::string> expected;
    for (int i = 0; i < 50; ++i) {
        expected.push_back("id" + std::to_string(50 - i));
        asked.push_back(write(expected.back(), i));
    }
    asked.emplace_back(erase_request{.id = "old"});
    auto const done = store->batch(asked).value();
    ASSERT_EQ(done.size(), asked.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
        EXPECT_EQ(done[i].id, expected[i]);
        EXPECT_EQ(store->read(expected[i])->revision, done[i].revision);
    }
    EXPECT_EQ(done.back().revision, 0U);
    EXPECT_EQ(ids(), expected);
    EXPECT_THAT(ids(R"({"filter":{"n":{"gte":48}}})"), ElementsAre("id2", "id1"));
    reopen();
    EXPECT_EQ(ids(), expected) << "the order is that of creation, also when all is read again";
}

TEST_F(Batch, LaterOperationsSeeWhatEarlierOnesDid) {
    auto const done = store->batch({write("a", 1), write_request{.id = "a", .delta = object(R"({"m":2})")},
                                    write("b", 3), erase_request{.id = "b"}, erase_request{.id = "never"},
                                    write("c", 4), erase_request{.id = "c"}, write("c", 5)});
    ASSERT_TRUE(done) << done.error().message;
    EXPECT_EQ(store->read("a")->json, R"({"n":1,"m":2})");
    EXPECT_EQ(store->read("b").error().code, errc::not_found);
    EXPECT_EQ(store->read("c")->json, R"({"n":5})");
    EXPECT_EQ(store->size(), 2U);
    auto const conditional = store->batch({write_request{.id = "d", .delta = object("{}"), .if_revision = 0},
                                           write_request{.id = "d", .delta = object("{}"), .if_revision = 0}});
    EXPECT_EQ(conditional.error().code, errc::revision_conflict);
    EXPECT_EQ(store->read("d").error().code, errc::not_found);
}

TEST_F(Batch, IsRefusedAsAWholeAndTellsWhichOperationIsWrong) {
    ASSERT_TRUE(store->write({.id = "kept", .delta = object(R"({"n":1})")}));
    auto const deep = [] {
        boost::json::value inner(1);
        for (int i = 0; i < 70; ++i) {
            inner = boost::json::array{inner};
        }
        return boost::json::object{{"deep", inner}};
    };
    std::vector<std::pair<batch_operation, errc>> const wrong{
        {write_request{.id = "kept", .delta = object("{}"), .if_revision = 99}, errc::revision_conflict},
        {erase_request{.id = "kept", .if_revision = 0}, errc::revision_conflict},
        {erase_request{.id = ""}, errc::invalid_argument},
        {write_request{.id = std::string(300, 'x'), .delta = object("{}")}, errc::invalid_argument},
        {write_request{.id = "deep", .delta = deep()}, errc::limit_exceeded},
    };
    std::uint64_t heard = 0;
    auto const listening = store->subscribe([&](auto changes) { heard += changes.size(); });
    for (auto const& [operation, code] : wrong) {
        auto const refused = store->batch({write("new", 1), write("another", 2), operation, write("z", 2)});
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, code) << refused.error().message;
        EXPECT_THAT(refused.error().message, HasSubstr("(operation 2 of the batch)"));
        EXPECT_THAT(ids(), ElementsAre("kept"));
    }
    EXPECT_EQ(heard, 0U);
    ASSERT_TRUE(store->batch({write("new", 1), erase_request{.id = "kept"}}));
    EXPECT_EQ(heard, 2U);
    reopen();
    EXPECT_THAT(ids(), ElementsAre("new"));
}

TEST_F(Batch, HasLimits) {
    auto const many = store->batch(std::vector<batch_operation>(mkdb::limits::batch_operations + 1, write("a", 1)));
    EXPECT_EQ(many.error().code, errc::limit_exceeded);
    std::vector<batch_operation> large;
    for (int i = 0; i < 9; ++i) {
        large.emplace_back(
            write_request{.id = "large" + std::to_string(i), .delta = {{"text", std::string(8 * 1024 * 1024, 'x')}}});
    }
    EXPECT_EQ(store->batch(large).error().code, errc::limit_exceeded);
    EXPECT_EQ(store->size(), 0U);
    EXPECT_TRUE(store->batch({})->empty());
}

TEST_F(Batch, EndsWithTheFirstOperationThatIsTooMuch) {
    constexpr std::size_t most = 8; // So often the record fits into the limit, but for its name and its braces.
    std::string const text(mkdb::limits::batch_bytes / most, 'x');
    ASSERT_TRUE(store->write({.id = "a", .delta = {{"text", text}}}));
    std::vector<batch_operation> const small(1000, write_request{.id = "a", .delta = {}});
    auto const refused = store->batch(small);
    EXPECT_EQ(refused.error().code, errc::limit_exceeded);
    EXPECT_EQ(refused.error().message,
              "A batch may leave records of at most 67108864 bytes, each counted as often as it "
              "is written (operation 7 of the batch)");
    ASSERT_TRUE(store->write({.id = "a", .delta = object(R"({"text":null})")}));
    EXPECT_TRUE(store->batch(small));
}

TEST_F(Batch, MakesIdsAndTakesWhatIsBufferedAlong) {
    ASSERT_TRUE(store->write({.id = "buffered", .delta = object(R"({"n":1})"), .mode = durability::buffered}));
    auto const done =
        store->batch({write_request{.delta = object("{}")}, write_request{.id = "buffered", .delta = {{"m", 2}}}});
    ASSERT_TRUE(done);
    EXPECT_FALSE(done->front().id.empty());
    EXPECT_EQ(store->read("buffered")->json, R"({"n":1,"m":2})");
    reopen();
    EXPECT_EQ(store->read("buffered")->json, R"({"n":1,"m":2})");
    EXPECT_TRUE(store->read(done->front().id));
}

TEST_F(Batch, BeforeARestartAndAfterwardsIsTheSameWithACheckpointAndWithout) {
    for (bool const checkpoint : {false, true}) {
        ASSERT_TRUE(store->batch({write("a", 1), write("b", 2), write("c", 3), write("d", 4), write("e", 5)}));
        ASSERT_TRUE(store->batch({write("a", 6), erase_request{.id = "b"}}));
        if (checkpoint) {
            ASSERT_TRUE(store->checkpoint());
        }
        reopen();
        EXPECT_EQ(ids().size(), 4U);
        EXPECT_EQ(store->read("a")->json, R"({"n":6})");
        for (auto const& each : store->recovery()) {
            EXPECT_THAT(each.notes, testing::IsEmpty());
        }
    }
}

/// Each thread moves amounts between accounts, with conditions: the sum stays what it was.
TEST_F(Batch, KeepsASumThatManyThreadsMoveAbout) {
    constexpr int accounts = 12;
    for (int i = 0; i < accounts; ++i) {
        ASSERT_TRUE(store->write({.id = "account" + std::to_string(i), .delta = object(R"({"n":100})")}));
    }
    std::vector<std::jthread> crowd;
    for (unsigned worker = 0; worker < 4; ++worker) {
        crowd.emplace_back([&, worker] {
            std::mt19937 chance(worker);
            for (int moved = 0; moved < 150;) {
                auto const from = store->read("account" + std::to_string(chance() % accounts)).value();
                auto const to = store->read("account" + std::to_string(chance() % accounts)).value();
                auto const amount = static_cast<int>(chance() % 9);
                if (from.id == to.id) {
                    continue;
                }
                auto const set = [](mkdb::record const& of, int by) {
                    auto const now = object(of.json).at("n").to_number<int>();
                    return write_request{.id = of.id, .delta = {{"n", now + by}}, .if_revision = of.revision};
                };
                auto const done = store->batch({set(from, -amount), set(to, amount)});
                ASSERT_TRUE(done || done.error().code == errc::revision_conflict) << done.error().message;
                moved += done ? 1 : 0;
            }
        });
    }
    crowd.clear();
    auto const sum = [&] {
        int total = 0;
        static_cast<void>(store->for_each([&](mkdb::record const& each) {
            total += object(each.json).at("n").to_number<int>();
            return true;
        }));
        return total;
    };
    EXPECT_EQ(sum(), accounts * 100);
    reopen();
    EXPECT_EQ(sum(), accounts * 100);
}

} // namespace
