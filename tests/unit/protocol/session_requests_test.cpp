#include "session_fixture.hpp"

#include <boost/json/parse.hpp>

namespace {

using namespace mkdb;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

using SessionRequests = mkdb::testing::session_fixture;

struct request_row {
    char const* request;
    char const* error;
};

TEST_F(SessionRequests, SendsTheReceiptAndThenTheResponse) {
    log_in();
    EXPECT_THAT(hear(R"({"type":"request","id":"a1","action":"ping"})"),
                ElementsAre(R"({"type":"receipt","id":"a1"})",
                            R"({"type":"response","id":"a1","status":"ok","data":"pong","error":null})"));
}

TEST_F(SessionRequests, PutsTheRevisionBesideTheData) {
    log_in("R");
    EXPECT_THAT(
        hear(R"({"type":"request","id":"1","action":"read","store":"products","record_id":"bolt"})"),
        ElementsAre(R"({"type":"receipt","id":"1"})",
                    R"({"type":"response","id":"1","status":"ok","data":{"_id":"bolt","price":2.5,"name":"Bolt"},)"
                    R"("error":null,"revision":7})"));
}

TEST_F(SessionRequests, GivesARequestWithoutIdAnIdAndNoReceipt) {
    log_in();
    for (auto const* const request :
         {R"({"type":"request","action":"ping"})", R"({"type":"request","id":null,"action":"ping"})"}) {
        auto const heard = hear(request);
        ASSERT_EQ(heard.size(), 1U);
        EXPECT_THAT(heard[0], StartsWith(R"({"type":"response","id":"server-)"));
    }
}

TEST_F(SessionRequests, EchoesIdsAsTheyCame) {
    log_in();
    EXPECT_THAT(hear(R"({"type":"request","id":17,"action":"ping"})")[0], R"({"type":"receipt","id":17})");
    EXPECT_THAT(hear(R"({"type":"request","id":"q\"\u00e4","action":"ping"})")[0], R"({"type":"receipt","id":"q\"ä"})");
}

TEST_F(SessionRequests, AnswersBadRequestsInTheWordsOfTheProtocol) {
    log_in();
    for (auto const& row : std::vector<request_row>{
             {R"({"type":"request","id":"1"})", "Missing 'action' field"},
             {R"({"type":"request","id":"1","action":""})", "Missing 'action' field"},
             {R"({"type":"request","id":"1","action":"fly"})", "Unknown action: 'fly'"},
             {R"({"type":"request","id":"1","action":"batches"})", "Unknown action: 'batches'"},
             {R"({"type":"request","id":"1","action":"batch"})", "'store' is required"},
             {R"({"type":"request","id":"1","action":"forget"})", "Unknown action: 'forget'"},
             {R"({"type":"request","id":"1","action":"read"})", "'store' is required"},
             {R"({"type":"request","id":"1","action":"read","store":"none","record_id":"a"})",
              "Store 'none' not found"},
         }) {
        auto const heard = hear(row.request);
        ASSERT_EQ(heard.size(), 2U);
        auto const response = boost::json::parse(heard[1]).as_object();
        EXPECT_EQ(response.at("status"), "error");
        EXPECT_TRUE(response.at("data").is_null());
        EXPECT_EQ(response.at("error"), row.error);
    }
}

TEST_F(SessionRequests, RefusesOnlyTheRequestWhoseDocumentIsOutOfRange) {
    log_in();
    auto const deep = std::string(80, '[') + std::string(80, ']');
    for (auto const& value : {deep, std::string("123456789012345678901234567890"), std::string("1e999")}) {
        auto const heard =
            hear(R"({"type":"request","id":"x","action":"write","store":"products","delta":{"v":)" + value + "}}");
        ASSERT_EQ(heard.size(), 2U) << value;
        EXPECT_EQ(heard[0], R"({"type":"receipt","id":"x"})");
        EXPECT_THAT(heard[1], HasSubstr(R"("status":"error")"));
    }
    EXPECT_FALSE(session->finished());
    EXPECT_EQ(products->size(), 1U);
}

TEST_F(SessionRequests, AnswersManyRequestsThatCameTogether) {
    log_in();
    std::string stream;
    for (int i = 0; i < 100'000; ++i) {
        stream += frame(R"({"type":"request","id":")" + std::to_string(i) + R"(","action":"ping"})");
    }
    session->receive(stream, now);
    auto const heard = output();
    ASSERT_EQ(heard.size(), 200'000U);
    EXPECT_EQ(heard[199'998], R"({"type":"receipt","id":"99999"})");
    EXPECT_EQ(wakes, 0);
}

TEST_F(SessionRequests, AnswersInTheOrderInWhichRequestsFinish) {
    log_in();
    products->hold_commits();
    EXPECT_THAT(hear(R"({"type":"request","id":"slow","action":"write","store":"products","delta":{}})"),
                ElementsAre(R"({"type":"receipt","id":"slow"})"));
    EXPECT_EQ(hear(R"({"type":"request","id":"fast","action":"ping"})").size(), 2U);
    EXPECT_EQ(wakes, 0);
    products->commit_held();
    EXPECT_EQ(wakes, 1);
    EXPECT_THAT(output(), ElementsAre(HasSubstr(R"("id":"slow","status":"ok")")));
}

TEST_F(SessionRequests, RepliesWithAnErrorToAnAnswerOverTheFrameLimit) {
    log_in("R");
    products->put("huge", R"({"t":")" + std::string(limits::frame_bytes, 'x') + "\"}");
    auto const heard = hear(R"({"type":"request","id":"1","action":"read","store":"products","record_id":"huge"})");
    ASSERT_EQ(heard.size(), 2U);
    EXPECT_THAT(heard[1],
                HasSubstr(R"( bytes > 10485760 byte limit). Use hydrate=False or apply more specific filters.")"));
}

TEST_F(SessionRequests, ReportsARequestBeforeItsAnswerCanBeSeen) {
    log_in();
    products->hold_commits();
    hear(R"({"type":"request","id":"1","action":"write","store":"products","record_id":"nut","delta":{"n":1}})");
    EXPECT_TRUE(metrics.requests().empty());
    products->commit_held();
    EXPECT_EQ(wakes, 1);
    EXPECT_EQ(reported_at_wake, 1U);
}

TEST_F(SessionRequests, ReportsWhatItMeasures) {
    log_in();
    std::string const request = R"({"type":"request","id":"1","action":"read","store":"products","record_id":"none"})";
    hear(request);
    ASSERT_EQ(metrics.requests().size(), 1U);
    auto const row = metrics.requests()[0];
    EXPECT_EQ(row.transport, service::plane::socket);
    EXPECT_EQ(row.what, service::action::read);
    EXPECT_EQ(row.store, "products");
    EXPECT_EQ(row.client, "10.0.0.1");
    EXPECT_EQ(row.bytes_in, request.size() + 4);
    EXPECT_GT(row.bytes_out, request.size());
    EXPECT_EQ(row.failure, "Record 'none' not found in store 'products'");
}

} // namespace
