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
using ::testing::StartsWith;

using HttpServer = mkdb::testing::http_fixture;

TEST_F(HttpServer, AnswersRequestsOnOneConnection) {
    start();
    loopback_client client(port);
    for (auto const* const target : {"/a", "/b?c=d"}) {
        client.send("GET " + std::string(target) + " HTTP/1.1\r\nHost: x\r\n\r\n");
        auto const response = client.response();
        EXPECT_THAT(response, StartsWith("HTTP/1.1 200 OK\r\nDate: "));
        EXPECT_THAT(response, HasSubstr("Connection: keep-alive\r\n"));
        EXPECT_THAT(response, HasSubstr("X-Content-Type-Options: nosniff\r\n"));
        EXPECT_THAT(response, EndsWith("\r\n\r\nGET " + std::string(target) + " "));
    }
}

TEST_F(HttpServer, AnswersPipelinedRequestsInOrder) {
    start();
    loopback_client client(port);
    std::string requests;
    for (int i = 0; i < 1000; ++i) {
        requests += "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: x\r\n\r\n";
    }
    client.send(requests);
    for (int i = 0; i < 1000; ++i) {
        ASSERT_THAT(client.response(), EndsWith("GET /" + std::to_string(i) + " "));
    }
}

TEST_F(HttpServer, ReadsBodiesHoweverTheyAreCut) {
    start();
    std::vector<std::string> const requests{"POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello",
                                            "POST /p HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "
                                            "chunked\r\n\r\n2\r\nhe\r\n3;ext=1\r\nllo\r\n0\r\nTrailer: t\r\n\r\n"};
    loopback_client client(port);
    for (auto const& request : requests) {
        for (std::size_t cut = 1; cut < request.size(); ++cut) {
            client.send(request.substr(0, cut));
            client.send(request.substr(cut));
            ASSERT_THAT(client.response(), EndsWith("\r\n\r\nPOST /p hello")) << cut;
        }
    }
}

TEST_F(HttpServer, TellsAClientToSendTheBodyItExpectsTo) {
    start();
    loopback_client client(port);
    client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(client.response(), "HTTP/1.1 100 Continue\r\n\r\n");
    client.send("hi");
    EXPECT_THAT(client.response(), EndsWith("POST / hi"));
}

TEST_F(HttpServer, SendsNoBodyToHead) {
    start();
    loopback_client client(port);
    client.send("HEAD /abc HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    auto const response = client.drain();
    EXPECT_THAT(response, HasSubstr("Content-Length: 10\r\n"));
    EXPECT_THAT(response, EndsWith("\r\n\r\n"));
}

TEST_F(HttpServer, EndsTheConnectionWhenTheClientWantsIt) {
    start();
    for (auto const* const request :
         {"GET / HTTP/1.0\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"}) {
        loopback_client client(port);
        client.send(request);
        EXPECT_THAT(client.drain(), HasSubstr("Connection: close\r\n"));
    }
    loopback_client client(port);
    client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_THAT(client.response(), HasSubstr("Connection: keep-alive\r\n"));
}

TEST_F(HttpServer, KeepsLineBreaksOutOfHeaders) {
    handler = [](http_request const&, http_responder const& respond) {
        respond({200, {{"X-Echo", "a\r\nSet-Cookie: b"}}, ""});
    };
    start();
    EXPECT_THAT(exchange("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), HasSubstr("X-Echo: a  Set-Cookie: b\r\n"));
}

TEST_F(HttpServer, TakesAnswersFromAnyThread) {
    std::vector<std::thread> workers;
    handler = [&](http_request const& request, http_responder respond) {
        workers.emplace_back([target = request.target, respond = std::move(respond)] { respond({200, {}, target}); });
    };
    start();
    loopback_client client(port);
    for (int i = 0; i < 20; ++i) {
        client.send("GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: x\r\n\r\n");
        ASSERT_THAT(client.response(), EndsWith("\r\n\r\n/" + std::to_string(i)));
    }
    for (auto& worker : workers) {
        worker.join();
    }
}

TEST_F(HttpServer, SendsLargeAnswersToSlowReaders) {
    handler = [](http_request const&, http_responder const& respond) {
        respond({200, {}, std::string(20'000'000, 'x')});
    };
    start();
    loopback_client client(port, 4096);
    client.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    EXPECT_GT(client.drain().size(), 20'000'000U);
}

TEST_F(HttpServer, FinishesTheRequestsInFlightWhenItStops) {
    std::promise<http_responder> held;
    handler = [&](http_request const&, http_responder respond) { held.set_value(std::move(respond)); };
    start();
    loopback_client busy(port);
    loopback_client idle(port);
    busy.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    auto const respond = held.get_future().get();
    std::promise<void> stopped;
    server->stop([&] { stopped.set_value(); });
    EXPECT_EQ(idle.drain(), "");
    respond({200, {}, "done"});
    auto const response = busy.drain();
    EXPECT_THAT(response, EndsWith("done"));
    EXPECT_THAT(response, HasSubstr("Connection: close"));
    busy.close();
    stopped.get_future().wait();
    EXPECT_EQ(server->connections(), 0U);
    EXPECT_FALSE(loopback_client(port).connected());
    server.reset();
}

TEST_F(HttpServer, CutsOffWhatDoesNotFinishInTime) {
    options.stop_timeout = 50ms;
    options.check_interval = 10ms;
    std::promise<http_responder> held;
    handler = [&](http_request const&, http_responder respond) { held.set_value(std::move(respond)); };
    start();
    loopback_client client(port);
    client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    auto const respond = held.get_future().get();
    thread.stop(*server);
    EXPECT_EQ(client.drain(), "");
    respond({200, {}, "too late"});
    server.reset();
}

TEST_F(HttpServer, SaysWhichAddressIsTaken) {
    start();
    options.port = port;
    transport::http_server second(thread.io(), options, handler);
    auto const started = second.start();
    ASSERT_FALSE(started);
    EXPECT_EQ(started.error().code, errc::io);
    EXPECT_EQ(started.error().message,
              "The http server cannot listen on 127.0.0.1:" + std::to_string(port) + ": Address already in use");
}

TEST_F(HttpServer, SaysWhichAddressCannotBeHad) {
    options.host = "192.0.2.1";
    transport::http_server other(thread.io(), options, handler);
    EXPECT_THAT(other.start().error().message, StartsWith("The http server cannot listen on 192.0.2.1:0: "));
}

} // namespace
