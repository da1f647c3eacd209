#include "support/memory_database.hpp"

#include <mkdb/document/json_schema/compile.hpp>

#include <gmock/gmock.h>

#include <atomic>
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

/// Whoever asks with a schema meets that one, also when it is replaced while the write waits.
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

} // namespace
