#include <mkdb/protocol/socket_session.hpp>

#include <tests/support/data_plane.hpp>

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace {

using namespace mkdb;
using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

constexpr auto permissions = R"({"type":"permissions","read_protected":false,"write_protected":true})";

struct SocketSession : ::testing::Test, mkdb::testing::data_plane_fixture {
    protocol::session_options options;
    clock::monotonic_time now{1h};
    int wakes = 0;
    std::shared_ptr<protocol::socket_session> session = make();
    std::string buffer;

    std::shared_ptr<protocol::socket_session> make() {
        return std::make_shared<protocol::socket_session>(protocol::session_services{actions, access, metrics}, options,
                                                          "10.0.0.1", now, [this] { ++wakes; });
    }
    ~SocketSession() override { session->close(); }

    static std::string frame(std::string_view json) {
        std::string out;
        protocol::append_frame(out, json);
        return out;
    }
    void say(std::string_view json) { session->receive(frame(json), now); }
    std::string raw_output() {
        std::string all;
        session->resume(now);
        while (session->take_output(buffer)) {
            all += buffer;
        }
        return all;
    }
    std::vector<std::string> output() {
        std::vector<std::string> messages;
        protocol::frame_decoder decoder(limits::frame_bytes);
        decoder.feed(raw_output(), [&](std::string_view message) {
            messages.emplace_back(message);
            return true;
        });
        return messages;
    }
    std::vector<std::string> hear(std::string_view json) {
        say(json);
        return output();
    }
    void log_in(std::string_view rights = "RW") {
        session->greet();
        say(R"({"access":")" + std::string(rights) + "\"}");
        if (rights != "R") {
            say(R"({"type":"auth","username":"","password":"mk_db"})");
        }
        output();
        wakes = 0;
    }
};

TEST_F(SocketSession, SpeaksFirst) {
    session->greet();
    EXPECT_THAT(output(), ElementsAre(permissions));
    EXPECT_THAT(hear(R"({"access":"R"})"), ElementsAre(R"({"type":"ready","can_read":true,"can_write":false})"));
}

TEST_F(SocketSession, GreetsAClientThatDoesNotWait) {
    EXPECT_THAT(hear(R"({})"), ElementsAre(permissions, R"({"type":"ready","can_read":true,"can_write":false})"));
}

TEST_F(SocketSession, SendsTheReceiptAndThenTheResponse) {
    log_in();
    EXPECT_THAT(hear(R"({"type":"request","id":"a1","action":"ping"})"),
                ElementsAre(R"({"type":"receipt","id":"a1"})",
                            R"({"type":"response","id":"a1","status":"ok","data":"pong","error":null})"));
}

TEST_F(SocketSession, PutsTheRevisionBesideTheData) {
    log_in("R");
    EXPECT_THAT(hear(R"({"type":"request","id":"1","action":"read","store":"products","record_id":"bolt"})"),
                ElementsAre(R"({"type":"receipt","id":"1"})",
                            R"({"type":"response","id":"1","status":"ok","data":{"_id":"bolt","price":2.5,"name":"Bolt"},)"
                            R"("error":null,"revision":7})"));
}

