#include "support/memory_database.hpp"

#include <gmock/gmock.h>

#include <set>
#include <thread>

namespace {

using mkdb::durability;
using mkdb::errc;
using mkdb::store_options;
using mkdb::test::memory_database;
using mkdb::test::object;
using testing::ElementsAre;
using testing::HasSubstr;

class Store : public testing::Test {
protected:
    memory_database data;
    std::shared_ptr<memory_database::store> store = data.create("products");

    mkdb::result<mkdb::write_outcome> put(std::string id, std::string_view json) {
        return store->write({.id = std::move(id), .delta = object(json)});
    }
};

TEST_F(Store, ReadsBackExactlyWhatWasWritten) {
    auto const written = put("bolt", R"({"name":"Bolt","price":9.99,"big":18446744073709551615,"one":1.0})");
    ASSERT_TRUE(written);
    auto const read = store->read("bolt");
    ASSERT_TRUE(read);
    EXPECT_EQ(read->json, R"({"name":"Bolt","price":9.99,"big":18446744073709551615,"one":1.0})");
    EXPECT_EQ(read->revision, written->revision);
}

TEST_F(Store, AWriteMergesAndNullRemoves) {
    ASSERT_TRUE(put("bolt", R"({"name":"Bolt","price":9.99})"));
    ASSERT_TRUE(put("bolt", R"({"price":10,"name":null,"colour":"red"})"));
    EXPECT_EQ(object(store->read("bolt")->json), object(R"({"price":10,"colour":"red"})"));
}

TEST_F(Store, AMissingRecordIsNamedInTheError) {
    auto const missing = store->read("nobody");
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code, errc::not_found);
    EXPECT_EQ(missing.error().message, "Record 'nobody' not found in store 'products'");
}

TEST_F(Store, DeletingWhatIsNotThereSucceeds) {
    EXPECT_TRUE(store->erase({.id = "nobody"}));
    ASSERT_TRUE(put("bolt", "{}"));
    EXPECT_TRUE(store->erase({.id = "bolt"}));
    EXPECT_EQ(store->read("bolt").error().code, errc::not_found);
    EXPECT_EQ(store->size(), 0U);
}

TEST_F(Store, AConditionalWriteHappensOnlyAtItsRevision) {
    auto const created = store->write({.id = "bolt", .delta = object("{\"n\":1}"), .if_revision = 0});
    ASSERT_TRUE(created);
    auto const again = store->write({.id = "bolt", .delta = object("{\"n\":2}"), .if_revision = 0});
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, errc::revision_conflict);
    EXPECT_THAT(again.error().message, HasSubstr("Revision conflict: "));
    EXPECT_TRUE(store->write({.id = "bolt", .delta = object("{\"n\":3}"), .if_revision = created->revision}));
    EXPECT_EQ(store->read("bolt")->json, "{\"n\":3}");
    EXPECT_FALSE(store->erase({.id = "bolt", .if_revision = created->revision}));
}

TEST_F(Store, RefusesIdsOutOfBoundsAndChangesNothing) {
    EXPECT_EQ(put(std::string(257, 'x'), "{}").error().code, errc::invalid_argument);
    EXPECT_EQ(put("a\nb", "{}").error().code, errc::invalid_argument);
    EXPECT_EQ(put("\xFF", "{}").error().code, errc::invalid_argument);
    EXPECT_EQ(store->size(), 0U);
}

TEST_F(Store, MakesDistinctIdsOfTheWantedShape) {
    std::set<std::string> ids;
    for (int i = 0; i < 1000; ++i) {
        auto const id = store->generate_id();
        ASSERT_TRUE(id);
        EXPECT_EQ(id->size(), 16U);
        EXPECT_TRUE(ids.insert(*id).second);
    }
    EXPECT_EQ(store->size(), 0U);
}

TEST_F(Store, ExhaustedIdsGrowOnlyWhenAllowed) {
    auto options = store->options();
    options.ids = {.characters = "ab", .length = 2, .auto_expand = false};
    ASSERT_TRUE(store->reconfigure(options));
    std::set<std::string> ids;
    for (int i = 0; i < 4; ++i) {
        ids.insert(store->insert({})->id);
    }
    EXPECT_THAT(ids, ElementsAre("aa", "ab", "ba", "bb"));
    EXPECT_EQ(store->insert({}).error().code, errc::limit_exceeded);
    options.ids.auto_expand = true;
    ASSERT_TRUE(store->reconfigure(options));
    EXPECT_EQ(store->insert({})->id.size(), 3U);
}

TEST_F(Store, TellsSubscribersOfEveryChangeInOrder) {
    std::vector<mkdb::change> seen;
    auto const held = store->subscribe([&](auto changes) { seen.insert(seen.end(), changes.begin(), changes.end()); });
    auto const first = put("a", "{}")->revision;
    auto const second = put("b", "{}")->revision;
    ASSERT_TRUE(store->erase({.id = "a"}));
    ASSERT_EQ(seen.size(), 3U);
    EXPECT_EQ(seen[0], (mkdb::change{first, "a", mkdb::change::kind::write}));
    EXPECT_EQ(seen[1], (mkdb::change{second, "b", mkdb::change::kind::write}));
    EXPECT_EQ(seen[2].what, mkdb::change::kind::erase);
    EXPECT_GT(seen[2].sequence, second);
}

