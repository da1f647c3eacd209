#include "support/data_plane.hpp"

#include <mkdb/service/data_service.hpp>

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace {

using namespace mkdb;
using service::action;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;

struct DataService : ::testing::Test, mkdb::testing::data_plane_fixture {
    service::caller reader{"", false, true, false, "10.0.0.1"};
    service::caller writer{"anna", true, true, true, "10.0.0.1"};

    service::answer ask(action what, std::string const& fields, service::caller const& who) {
        std::optional<service::answer> answered;
        actions.handle({what, boost::json::parse(fields).as_object()}, who,
                       [&](service::answer got) { answered = std::move(got); });
        EXPECT_TRUE(answered);
        return *std::move(answered);
    }
    std::string data(action what, std::string const& fields) { return *ask(what, fields, writer).data; }
    error failure(action what, std::string const& fields) { return ask(what, fields, writer).data.error(); }
};

TEST_F(DataService, AnswersAPing) {
    EXPECT_EQ(data(action::ping, "{}"), "\"pong\"");
}

TEST_F(DataService, ReadsARecordWithItsIdInFrontAndTheRevisionBeside) {
    auto const answered = ask(action::read, R"({"store":"products","record_id":"bolt"})", reader);
    EXPECT_EQ(*answered.data, R"({"_id":"bolt","price":2.5,"name":"Bolt"})");
    EXPECT_EQ(answered.revision, 7U);
}

TEST_F(DataService, ShowsTheRevisionInARecordOnlyWhenAsked) {
    EXPECT_EQ(data(action::read, R"({"store":"products","record_id":"bolt","with_revision":true})"),
              R"({"_id":"bolt","_rev":7,"price":2.5,"name":"Bolt"})");
}

TEST_F(DataService, ReadsARecordWithoutFields) {
    products->put("empty", "{}");
    EXPECT_EQ(data(action::read, R"({"store":"products","record_id":"empty"})"), R"({"_id":"empty"})");
}

TEST_F(DataService, EscapesIds) {
    products->put("a\"b", R"({"x":1})");
    EXPECT_EQ(data(action::read, R"({"store":"products","record_id":"a\"b"})"), R"({"_id":"a\"b","x":1})");
}

TEST_F(DataService, WritesAndTellsTheRevision) {
    auto const answered = ask(action::write, R"({"store":"products","record_id":"bolt","delta":{"price":3}})", writer);
    EXPECT_EQ(*answered.data, R"({"record_id":"bolt"})");
    EXPECT_EQ(answered.revision, 8U);
}

TEST_F(DataService, MakesAnIdForAWriteWithout) {
    for (auto const* const fields :
         {R"({"store":"products","delta":{}})", R"({"store":"products","record_id":"","delta":{}})",
          R"({"store":"products","record_id":null,"delta":{}})"}) {
        EXPECT_THAT(data(action::write, fields), HasSubstr(R"({"record_id":"generated)"));
    }
}

TEST_F(DataService, AnswersAWriteWhenItIsCommitted) {
    products->hold_commits();
    auto answered = false;
    actions.handle(
        {action::write, boost::json::parse(R"({"store":"products","record_id":"a","delta":{}})").as_object()}, writer,
        [&](service::answer) { answered = true; });
    EXPECT_FALSE(answered);
    products->commit_held();
    EXPECT_TRUE(answered);
}

TEST_F(DataService, PassesOnTheDurabilityOfAWriteAndADelete) {
    ask(action::write, R"({"store":"products","record_id":"a","delta":{},"durability":"buffered"})", writer);
    EXPECT_EQ(products->last_mode, durability::buffered);
    ask(action::erase, R"({"store":"products","record_id":"a","durability":"sync"})", writer);
    EXPECT_EQ(products->last_mode, durability::sync);
    ask(action::erase, R"({"store":"products","record_id":"a"})", writer);
    EXPECT_EQ(products->last_mode, std::nullopt);
}

TEST_F(DataService, PassesOnHowLongARecordIsToLive) {
    ask(action::write, R"({"store":"products","delta":{},"ttl":1.5})", writer);
    EXPECT_EQ(products->last_ttl, std::chrono::milliseconds(1500));
    ask(action::write, R"({"store":"products","delta":{},"ttl":null})", writer);
    EXPECT_EQ(products->last_ttl, std::nullopt);
}

TEST_F(DataService, RefusesAWriteAtAnotherRevision) {
    auto const refused =
        failure(action::write, R"({"store":"products","record_id":"bolt","delta":{},"if_revision":6})");
    EXPECT_EQ(refused.code, errc::revision_conflict);
    EXPECT_EQ(refused.message, "Revision conflict: the record is at revision 7");
    EXPECT_EQ(failure(action::write, R"({"store":"products","record_id":"bolt","delta":{},"if_revision":0})").code,
              errc::revision_conflict);
    EXPECT_EQ(failure(action::erase, R"({"store":"products","record_id":"bolt","if_revision":6})").code,
              errc::revision_conflict);
}

TEST_F(DataService, DeletesWhetherThereIsARecordOrNot) {
    EXPECT_EQ(data(action::erase, R"({"store":"products","record_id":"bolt"})"), R"({"record_id":"bolt"})");
    EXPECT_EQ(data(action::erase, R"({"store":"products","record_id":"bolt"})"), R"({"record_id":"bolt"})");
    EXPECT_EQ(products->size(), 0U);
}

TEST_F(DataService, AnswersABatchWithItsIdsAndRevisionsInOrder) {
    EXPECT_EQ(data(action::batch, R"({"store":"products","operations":[{"op":"delete","record_id":"none"},
        {"op":"write","record_id":"bolt","delta":{},"if_revision":7},{"op":"write","delta":{}}]})"),
              R"({"record_ids":["none","bolt","generated1"],"revisions":[0,8,1]})");
    EXPECT_EQ(data(action::batch, R"({"store":"products","operations":[]})"), R"({"record_ids":[],"revisions":[]})");
}

