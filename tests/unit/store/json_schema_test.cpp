#include "support/memory_database.hpp"

#include <mkdb/document/json_schema/compile.hpp>

#include <gmock/gmock.h>

#include <atomic>
#include <chrono>
#include <deque>
#include <functional>
#include <optional>
#include <thread>
#include <vector>

namespace {

using mkdb::errc;
using mkdb::test::memory_database;
using mkdb::test::object;

class StoreJsonSchema : public testing::Test {
protected:
    memory_database data;
    std::shared_ptr<memory_database::store> store = data.create("parts", with(R"({
        "properties": {"name": {"type": "string", "minLength": 1}, "size": {"$ref": "#/$defs/size"}},
        "required": ["name"], "additionalProperties": false,
        "$defs": {"size": {"properties": {"mm": {"minimum": 1}}, "required": ["mm"]}}})"));

    static mkdb::store_options with(std::string_view schema, bool nested = false) {
        mkdb::store_options options{.partitions = 4};
        options.nested_queries = nested;
        options.json_schema = mkdb::document::compile_json_schema(object(schema)).value();
        return options;
    }

    static mkdb::store_options options_that_discover() {
        mkdb::store_options options{.partitions = 4};
        options.auto_discover_on_write = true;
        return options;
    }

    std::string refused(std::string id, std::string_view delta) {
        auto const done = store->write({.id = std::move(id), .delta = object(delta)});
        if (!done) {
            EXPECT_EQ(done.error().code, errc::invalid_argument);
        }
        return done ? "" : done.error().message;
    }

    std::string text(std::string_view id) {
        auto const found = store->read(id);
        return found ? found->json : "";
    }
};

TEST_F(StoreJsonSchema, RefusesAWriteThatWouldBreakItAndChangesNothing) {
    EXPECT_EQ(refused("a", R"({"name":"bolt","size":{"mm":8}})"), "");
    EXPECT_EQ(refused("b", R"({"size":{"mm":8}})"), "Record 'b': field 'name': expected a value, found none");
    EXPECT_EQ(refused("a", R"({"size":{"mm":0}})"),
              "Record 'a': field 'size.mm': expected a number of at least 1, found 0");
    EXPECT_EQ(refused("a", R"({"colour":"red"})"), R"(Record 'a': field 'colour': expected none, found "red")");
    EXPECT_EQ(text("a"), R"({"name":"bolt","size":{"mm":8}})");
    EXPECT_EQ(store->size(), 1U);
}

TEST_F(StoreJsonSchema, LooksAtWhatTheMergeLeaves) {
    EXPECT_EQ(refused("a", R"({"name":"bolt"})"), "");
    EXPECT_EQ(refused("a", R"({"size":{"mm":8}})"), "") << "the name is there already";
    EXPECT_EQ(refused("a", R"({"name":null})"), "Record 'a': field 'name': expected a value, found none");
    EXPECT_EQ(refused("a", R"({"size":null})"), "");
    EXPECT_EQ(text("a"), R"({"name":"bolt"})");
}

TEST_F(StoreJsonSchema, TakesPathsOfANestedStoreForWhatTheyMake) {
    store = data.create("nested", with(R"({"properties":{"size":{"properties":{"mm":{"type":"integer"}}},
                                           "size.mm":false}})",
                                       true));
    EXPECT_EQ(refused("a", R"({"size.mm":8,"size.inch":"x"})"), "");
    EXPECT_EQ(refused("a", R"({"size.mm":"x"})"), R"(Record 'a': field 'size.mm': expected an integer, found "x")");
    EXPECT_EQ(text("a"), R"({"size":{"mm":8,"inch":"x"}})");
}

TEST_F(StoreJsonSchema, HoldsForEveryOperationOfABatch) {
    std::vector<mkdb::batch_operation> asked;
    for (int i = 0; i < 20; ++i) {
        asked.emplace_back(mkdb::write_request{.id = "p" + std::to_string(i), .delta = object(R"({"name":"n"})")});
    }
    asked.emplace_back(mkdb::write_request{.id = "p3", .delta = object(R"({"name":""})")});
    auto const done = store->batch(asked);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, errc::invalid_argument);
    EXPECT_EQ(done.error().message,
              "Record 'p3': field 'name': expected at least 1 character, found 0 (operation 20 of the batch)");
    EXPECT_EQ(store->size(), 0U);
    asked.pop_back();
    EXPECT_TRUE(store->batch(asked));
    EXPECT_EQ(store->size(), 20U);
}

TEST_F(StoreJsonSchema, LeavesRecordsFromBeforeAsTheyAreUntilTheyAreWritten) {
    auto options = store->options();
    options.json_schema = {};
    ASSERT_TRUE(store->reconfigure(options));
    EXPECT_EQ(refused("older", R"({"name":5})"), "");
    ASSERT_TRUE(store->reconfigure(with(R"({"properties":{"name":{"type":"string"}}})")));
    EXPECT_EQ(store->options().json_schema.text(), R"({"properties":{"name":{"type":"string"}}})");
    EXPECT_EQ(text("older"), R"({"name":5})");
    EXPECT_EQ(refused("older", R"({"more":1})"), "Record 'older': field 'name': expected a string, found 5");
    EXPECT_EQ(refused("older", R"({"name":"n","more":1})"), "");
    EXPECT_TRUE(store->erase({.id = "older"}));
}

