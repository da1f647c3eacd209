#include "session_fixture.hpp"

#include <boost/json/parse.hpp>

namespace {

using namespace mkdb;
using namespace std::chrono_literals;
using mkdb::testing::permissions;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

using SocketSession = mkdb::testing::session_fixture;

struct request_row {
    char const* request;
    char const* error;
};

TEST_F(SocketSession, SpeaksFirst) {
    session->greet();
    EXPECT_THAT(output(), ElementsAre(permissions));
    EXPECT_THAT(hear(R"({"access":"R"})"), ElementsAre(R"({"type":"ready","can_read":true,"can_write":false})"));
}

TEST_F(SocketSession, GreetsAClientThatDoesNotWait) {
    EXPECT_THAT(hear(R"({})"), ElementsAre(permissions, R"({"type":"ready","can_read":true,"can_write":false})"));
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
    session->receive(frame(R"({"type":"request","id":"1","action":"ping"})") + std::string("\x00\xA0\x00\x01xxxx", 8),
                     now);
    EXPECT_THAT(output(),
                ElementsAre(R"({"type":"receipt","id":"1"})", HasSubstr("pong"),
                            R"x({"type":"error","error":"Frame too large: 10485761 bytes (max 10485760)"})x"));
    EXPECT_TRUE(session->finished());
    EXPECT_THAT(hear("{}"), IsEmpty());
}

TEST_F(SocketSession, SendsHttpClientsAway) {
    for (auto const* const line : {"GET / HTTP/1.1", "POST /data HTTP/1.1", "PUT / HTTP/1.1", "DELETE / HTTP/1.1",
                                   "HEAD / HTTP/1.1", "PATCH / HTTP/1.1", "OPTIONS * HTTP/1.1"}) {
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

TEST_F(SocketSession, DoesNotBlameAClientThatItDoesNotReadFrom) {
    options.requests_in_flight = 1;
    log_in();
    products->hold_commits();
    hear(R"({"type":"request","id":"1","action":"write","store":"products","delta":{}})");
    for (int beat = 1; beat < 10; ++beat) {
        session->tick(now + beat * 5s);
    }
    EXPECT_FALSE(session->finished());
}

TEST_F(SocketSession, TellsSubscribersOfChangesInOrder) {
    log_in();
    EXPECT_THAT(hear(R"({"type":"subscribe","store":"products"})"),
                ElementsAre(R"({"type":"subscribed","store":"products"})"));
    products->announce("a");
    products->announce("b", change::kind::erase);
    EXPECT_EQ(wakes, 1);
    EXPECT_THAT(output(),
                ElementsAre(R"({"type":"update","store":"products","record_id":"a","op":"write","sequence":1})",
                            R"({"type":"update","store":"products","record_id":"b","op":"delete","sequence":2})"));
    EXPECT_THAT(hear(R"({"type":"subscribe","store":"products"})"),
                ElementsAre(R"({"type":"subscribed","store":"products"})"));
    products->announce("c");
    EXPECT_EQ(output().size(), 1U);
    EXPECT_THAT(hear(R"({"type":"unsubscribe","store":"products"})"),
                ElementsAre(R"({"type":"unsubscribed","store":"products"})"));
    products->announce("d");
    EXPECT_THAT(output(), IsEmpty());
}

TEST_F(SocketSession, RefusesSubscriptions) {
    log_in();
    for (auto const& row : std::vector<request_row>{
             {R"({"type":"subscribe","store":"none"})", "Store 'none' not found"},
             {R"({"type":"subscribe"})", "'store' is required"},
             {R"({"type":"subscribe","store":"products","from_sequence":1})",
              "'from_sequence' is not supported in a subscription by this server"},
             {R"({"type":"subscribe","store":"products","filter":{}})",
              "'filter' is not supported in a subscription by this server"},
             {R"({"type":"subscribe","store":"products","with_record":true})",
              "'with_record' is not supported in a subscription by this server"},
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

} // namespace