TEST_F(DataService, PassesOnEveryPartOfAQueryAndSaysWhereTheNextPageBegins) {
    products->next_cursor = "\"here\"";
    products->aggregate = boost::json::object{{"n", 1}};
    EXPECT_THAT(data(action::query, R"({"store":"products","filter":{},"sort":"a","limit":1,"offset":2,"hydrate":false,
                                        "fields":["a"],"cursor":"c","count_only":false,"aggregate":{},"type":"request","id":"1"})"),
                HasSubstr(R"("ids":["bolt"],"aggregate":{"n":1},"next_cursor":"\"here\"","duration_ms":)"));
    EXPECT_EQ(mkdb::document::to_json(products->asked()),
              R"({"filter":{},"sort":"a","limit":1,"offset":2,"hydrate":false,"fields":["a"],"cursor":"c",)"
              R"("count_only":false,"aggregate":{}})");
}

TEST_F(DataService, AnswersAQueryWithIdsOrRecords) {
    EXPECT_THAT(data(action::query, R"({"store":"products","filter":{}})"),
                MatchesRegex(R"(\{"count":1,"total_matches":1,"ids":\["bolt"\],"duration_ms":[0-9]+\.[0-9]{3}\})"));
    EXPECT_THAT(data(action::query, R"({"store":"products","hydrate":true})"),
                HasSubstr(R"("records":[{"_id":"bolt","price":2.5,"name":"Bolt"}],"duration_ms":)"));
    EXPECT_THAT(data(action::query, R"({"store":"products","hydrate":true,"with_revision":true})"),
                HasSubstr(R"("records":[{"_id":"bolt","_rev":7,"price")"));
}

TEST_F(DataService, AnswersASearchWithScoresAndHighlightsBesideIdsOrRecords) {
    products->scores = std::vector<double>{1.5};
    products->highlights = boost::json::array{boost::json::object{{"name", boost::json::array{}}}};
    EXPECT_THAT(data(action::query, R"({"store":"products","filter":{}})"),
                HasSubstr(R"("ids":["bolt"],"scores":[1.5],"highlights":[{"name":[]}],"duration_ms":)"));
    EXPECT_THAT(data(action::query, R"({"store":"products","filter":{},"hydrate":true})"),
                HasSubstr(R"("name":"Bolt"}],"scores":[1.5],"highlights":[{"name":[]}],"duration_ms":)"));
}