TEST_F(SocketSession, GivesARequestWithoutIdAnIdAndNoReceipt) {
    log_in();
    for (auto const* const request : {R"({"type":"request","action":"ping"})", R"({"type":"request","id":null,"action":"ping"})"}) {
        auto const heard = hear(request);
        ASSERT_EQ(heard.size(), 1U);
        EXPECT_THAT(heard[0], StartsWith(R"({"type":"response","id":"server-)"));
    }
}

TEST_F(SocketSession, EchoesIdsAsTheyCame) {
    log_in();
    EXPECT_THAT(hear(R"({"type":"request","id":17,"action":"ping"})")[0], R"({"type":"receipt","id":17})");
    EXPECT_THAT(hear(R"({"type":"request","id":"q\"\u00e4","action":"ping"})")[0], R"({"type":"receipt","id":"q\"ä"})");
}

struct request_row {
    char const* request;
    char const* error;
};

TEST_F(SocketSession, AnswersBadRequestsInTheWordsOfTheProtocol) {
    log_in();
    for (auto const& row : std::vector<request_row>{
             {R"({"type":"request","id":"1"})", "Missing 'action' field"},
             {R"({"type":"request","id":"1","action":""})", "Missing 'action' field"},
             {R"({"type":"request","id":"1","action":"fly"})", "Unknown action: 'fly'"},
             {R"({"type":"request","id":"1","action":"batch"})", "Unknown action: 'batch'"},
             {R"({"type":"request","id":"1","action":"explain"})", "Unknown action: 'explain'"},
             {R"({"type":"request","id":"1","action":"read"})", "'store' is required"},
             {R"({"type":"request","id":"1","action":"read","store":"none","record_id":"a"})", "Store 'none' not found"},
         }) {
        auto const heard = hear(row.request);
        ASSERT_EQ(heard.size(), 2U);
        auto const response = boost::json::parse(heard[1]).as_object();
        EXPECT_EQ(response.at("status"), "error");
        EXPECT_TRUE(response.at("data").is_null());
        EXPECT_EQ(response.at("error"), row.error);
    }
}

TEST_F(SocketSession, RefusesOnlyTheRequestWhoseDocumentIsOutOfRange) {
    log_in();
    auto const deep = std::string(80, '[') + std::string(80, ']');
    for (auto const& value : {deep, std::string("123456789012345678901234567890"), std::string("1e999")}) {
        auto const heard = hear(R"({"type":"request","id":"x","action":"write","store":"products","delta":{"v":)" + value + "}}");
        ASSERT_EQ(heard.size(), 2U) << value;
        EXPECT_EQ(heard[0], R"({"type":"receipt","id":"x"})");
        EXPECT_THAT(heard[1], HasSubstr(R"("status":"error")"));
    }
    EXPECT_FALSE(session->finished());
    EXPECT_EQ(products->size(), 1U);
}

TEST_F(SocketSession, EndsAtWhatIsNoMessage) {
    for (auto const* const payload : {"{", "[]", "5", "nonsense", "{\"a\":\"\xFF\"}", "{} {}"}) {
        session = make();
        log_in();
        auto const heard = hear(payload);
        ASSERT_EQ(heard.size(), 1U) << payload;
        EXPECT_THAT(heard[0], StartsWith(R"({"type":"error","error":"A message must be a JSON object: )"));
        EXPECT_TRUE(session->finished());
        EXPECT_THAT(hear(R"({"type":"request","id":"1","action":"ping"})"), IsEmpty());
    }
}

TEST_F(SocketSession, AnswersManyRequestsThatCameTogether) {
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

TEST_F(SocketSession, StopsReadingWhenAnswersAreNotTaken) {
    options.pause_reading_bytes = 1000;
    log_in();
    EXPECT_TRUE(session->wants_input());
    for (int i = 0; i < 20; ++i) {
        say(R"({"type":"request","id":"1","action":"ping"})");
    }
    EXPECT_FALSE(session->wants_input());
    output();
    EXPECT_TRUE(session->wants_input());
}

TEST_F(SocketSession, StopsReadingWhenTooManyRequestsAreInFlight) {
    options.requests_in_flight = 2;
    log_in();
    products->hold_commits();
    for (auto const* const id : {"1", "2"}) {
        say(R"({"type":"request","id":")" + std::string(id) + R"(","action":"write","store":"products","delta":{}})");
    }
    EXPECT_FALSE(session->wants_input());
    products->commit_held();
    EXPECT_TRUE(session->wants_input());
}

TEST_F(SocketSession, AnswersInTheOrderInWhichRequestsFinish) {
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

TEST_F(SocketSession, RepliesWithAnErrorToAnAnswerOverTheFrameLimit) {
    log_in("R");
    products->put("huge", R"({"t":")" + std::string(limits::frame_bytes, 'x') + "\"}");
    auto const heard = hear(R"({"type":"request","id":"1","action":"read","store":"products","record_id":"huge"})");
    ASSERT_EQ(heard.size(), 2U);
    EXPECT_THAT(heard[1], HasSubstr(R"( bytes > 10485760 byte limit). Use hydrate=False or apply more specific filters.")"));
}

TEST_F(SocketSession, RefusesFramesOverFourKibibytesBeforeLogin) {
    session->greet();
    output();
    session->receive(frame(std::string(4097, ' ')), now);
    EXPECT_THAT(output(), ElementsAre(R"x({"type":"error","error":"Frame too large: 4097 bytes (max 4096)"})x"));
    EXPECT_TRUE(session->finished());
    session = make();
    session->greet();
    output();
    EXPECT_EQ(hear("{}" + std::string(4094, ' ')).size(), 1U);
    EXPECT_FALSE(session->finished());
}

TEST_F(SocketSession, RefusesFramesOverTenMebibytes) {
    log_in();
    session->receive(frame(R"({"type":"request","id":"1","action":"ping"})") + std::string("\x00\xA0\x00\x01xxxx", 8), now);
    EXPECT_THAT(output(), ElementsAre(R"({"type":"receipt","id":"1"})", HasSubstr("pong"),
                                      R"x({"type":"error","error":"Frame too large: 10485761 bytes (max 10485760)"})x"));
    EXPECT_TRUE(session->finished());
    EXPECT_THAT(hear("{}"), IsEmpty());
}

TEST_F(SocketSession, SendsHttpClientsAway) {
    for (auto const* const line : {"GET / HTTP/1.1", "POST /data HTTP/1.1", "PUT / HTTP/1.1", "DELETE / HTTP/1.1", "HEAD / HTTP/1.1",
                                   "PATCH / HTTP/1.1", "OPTIONS * HTTP/1.1"}) {
        options.http_port = 9002;
        session = make();
        session->receive(std::string(line) + "\r\nHost: a\r\n\r\n", now);
        auto const heard = raw_output();
        EXPECT_THAT(heard, StartsWith("HTTP/1.1 400 Bad Request\r\n"));
        EXPECT_THAT(heard, HasSubstr("The HTTP API is on port 9002."));
        auto const body = boost::json::parse(heard.substr(heard.find("\r\n\r\n") + 4)).as_object();
        EXPECT_EQ(body.at("code"), 400);
        EXPECT_EQ(body.at("http_port"), 9002);
        EXPECT_TRUE(session->finished());
    }
}

TEST_F(SocketSession, WaitsForCredentialsToBeChecked) {
    std::function<void()> check;
    access.on_authenticate = [&](std::function<void()> work) { check = std::move(work); };
    session->greet();
    say(R"({"access":"RW"})");
    session->receive(frame(R"({"type":"auth","username":"","password":"mk_db"})") +
                         frame(R"({"type":"request","id":"1","action":"ping"})"),
                     now);
    EXPECT_THAT(output(), ElementsAre(permissions, R"({"type":"auth_required"})"));
    EXPECT_FALSE(session->wants_input());
    check();
    EXPECT_EQ(wakes, 1);
    EXPECT_THAT(output(), ElementsAre(R"({"type":"auth_ok","username":"","can_read":true,"can_write":true})",
                                      R"({"type":"receipt","id":"1"})", HasSubstr("pong")));
}

TEST_F(SocketSession, EndsWhenTheHandshakeTakesTooLong) {
    session->greet();
    output();
    session->tick(now + 29'999ms);
    EXPECT_FALSE(session->finished());
    session->tick(now + 30'000ms);
    EXPECT_TRUE(session->finished());
    EXPECT_THAT(output(), ElementsAre(R"({"type":"error","error":"The handshake took too long"})"));
}

TEST_F(SocketSession, PingsAndEndsWithoutAnAnswer) {
    log_in();
    session->tick(now + 5s);
    EXPECT_THAT(output(), ElementsAre(R"({"type":"ping"})"));
    EXPECT_THAT(hear(R"({"type":"pong"})"), IsEmpty());
    session->tick(now + 10s);
    session->tick(now + 15s);
    EXPECT_FALSE(session->abandoned());
    session->tick(now + 20s);
    EXPECT_TRUE(session->abandoned());
}

TEST_F(SocketSession, TellsSubscribersOfChangesInOrder) {
    log_in();
    EXPECT_THAT(hear(R"({"type":"subscribe","store":"products"})"), ElementsAre(R"({"type":"subscribed","store":"products"})"));
    products->announce("a");
    products->announce("b", change::kind::erase);
    EXPECT_EQ(wakes, 1);
    EXPECT_THAT(output(), ElementsAre(R"({"type":"update","store":"products","record_id":"a","op":"write","sequence":1})",
                                      R"({"type":"update","store":"products","record_id":"b","op":"delete","sequence":2})"));
    EXPECT_THAT(hear(R"({"type":"subscribe","store":"products"})"), ElementsAre(R"({"type":"subscribed","store":"products"})"));
    products->announce("c");
    EXPECT_EQ(output().size(), 1U);
    EXPECT_THAT(hear(R"({"type":"unsubscribe","store":"products"})"), ElementsAre(R"({"type":"unsubscribed","store":"products"})"));
    products->announce("d");
    EXPECT_THAT(output(), IsEmpty());
}

TEST_F(SocketSession, RefusesSubscriptions) {
    log_in();
    for (auto const& row : std::vector<request_row>{
             {R"({"type":"subscribe","store":"none"})", "Store 'none' not found"},
             {R"({"type":"subscribe"})", "'store' is required"},
             {R"({"type":"subscribe","store":"products","from_sequence":1})", "'from_sequence' is not supported in a subscription by this server"},
             {R"({"type":"subscribe","store":"products","filter":{}})", "'filter' is not supported in a subscription by this server"},
             {R"({"type":"subscribe","store":"products","with_record":true})", "'with_record' is not supported in a subscription by this server"},
             {R"({"type":"sing"})", "Unknown message type: \"sing\""},
             {R"({"action":"ping"})", "Unknown message type: none"},
         }) {
        auto const heard = hear(row.request);
        ASSERT_EQ(heard.size(), 1U);
        EXPECT_EQ(boost::json::parse(heard[0]), (boost::json::object{{"type", "error"}, {"error", row.error}}));
    }
    EXPECT_FALSE(session->finished());
    session = make();
    log_in("W");
    EXPECT_THAT(hear(R"({"type":"subscribe","store":"products"})"),
                ElementsAre(R"({"type":"error","error":"Read access denied — reconnect with 'R' or 'RW' access"})"));
}

TEST_F(SocketSession, TellsNothingAfterTheRightIsTakenAway) {
    log_in();
    hear(R"({"type":"subscribe","store":"products"})");
    access.users["anna"] = {"secret", {}, {}};
    access.protect_reads = true;
    products->announce("a");
    EXPECT_THAT(output(), IsEmpty());
}

TEST_F(SocketSession, EndsForASubscriberThatDoesNotListen) {
    options.subscriber_queue_bytes = 1000;
    log_in();
    hear(R"({"type":"subscribe","store":"products"})");
    for (int i = 0; i < 100; ++i) {
        products->announce("record" + std::to_string(i));
    }
    EXPECT_TRUE(session->abandoned());
    EXPECT_THAT(output(), IsEmpty());
}

TEST_F(SocketSession, EndsForAClientWhoseAnswersPileUp) {
    options.answer_queue_bytes = 1000;
    log_in();
    for (int i = 0; i < 100; ++i) {
        say(R"({"type":"request","id":"1","action":"ping"})");
    }
    EXPECT_TRUE(session->abandoned());
}

TEST_F(SocketSession, SaysGoodbyeWhenTheRequestsInFlightAreAnswered) {
    log_in();
    products->hold_commits();
    hear(R"({"type":"request","id":"1","action":"write","store":"products","delta":{}})");
    session->shut_down();
    EXPECT_FALSE(session->finished());
    EXPECT_THAT(hear(R"({"type":"request","id":"2","action":"ping"})"), IsEmpty());
    products->commit_held();
    EXPECT_THAT(output(), ElementsAre(HasSubstr(R"("id":"1","status":"ok")"), R"({"type":"disconnect"})"));
    EXPECT_TRUE(session->finished());
}

TEST_F(SocketSession, SaysGoodbyeAtOnceWhenNothingIsInFlight) {
    session->greet();
    output();
    session->shut_down();
    EXPECT_THAT(output(), ElementsAre(R"({"type":"disconnect"})"));
}

TEST_F(SocketSession, ReportsWhatItMeasures) {
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