TEST_F(StoreJsonSchema, IsGivenAnewWithEachOpening) {
    EXPECT_EQ(refused("a", R"({"name":"bolt"})"), "");
    store.reset();
    data.open();
    store = data->open_store("parts", with(R"({"maxProperties":1})")).value();
    EXPECT_EQ(text("a"), R"({"name":"bolt"})");
    EXPECT_EQ(refused("a", R"({"more":1})"), "Record 'a': expected at most 1 field, found 2");
    store.reset();
    data.open();
    store = data->open_store("parts").value();
    EXPECT_EQ(refused("a", R"({"more":1})"), "");
}

TEST_F(StoreJsonSchema, IsHeldToBesideOtherRules) {
    auto options = with(R"({"properties":{"n":{"maximum":9}}})");
    options.rules = {{"n", {.type = mkdb::document::value_type::integer}}};
    options.ttl_field = "until";
    options.schema = {{"until", "numeric"}};
    ASSERT_TRUE(store->reconfigure(options));
    EXPECT_EQ(refused("a", R"({"n":10.5})"), "Record 'a': field 'n': expected an integer, found 10.5");
    EXPECT_EQ(refused("a", R"({"n":10})"), "Record 'a': field 'n': expected a number of at most 9, found 10");
    EXPECT_EQ(refused("a", R"({"n":9})"), "");
}

TEST_F(StoreJsonSchema, LeavesNoFieldOfARefusedWriteToBeDiscovered) {
    auto options = options_that_discover();
    options.json_schema =
        mkdb::document::compile_json_schema(object(R"({"properties":{"good":true},"additionalProperties":false})"))
            .value();
    ASSERT_TRUE(store->reconfigure(options));
    EXPECT_NE(refused("a", R"({"bad1":1})"), "");
    EXPECT_FALSE(store->batch({mkdb::write_request{.id = "b", .delta = object(R"({"good":1})")},
                               mkdb::write_request{.id = "c", .delta = object(R"({"bad2":1})")}}));
    std::optional<bool> written;
    auto const handler = [&](auto const& outcome) { written = outcome.has_value(); };
    store->async_write({.id = "d", .delta = object(R"({"bad3":1})")}, handler);
    EXPECT_EQ(written, false);
    EXPECT_THAT(store->options().schema, testing::IsEmpty());

    EXPECT_EQ(refused("a", R"({"good":1})"), "");
    EXPECT_THAT(store->options().schema, testing::ElementsAre(testing::Pair("good", "")));
    ASSERT_TRUE(store->reconfigure(options_that_discover()));
    store->async_write({.id = "d", .delta = object(R"({"later":1})")}, handler);
    EXPECT_EQ(written, true);
    EXPECT_TRUE(store->batch(
        {mkdb::write_request{.id = "e", .delta = object(R"({"last":1})")}, mkdb::erase_request{.id = "d"}}));
    EXPECT_THAT(store->options().schema, testing::ElementsAre(testing::Pair("last", ""), testing::Pair("later", "")));
}

TEST_F(StoreJsonSchema, HoldsForTheFieldThatEndsARecord) {
    auto options = with(R"({"properties":{"n":true},"additionalProperties":false})");
    options.ttl_field = "until";
    options.schema = {{"until", "numeric"}};
    ASSERT_TRUE(store->reconfigure(options));
    auto const ending = [&] {
        return store->write({.id = "a", .delta = object(R"({"n":1})"), .ttl = std::chrono::seconds(1)});
    };
    EXPECT_THAT(ending().error().message, testing::StartsWith("Record 'a': field 'until': expected none, found "));
    EXPECT_EQ(refused("a", R"({"n":1})"), "");
    options.json_schema = with(R"({"required":["n"]})").json_schema;
    ASSERT_TRUE(store->reconfigure(options));
    EXPECT_TRUE(ending());
}

TEST_F(StoreJsonSchema, FindsNothingLeftOfARecordThatIsOver) {
    auto options = with(R"({"required":["n"]})");
    options.ttl_field = "until";
    options.schema = {{"until", "numeric"}};
    ASSERT_TRUE(store->reconfigure(options));
    ASSERT_TRUE(store->write({.id = "a", .delta = object(R"({"n":1})"), .ttl = std::chrono::seconds(1)}));
    EXPECT_EQ(refused("a", R"({"m":1})"), "");
    data.clock.advance(std::chrono::seconds(1));
    EXPECT_EQ(refused("a", R"({"m":2})"), "Record 'a': field 'n': expected a value, found none");
    EXPECT_EQ(refused("a", R"({"n":2})"), "");
    EXPECT_EQ(text("a"), R"({"n":2})");
}