TEST_F(DataService, ExplainsAQuery) {
    EXPECT_EQ(data(action::explain, R"({"store":"products","filter":{},"sort":"a"})"),
              R"({"plan":{"op":"everything"},"order":"created","records":0,"candidates":0,"records_read":0,)"
              R"("total_matches":1,"planning_ms":0.0,"selecting_ms":0.0,"reading_ms":0.0,"duration_ms":0.0})");
    EXPECT_EQ(mkdb::document::to_json(products->asked()), R"({"filter":{},"sort":"a"})");
    EXPECT_EQ(failure(action::explain, R"({"store":"products","filter":{"bad":1}})").message,
              "Query syntax error: unknown operator");
}

TEST_F(DataService, RunsQueriesWhereItIsTold) {
    std::vector<service::task> waiting;
    service::data_service<mkdb::testing::fake_database> deferred(
        database, access, metrics, {[&](service::task work) { waiting.push_back(std::move(work)); }});
    auto answers = 0;
    deferred.handle({action::query, {{"store", "products"}}}, reader, [&](service::answer) { ++answers; });
    deferred.handle({action::read, {{"store", "products"}, {"record_id", "bolt"}}}, reader,
                    [&](service::answer) { ++answers; });
    EXPECT_EQ(answers, 1);
    ASSERT_EQ(waiting.size(), 1U);
    waiting.front()();
    EXPECT_EQ(answers, 2);
    EXPECT_THAT(metrics.queries(), ElementsAre(R"({"filter":{}})"));
}

TEST_F(DataService, RefusesAnAnswerOverTheLimit) {
    service::data_service<mkdb::testing::fake_database> small(database, access, metrics, {{}, 100});
    products->put("big", R"({"t":")" + std::string(200, 'x') + R"("})");
    std::optional<service::answer> answered;
    small.handle({action::query, {{"store", "products"}, {"hydrate", true}}}, reader,
                 [&](service::answer got) { answered = std::move(got); });
    EXPECT_THAT(answered->data.error().message,
                MatchesRegex(R"(Response too large \([0-9]+ bytes > 100 byte limit\)\. )"
                             R"(Use hydrate=False or apply more specific filters\.)"));
}

TEST_F(DataService, CountsHighlightsAgainstTheLimitOfAnAnswer) {
    service::data_service<mkdb::testing::fake_database> small(database, access, metrics, {{}, 1000});
    auto const answered = [&] {
        std::optional<service::answer> got;
        small.handle({action::query, {{"store", "products"}}}, reader,
                     [&](service::answer each) { got = std::move(each); });
        return got->data.has_value();
    };
    EXPECT_TRUE(answered());
    products->highlights = boost::json::array{boost::json::object{{"name", std::string(1000, 'x')}}};
    EXPECT_FALSE(answered());
}

TEST_F(DataService, RefusesWhatStandsInPlaceOfAFilter) {
    auto const failed = failure(action::query, R"({"store":"products","fliter":{"a":1}})");
    EXPECT_EQ(failed.code, errc::query_syntax);
    EXPECT_EQ(failed.message, "Query syntax error: 'fliter' is no part of a request, and there is no 'filter'");
}

TEST_F(DataService, PassesOnAQueryTimeout) {
    products->query_failure = fail(errc::query_timeout, "Query exceeded hard limit of 5 ms");
    for (auto const asked : {action::query, action::explain}) {
        auto const failed = failure(asked, R"({"store":"products","filter":{}})");
        EXPECT_EQ(failed.code, errc::query_timeout);
        EXPECT_EQ(failed.message, "Query exceeded hard limit of 5 ms");
    }
}

TEST_F(DataService, ListsTheStoresThatTheCallerMayRead) {
    static_cast<void>(database.create_store("orders", {}));
    static_cast<void>(database.create_store("__auth__", {}));
    EXPECT_EQ(*ask(action::list_stores, "{}", reader).data,
              R"([{"name":"orders","record_count":0},{"name":"products","record_count":1}])");
    access.protect_reads = true;
    access.users["anna"] = {"secret", {"orders"}, {}};
    EXPECT_EQ(*ask(action::list_stores, "{}", writer).data, R"([{"name":"orders","record_count":0}])");
}

