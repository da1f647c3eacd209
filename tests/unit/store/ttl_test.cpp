#include "support/memory_database.hpp"

#include <gmock/gmock.h>

#include <chrono>

namespace {

using namespace std::chrono_literals;
using mkdb::errc;
using mkdb::test::object;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class TimeToLive : public testing::Test {
protected:
    mkdb::test::memory_database data;
    std::shared_ptr<mkdb::test::memory_database::store> store = data.create("s", options());

    static mkdb::store_options options() {
        mkdb::store_options chosen{.partitions = 2};
        chosen.ttl_field = "until";
        chosen.schema = {{"until", "numeric"}, {"word", "full-text"}};
        return chosen;
    }

    void put(std::string id, std::optional<std::chrono::milliseconds> ttl, std::string const& fields = R"({"n":1})") {
        store->write({.id = std::move(id), .delta = object(fields), .ttl = ttl}).value();
    }

    std::vector<std::string> ids(std::string const& query = "{}") {
        return store->query(store->parse_query(object(query)).value()).value().ids;
    }

    void reopen() {
        store.reset();
        data.open();
        store = data->open_store("s", options()).value();
    }
};

TEST_F(TimeToLive, EndsARecordForEveryReaderAtOnce) {
    put("short", 10s, R"({"word":"steel bolt"})");
    put("long", 60s, R"({"word":"steel nut"})");
    put("kept", std::nullopt, R"({"word":"steel"})");
    data.clock.advance(9999ms);
    EXPECT_EQ(ids().size(), 3U);
    data.clock.advance(1ms);
    EXPECT_EQ(store->read("short").error().code, errc::not_found);
    EXPECT_THAT(ids(), ElementsAre("long", "kept"));
    EXPECT_THAT(ids(R"({"filter":{"word":{"contains":"steel"}},"sort":"until"})"), ElementsAre("long", "kept"));
    EXPECT_THAT(ids(R"({"search":{"text":"bolt","fields":["word"]}})"), IsEmpty());
    EXPECT_THAT(ids(R"({"filter":{"_id":"short"}})"), IsEmpty());
    std::uint64_t scanned = 0;
    ASSERT_TRUE(store->for_each([&](mkdb::record const&) { return ++scanned > 0; }));
    EXPECT_EQ(scanned, 2U);
}

TEST_F(TimeToLive, ARecordThatIsOverIsNoneForAWriteEither) {
    put("a", 1s, R"({"n":1,"old":true})");
    put("b", 1s);
    data.clock.advance(1s);
    EXPECT_EQ(store->write({.id = "a", .delta = {}, .if_revision = 99}).error().code, errc::revision_conflict);
    ASSERT_TRUE(store->write({.id = "a", .delta = object(R"({"n":2})"), .if_revision = 0}));
    EXPECT_EQ(store->read("a")->json, R"({"n":2})") << "nothing of it is left";
    put("c", std::nullopt);
    EXPECT_THAT(ids(), ElementsAre("a", "c")) << "made anew, in the order of their creation";
    EXPECT_TRUE(store->erase({.id = "b"}));
    reopen();
    EXPECT_THAT(ids(), ElementsAre("a", "c"));
    EXPECT_EQ(store->read("a")->json, R"({"n":2})");
}

TEST_F(TimeToLive, IsSetAnewOrTakenBackByALaterWrite) {
    put("longer", 10s);
    put("for ever", 10s);
    put("as it was", 10s);
    data.clock.advance(5s);
    put("longer", 10s);
    put("for ever", 0s);
    put("as it was", std::nullopt);
    data.clock.advance(5s);
    EXPECT_THAT(ids(), ElementsAre("longer", "for ever"));
    EXPECT_EQ(store->read("for ever")->json, R"({"n":1})");
    data.clock.advance(5s);
    EXPECT_THAT(ids(), ElementsAre("for ever"));
}

TEST_F(TimeToLive, WhatIsOverIsDeletedAndTold) {
    for (int i = 0; i < 40; ++i) {
        put("r" + std::to_string(i), i % 2 == 0 ? 1s : 100s);
    }
    std::vector<std::string> gone;
    auto const listening = store->subscribe([&](auto changes) {
        for (auto const& each : changes) {
            EXPECT_EQ(each.what, mkdb::change::kind::erase);
            gone.push_back(each.id);
        }
    });
    EXPECT_EQ(store->reap().value(), 0U);
    data.clock.advance(1s);
    EXPECT_EQ(store->size(), 40U);
    EXPECT_EQ(store->reap().value(), 20U);
    EXPECT_EQ(store->size(), 20U);
    EXPECT_EQ(gone.size(), 20U);
    EXPECT_EQ(store->reap().value(), 0U);
    reopen();
    EXPECT_EQ(store->size(), 20U);
}

TEST_F(TimeToLive, CountsByTheTimeThatPassesAndNotByAClockThatIsSet) {
    put("a", 10s);
    data.clock.step_wall(std::chrono::hours(24 * 3650));
    EXPECT_TRUE(store->read("a"));
    data.clock.step_wall(-std::chrono::hours(24 * 7300));
    data.clock.advance(10s);
    EXPECT_EQ(store->read("a").error().code, errc::not_found);
}

TEST_F(TimeToLive, IsRefusedWhereItMakesNoSense) {
    auto const refused = [&](mkdb::write_request request) { return store->write(std::move(request)).error().message; };
    EXPECT_THAT(refused({.id = "a", .delta = {}, .ttl = -1ms}), HasSubstr("from 0 to 3155760000 seconds"));
    EXPECT_THAT(refused({.id = "a", .delta = {}, .ttl = std::chrono::hours(24 * 36600)}), HasSubstr("100 years"));
    EXPECT_THAT(refused({.id = "a", .delta = {{"until", 1}}, .ttl = 1s}), HasSubstr("'until' set the same"));
    auto const plain = data.create("plain");
    EXPECT_THAT(plain->write({.id = "a", .delta = {}, .ttl = 1s}).error().message, HasSubstr("'ttl_field'"));
    auto wrong = options();
    wrong.schema["until"] = "exact";
    EXPECT_THAT(store->reconfigure(wrong).error().message, HasSubstr("needs an index of kind \"numeric\""));
    EXPECT_THAT(ids(), IsEmpty());
}

TEST_F(TimeToLive, OnlyANumberEndsARecord) {
    data.clock.advance(std::chrono::hours(24 * 365 * 56)); // A time of today, ahead of which small numbers are not.
    for (auto const* value : {"null", R"("1")", "true", "[]", R"(["1",null])", R"({"n":1})", "4102444800000"}) {
        put(value, std::nullopt, std::string(R"({"until":)") + value + "}");
        EXPECT_TRUE(store->read(value)) << value;
    }
    EXPECT_EQ(ids().size(), 7U);
    EXPECT_EQ(store->reap().value(), 0U);
    put("past", std::nullopt, R"({"until":-0.5})");
    EXPECT_EQ(ids().size(), 7U);
    EXPECT_EQ(store->reap().value(), 1U);
}

TEST_F(TimeToLive, TheSmallestNumberOfAListEndsARecord) {
    put("a", std::nullopt, R"({"until":[4102444800000,"x",5000]})");
    put("b", std::nullopt, R"({"until":[4102444800000,6000]})");
    data.clock.advance(4999ms);
    EXPECT_TRUE(store->read("a"));
    EXPECT_EQ(ids().size(), 2U);
    data.clock.advance(1ms);
    EXPECT_EQ(store->read("a").error().code, errc::not_found);
    EXPECT_THAT(ids(), ElementsAre("b"));
    EXPECT_TRUE(store->write({.id = "a", .delta = object(R"({"n":2})"), .if_revision = 0}));
    EXPECT_EQ(store->read("a")->json, R"({"n":2})");
    data.clock.advance(1s);
    EXPECT_EQ(store->reap().value(), 1U);
    EXPECT_EQ(store->size(), 1U);
}

TEST_F(TimeToLive, ASearchFindsNothingThatIsOver) {
    put("kept", std::nullopt, R"({"word":"steel nut"})");
    for (int i = 0; i < 600; ++i) {
        put("r" + std::to_string(i), 1s, R"({"word":"steel bolt"})");
    }
    auto const* const steel = R"({"search":{"text":"steel","fields":["word"]},"limit":0})";
    EXPECT_EQ(ids(steel).size(), 601U);
    data.clock.advance(1s);
    EXPECT_THAT(ids(steel), ElementsAre("kept"));
    EXPECT_THAT(ids(R"({"search":{"text":"steel","fields":["word"]},"limit":10})"), ElementsAre("kept"));
    put("last", 1s, R"({"word":"brass"})");
    data.clock.advance(1s);
    EXPECT_THAT(ids(R"({"search":{"text":"brass","fields":["word"]}})"), IsEmpty())
        << "one hit is sooner checked than the index of ends asked";
}

} // namespace