TEST_F(Store, QueriesWhatWasWritten) {
    for (int i = 0; i < 20; ++i) {
        ASSERT_TRUE(put("p" + std::to_string(i), "{\"n\":" + std::to_string(i) + "}"));
    }
    auto const request =
        store->parse_query(object(R"({"filter":{"n":{"gte":15}},"sort":"-n","limit":2,"hydrate":true})"));
    ASSERT_TRUE(request);
    auto const page = store->query(*request);
    ASSERT_TRUE(page);
    EXPECT_EQ(page->total_matches, 5U);
    EXPECT_THAT(page->ids, ElementsAre("p19", "p18"));
    EXPECT_EQ(page->records[0].json, "{\"n\":19}");
}

TEST_F(Store, AnUnsortedAnswerIsInOrderOfCreationAcrossPartitions) {
    std::vector<std::string> created;
    for (int i = 0; i < 50; ++i) {
        created.push_back(store->insert({{"n", i}})->id);
    }
    ASSERT_TRUE(put(created[3], R"({"n":-1})"));
    auto const page = store->query(*store->parse_query(object(R"({"filter":{},"limit":0})")));
    ASSERT_TRUE(page);
    EXPECT_EQ(page->ids, created);
    auto const part = store->query(*store->parse_query(object(R"({"filter":{},"limit":5,"offset":7})")));
    EXPECT_EQ(part->ids, std::vector(created.begin() + 7, created.begin() + 12));
    EXPECT_EQ(part->total_matches, 50U);
}

TEST_F(Store, AQueryOverItsTimeLimitSaysSo) {
    for (int i = 0; i < 200; ++i) {
        ASSERT_TRUE(store->insert({{"n", i}}));
    }
    auto const request = *store->parse_query(object(R"({"filter":{"n":{"gt":5}}})"));
    auto const answer = store->query(request, {.time_limit = std::chrono::milliseconds(7), .cancelled = [&] {
                                                   data.clock.advance(std::chrono::milliseconds(10));
                                                   return false;
                                               }});
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, errc::query_timeout);
    EXPECT_EQ(answer.error().message, "Query exceeded hard limit of 7 ms");
    auto const gone = store->query(request, {.cancelled = [] { return true; }});
    EXPECT_EQ(gone.error().code, errc::cancelled);
}

TEST_F(Store, AQueryLooksAtItsTimeAfterALargeRecordToo) {
    for (int i = 0; i < 3; ++i) {
        ASSERT_TRUE(store->insert({{"text", std::string(100'000, 'x')}}));
    }
    auto const answer = store->query(*store->parse_query(object(R"({"filter":{"text":{"prefix":"y"}}})")),
                                     {.time_limit = std::chrono::milliseconds(35), .cancelled = [&] {
                                          data.clock.advance(std::chrono::milliseconds(10));
                                          return false;
                                      }});
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, errc::query_timeout);
}

TEST_F(Store, AnUnknownIndexKindIsRefusedAndChangesNothing) {
    auto options = store->options();
    options.schema["name"] = "geo";
    auto const refused = store->reconfigure(options);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, errc::unsupported);
    EXPECT_THAT(store->options().schema, testing::IsEmpty());
}

TEST_F(Store, RefusesAWriteThatBreaksARuleAndChangesNothing) {
    ASSERT_TRUE(put("a", R"({"name":"x","price":1})"));
    ASSERT_TRUE(put("older", R"({"price":"cheap"})"));
    auto options = store->options();
    options.rules = {{"name", {.required = true}}, {"price", {.type = mkdb::document::value_type::number}}};
    ASSERT_TRUE(store->reconfigure(options));
    auto const refused = [&](std::string const& id, std::string const& delta) {
        auto const done = put(id, delta);
        return done ? "" : done.error().message;
    };
    EXPECT_EQ(refused("a", R"({"price":"dear"})"), R"(Record 'a': field 'price': expected a number, found "dear")");
    EXPECT_EQ(refused("a", R"({"name":null})"), "Record 'a': field 'name': expected a value, found none");
    EXPECT_EQ(refused("new", R"({"price":2})"), "Record 'new': field 'name': expected a value, found none");
    EXPECT_EQ(object(store->read("a")->json), object(R"({"name":"x","price":1})"));
    EXPECT_EQ(store->read("new").error().code, errc::not_found);
    EXPECT_EQ(refused("a", R"({"price":3})"), "");
    EXPECT_EQ(object(store->read("older")->json), object(R"({"price":"cheap"})"));
    EXPECT_EQ(refused("older", R"({"name":"o"})"),
              R"(Record 'older': field 'price': expected a number, found "cheap")");
    EXPECT_TRUE(store->erase({.id = "older"}));
}

TEST_F(Store, DiscoversFieldsOnDemandAndOnWrite) {
    ASSERT_TRUE(put("a", R"({"name":"x","price":1})"));
    EXPECT_THAT(*store->discover_fields(), ElementsAre("name", "price"));
    EXPECT_THAT(*store->discover_fields(), ElementsAre());
    auto options = store->options();
    options.auto_discover_on_write = true;
    ASSERT_TRUE(store->reconfigure(options));
    ASSERT_TRUE(put("a", R"({"colour":"red"})"));
    EXPECT_TRUE(store->options().schema.contains("colour"));
}

TEST_F(Store, ManyWritersLoseNothing) {
    std::vector<std::jthread> writers;
    for (int writer = 0; writer < 6; ++writer) {
        writers.emplace_back([&, writer] {
            for (int i = 0; i < 500; ++i) {
                ASSERT_TRUE(put("w" + std::to_string(writer) + "-" + std::to_string(i % 100),
                                "{\"f" + std::to_string(i / 100) + "\":" + std::to_string(i) + "}"));
            }
        });
    }
    writers.clear();
    EXPECT_EQ(store->size(), 600U);
    EXPECT_EQ(object(store->read("w3-42")->json), object(R"({"f0":42,"f1":142,"f2":242,"f3":342,"f4":442})"));
}

} // namespace
