#include "http_fixture.hpp"

#include <thread>
#include <vector>

namespace {

using namespace mkdb;
using namespace std::chrono_literals;
using mkdb::testing::loopback_client;
using protocol::http_request;
using protocol::http_responder;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

using HttpLimits = mkdb::testing::http_fixture;

TEST_F(HttpLimits, RefusesABodyOverTheLimitFromItsHeader) {
    options.max_body_size = 10;
    start();
    EXPECT_THAT(exchange("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n0123456789"),
                StartsWith("HTTP/1.1 200"));
    auto const refused = exchange("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\n");
    EXPECT_THAT(refused, StartsWith("HTTP/1.1 413"));
    EXPECT_THAT(refused,
                EndsWith(R"({"status":"error","message":"the body is larger than the limit of 10 bytes","code":413})"));
    EXPECT_THAT(
        exchange("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nb\r\n01234567890\r\n0\r\n\r\n"),
        StartsWith("HTTP/1.1 413"));
}

TEST_F(HttpLimits, LetsAClientReadTheRefusalOfABodyThatItIsStillSending) {
    options.max_body_size = 10;
    start();
    loopback_client client(port);
    client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 20000000\r\n\r\n");
    EXPECT_TRUE(client.send(std::string(20'000'000, 'x')));
    EXPECT_THAT(client.response(), StartsWith("HTTP/1.1 413"));
}

TEST_F(HttpLimits, RefusesDoubtfulFramingAndEnds) {
    start();
    for (auto const* const request :
         {"GET / HTTP/1.1\nHost: x\n\n", "GET / HTTP/1.1\r\n\r\n",
          "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
          "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
          "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n0\r\n\r\n",
          "nonsense\r\n\r\n"}) {
        loopback_client client(port);
        client.send(std::string(request) + "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n");
        auto const response = client.drain();
        EXPECT_THAT(response, StartsWith("HTTP/1.1 400 Bad Request\r\n")) << request;
        EXPECT_THAT(response, HasSubstr("Connection: close\r\n"));
        EXPECT_THAT(response, Not(HasSubstr("smuggled")));
    }
}

TEST_F(HttpLimits, RefusesHeadsThatAreTooLarge) {
    start();
    EXPECT_THAT(exchange("GET /" + std::string(9000, 'x') + " HTTP/1.1\r\nHost: x\r\n\r\n"),
                StartsWith("HTTP/1.1 414"));
    EXPECT_THAT(exchange("GET / HTTP/1.1\r\nHost: x\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n"),
                StartsWith("HTTP/1.1 431"));
}

TEST_F(HttpLimits, DropsClientsThatDoNotSendTheirHeader) {
    options.header_timeout = 100ms;
    options.check_interval = 10ms;
    start();
    loopback_client silent(port);
    EXPECT_EQ(silent.drain(), "");
    loopback_client slow(port);
    slow.send("GET / HT");
    EXPECT_THAT(slow.drain(), StartsWith("HTTP/1.1 408"));
}

TEST_F(HttpLimits, DropsClientsThatTrickleTheirBody) {
    options.body_grace = 100ms;
    options.check_interval = 10ms;
    start();
    loopback_client client(port);
    client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nabc");
    EXPECT_THAT(client.drain(), StartsWith("HTTP/1.1 408"));
}

TEST_F(HttpLimits, DropsIdleClients) {
    options.idle_timeout = 100ms;
    options.check_interval = 10ms;
    start();
    loopback_client client(port);
    client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_THAT(client.response(), StartsWith("HTTP/1.1 200"));
    EXPECT_EQ(client.drain(), "");
}

TEST_F(HttpLimits, DropsClientsThatDoNotTakeTheirAnswer) {
    options.write_timeout = 100ms;
    options.check_interval = 10ms;
    handler = [](http_request const&, http_responder const& respond) {
        respond({200, {}, std::string(20'000'000, 'x')});
    };
    start();
    loopback_client client(port, 4096);
    client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    while (server->connections() == 0) {
        std::this_thread::yield();
    }
    while (server->connections() != 0) {
        std::this_thread::yield();
    }
    EXPECT_LT(client.drain().size(), 20'000'000U);
}

TEST_F(HttpLimits, RefusesConnectionsOverTheLimit) {
    options.max_connections = 1;
    start();
    loopback_client first(port);
    first.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_THAT(first.response(), StartsWith("HTTP/1.1 200"));
    loopback_client second(port);
    EXPECT_THAT(second.drain(), StartsWith("HTTP/1.1 503"));
}

} // namespace