TEST_F(DataService, MakesIdsForWhoeverMayReadOrWrite) {
    service::caller const only_writes{"anna", true, false, true, {}};
    EXPECT_THAT(*ask(action::generate_id, R"({"store":"products"})", only_writes).data, HasSubstr("generated"));
    EXPECT_THAT(*ask(action::generate_id, R"({"store":"products"})", reader).data, HasSubstr("generated"));
    EXPECT_EQ(products->size(), 1U);
}

TEST_F(DataService, MakesTheAuthStoreOnTheFirstWriteOnly) {
    EXPECT_EQ(failure(action::read, R"({"store":"__auth__","record_id":"a"})").message, "Store '__auth__' not found");
    EXPECT_EQ(failure(action::write, R"({"store":"__auth__","record_id":"a","delta":1})").message,
              "'delta' must be a JSON object");
    EXPECT_EQ(database.find_store("__auth__"), nullptr);
    EXPECT_EQ(data(action::write, R"({"store":"__auth__","record_id":"a","delta":{}})"), R"({"record_id":"a"})");
    EXPECT_EQ(data(action::read, R"({"store":"__auth__","record_id":"a"})"), R"({"_id":"a"})");
    EXPECT_EQ(ask(action::read, R"({"store":"__auth__","record_id":"a"})", reader).data.error().message,
              "No access to store '__auth__'");
}

struct wording {
    action what;
    char const* fields;
    char const* message;
};

TEST_F(DataService, RefusesInTheWordsOfTheProtocol) {
    for (auto const& row : std::vector<wording>{
             {action::read, R"({"record_id":"a"})", "'store' is required"},
             {action::read, R"({"store":"","record_id":"a"})", "'store' is required"},
             {action::read, R"({"store":5,"record_id":"a"})", "'store' must be a string"},
             {action::read, R"({"store":"none","record_id":"a"})", "Store 'none' not found"},
             {action::read, R"({"store":"products"})", "Missing 'record_id'"},
             {action::read, R"({"store":"products","record_id":""})", "Missing 'record_id'"},
             {action::read, R"({"store":"products","record_id":7})", "'record_id' must be a string"},
             {action::read, R"({"store":"products","record_id":"x"})", "Record 'x' not found in store 'products'"},
             {action::read, R"({"store":"products","record_id":"x","with_revision":1})",
              "'with_revision' must be true or false"},
             {action::write, R"({"store":"products"})", "'delta' must be a JSON object"},
             {action::write, R"({"store":"products","delta":[]})", "'delta' must be a JSON object"},
             {action::write, R"({"store":"none","delta":{}})", "Store 'none' not found"},
             {action::write, R"({"store":"products","delta":{},"if_revision":-1})",
              "'if_revision' must be a revision: an integer from 0"},
             {action::write, R"({"store":"products","delta":{},"if_revision":"1"})",
              "'if_revision' must be a revision: an integer from 0"},
             {action::write, R"({"store":"products","delta":{},"durability":"never"})",
              R"('durability' must be "sync" or "buffered")"},
             {action::write, R"({"store":"products","delta":{},"ttl":"1"})",
              "'ttl' must be a number of seconds from 0 to 3155760000"},
             {action::write, R"({"store":"products","delta":{},"ttl":-1})",
              "'ttl' must be a number of seconds from 0 to 3155760000"},
             {action::write, R"({"store":"products","delta":{},"ttl":3155760001})",
              "'ttl' must be a number of seconds from 0 to 3155760000"},
             {action::erase, R"({"store":"products"})", "Missing 'record_id'"},
             {action::erase, R"({"store":"none","record_id":"a"})", "Store 'none' not found"},
             {action::batch, R"({"operations":[]})", "'store' is required"},
             {action::batch, R"({"store":"products"})", "'operations' must be a list"},
             {action::batch, R"({"store":"products","operations":[{"op":"delete","record_id":"a"},1]})",
              "an operation must be a JSON object (operation 1 of the batch)"},
             {action::batch, R"({"store":"products","operations":[{"op":"drop"}]})",
              R"('op' must be "write" or "delete" (operation 0 of the batch))"},
             {action::batch, R"({"store":"products","operations":[{"op":"delete"}]})",
              "Missing 'record_id' (operation 0 of the batch)"},
             {action::batch, R"({"store":"products","operations":[{"op":"write","delta":{},"durability":"sync"}]})",
              "an operation of a batch has no 'durability': a batch is always synced (operation 0 of the batch)"},
             {action::query, R"({})", "'store' is required"},
             {action::query, R"({"store":"none"})", "Store 'none' not found"},
             {action::query, R"({"store":"products","filter":[]})", "'filter' must be a JSON object"},
             {action::query, R"({"store":"products","filter":{"bad":1}})", "Query syntax error: unknown operator"},
             {action::generate_id, R"({"store":"none"})", "Store 'none' not found"},
         }) {
        EXPECT_EQ(failure(row.what, row.fields).message, row.message) << row.fields;
    }
}