TEST_F(StoreJsonSchema, SaysWhereTheFieldThatTtlSetsComesFrom) {
    auto options = with(R"({"properties":{"n":{"type":"integer"}},"additionalProperties":false})");
    options.ttl_field = "until";
    options.schema = {{"until", "numeric"}};
    ASSERT_TRUE(store->reconfigure(options));
    auto const done = store->write({.id = "a", .delta = object(R"({"n":1})"), .ttl = std::chrono::seconds(1)});
    ASSERT_FALSE(done);
    EXPECT_THAT(done.error().message, testing::MatchesRegex("Record 'a': field 'until': expected none, found [0-9]+ "
                                                            "\\(it is the store's ttl_field, which 'ttl' of a write "
                                                            "sets to when the record ends\\)"));
    EXPECT_EQ(refused("a", R"({"n":"x"})"), "Record 'a': field 'n': expected an integer, found \"x\"");
}

TEST_F(StoreJsonSchema, MeetsNullInsideOfListsAloneInANestedStore) {
    auto const* const schema =
        R"({"properties":{"o":{"properties":{"x":false}},
                          "l":{"items":{"type":["null","object"],"properties":{"x":{"type":"null"}}}}}})";
    auto const* const delta = R"({"o":{"x":null,"y":1},"l":[null,{"x":null}]})";
    ASSERT_TRUE(store->reconfigure(with(schema)));
    EXPECT_EQ(refused("a", delta), "Record 'a': field 'o.x': expected none, found null");
    store = data.create("nested", with(schema, true));
    EXPECT_EQ(refused("a", delta), "");
    EXPECT_EQ(text("a"), R"({"o":{"y":1},"l":[null,{"x":null}]})");
    EXPECT_EQ(refused("a", R"({"l":[{"x":1}]})"), "Record 'a': field 'l[0].x': expected null, found 1");
}

/// Some of what they write keeps both schemas: that is taken whichever is there.
TEST_F(StoreJsonSchema, MayChangeUnderWriters) {
    std::atomic<bool> done = false;
    std::vector<std::jthread> writers;
    std::atomic<int> taken = 0;
    for (int writer = 0; writer < 4; ++writer) {
        writers.emplace_back([&, writer] {
            for (int i = 0; i < 300; ++i) {
                auto const wrote = store->write({.id = std::to_string(writer), .delta = {{"name", std::to_string(i)}}});
                taken += wrote ? 1 : 0;
                if (!wrote) {
                    ASSERT_EQ(wrote.error().code, errc::invalid_argument);
                    ASSERT_EQ(i % 2, 1) << wrote.error().message;
                }
            }
        });
    }
    std::jthread changer([&] {
        for (int i = 0; !done; ++i) {
            ASSERT_TRUE(store->reconfigure(
                with(i % 2 == 0 ? R"({"properties":{"name":{"pattern":"[02468]$"}}})" : R"({"required":["name"]})")));
        }
    });
    writers.clear();
    done = true;
    changer.join();
    EXPECT_GE(taken, 600);
    ASSERT_TRUE(store->reconfigure(with(R"({"maxProperties":0})")));
    EXPECT_EQ(refused("0", "{}"), "Record '0': expected at most 0 fields, found 1");
}

/// Writes that wait until the test lets them go.
class WaitingWrite : public testing::Test {
protected:
    using database = mkdb::basic_database<mkdb::test::memory_policies>;

    mkdb::file::memory disk;
    std::deque<std::function<void()>> tasks;
    std::unique_ptr<database> data =
        database::open("/db",
                       {.executor = [this](std::function<void()> task) { tasks.push_back(std::move(task)); },
                        .background_flush = false},
                       {disk, {}, mkdb::random::seeded(5)})
            .value();
    std::shared_ptr<database::store> store = data->create_store("s", {.partitions = 1}).value();

    void require(std::string_view field) {
        auto options = store->options();
        options.json_schema = mkdb::document::compile_json_schema({{"required", {field}}}).value();
        ASSERT_TRUE(store->reconfigure(options));
    }

    void let_go() {
        while (!tasks.empty()) {
            auto const task = std::move(tasks.front());
            tasks.pop_front();
            task();
        }
    }
};

TEST_F(WaitingWrite, IsHeldToTheSchemaThatWasThereWhenItWasAsked) {
    for (bool const keeps_the_first : {false, true}) {
        require(keeps_the_first ? "a" : "b");
        std::optional<bool> taken;
        auto const handler = [&](auto const& outcome) { taken = outcome.has_value(); };
        store->async_write({.id = "waiting", .delta = object(R"({"a":1})")}, handler);
        require(keeps_the_first ? "b" : "a");
        EXPECT_EQ(taken, std::nullopt) << "it waits";
        let_go();
        EXPECT_EQ(taken, keeps_the_first);
        store->async_write({.id = "later", .delta = object(R"({"a":1})")}, handler);
        let_go();
        EXPECT_EQ(taken, !keeps_the_first);
    }
}

} // namespace