TEST_F(DataService, RefusesWhatWasNotNegotiated) {
    service::caller const only_writes{"anna", true, false, true, {}};
    EXPECT_EQ(ask(action::write, R"({"store":"products","delta":{}})", reader).data.error().message,
              "Write access denied — reconnect with 'W' or 'RW' access");
    EXPECT_EQ(ask(action::batch, R"({"store":"products","operations":[]})", reader).data.error().message,
              "Write access denied — reconnect with 'W' or 'RW' access");
    EXPECT_EQ(ask(action::erase, R"({"store":"products","record_id":"bolt"})", reader).data.error().message,
              "Write access denied — reconnect with 'W' or 'RW' access");
    for (auto const what : {action::read, action::query, action::list_stores}) {
        auto const refused = ask(what, R"({"store":"products","record_id":"bolt"})", only_writes).data.error();
        EXPECT_EQ(refused.message, "Read access denied — reconnect with 'R' or 'RW' access");
        EXPECT_EQ(refused.code, errc::permission_denied);
    }
}

TEST_F(DataService, AsksForRightsAnewWithEveryRequest) {
    access.users["anna"] = {"secret", {"products"}, {"products"}};
    EXPECT_TRUE(ask(action::write, R"({"store":"products","delta":{}})", writer).data);
    access.users["anna"].writes.clear();
    EXPECT_EQ(failure(action::write, R"({"store":"products","delta":{}})").message, "Write access denied");
    access.users["anna"].reads.clear();
    EXPECT_EQ(failure(action::write, R"({"store":"products","delta":{}})").message, "No access to store 'products'");
    access.users = {{"bert", {}}};
    EXPECT_EQ(failure(action::write, R"({"store":"products","delta":{}})").message,
              "Authenticated user no longer exists");
}

TEST_F(DataService, DoesNotTellWhichStoresExistToThoseWithoutRights) {
    access.users["anna"] = {"secret", {"products"}, {}};
    access.protect_reads = true;
    EXPECT_EQ(failure(action::read, R"({"store":"none","record_id":"a"})").message, "No access to store 'none'");
}

TEST_F(DataService, TellsSubscribersWhatWasCommitted) {
    std::vector<std::string> told;
    auto const handle = actions.subscribe(
        "products", reader, [&] { told.emplace_back("accepted"); },
        [&](std::span<service::update const> updates) {
            for (auto const& each : updates) {
                told.push_back(std::string(each.record_id) + (each.erased ? " erased" : " written"));
            }
        });
    ASSERT_TRUE(handle);
    data(action::write, R"({"store":"products","record_id":"a","delta":{}})");
    data(action::erase, R"({"store":"products","record_id":"a"})");
    EXPECT_THAT(told, ElementsAre("accepted", "a written", "a erased"));
    EXPECT_EQ(actions
                  .subscribe(
                      "none", reader, [] {}, [](auto) {})
                  .error()
                  .message,
              "Store 'none' not found");
}

} // namespace
