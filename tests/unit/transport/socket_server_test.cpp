#include <mkdb/transport/socket_server.hpp>

#include "support/data_plane.hpp"
#include "support/loopback.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/resource.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace mkdb;
using namespace std::chrono_literals;
using mkdb::testing::loopback_client;
using ::testing::HasSubstr;
using ::testing::Optional;
using ::testing::StartsWith;

struct SocketServer : ::testing::Test, mkdb::testing::data_plane_fixture {
    mkdb::testing::io_thread thread;
    transport::socket_server_options options;
    std::unique_ptr<transport::socket_server> server;
    std::uint16_t port = 0;

    void start() {
        options.check_interval = 10ms;
        server = std::make_unique<transport::socket_server>(thread.io(), options,
                                                            protocol::session_services{actions, access, metrics});
        auto const started = server->start();
        ASSERT_TRUE(started);
        port = started->port;
    }
    ~SocketServer() override {
        if (server) {
            thread.stop(*server);
        }
    }
    static void log_in(loopback_client& client) {
        ASSERT_THAT(client.hear(), Optional(HasSubstr("permissions")));
        client.say(R"({"access":"RW"})");
        ASSERT_THAT(client.hear(), Optional(HasSubstr("auth_required")));
        client.say(R"({"type":"auth","username":"","password":"mk_db"})");
        ASSERT_THAT(client.hear(), Optional(HasSubstr("auth_ok")));
    }
    void wait_for_connections(std::size_t count) const {
        while (server->connections() != count) {
            std::this_thread::yield();
        }
    }
};

TEST_F(SocketServer, ServesManyClientsAtATime) {
    start();
    std::vector<std::unique_ptr<loopback_client>> clients;
    for (int i = 0; i < 50; ++i) {
        clients.push_back(std::make_unique<loopback_client>(port));
        log_in(*clients.back());
    }
    for (auto const& client : clients) {
        client->say(R"({"type":"request","id":"1","action":"read","store":"products","record_id":"bolt"})");
    }
    for (auto const& client : clients) {
        EXPECT_THAT(client->hear(), Optional(HasSubstr("receipt")));
        EXPECT_THAT(client->hear(), Optional(HasSubstr(R"("_id":"bolt")")));
    }
}

TEST_F(SocketServer, AnswersAHundredThousandPipelinedRequests) {
    options.session.heartbeat_interval = 0ms;
    start();
    loopback_client client(port);
    log_in(client);
    std::string requests;
    for (int i = 0; i < 100'000; ++i) {
        protocol::append_frame(requests, R"({"type":"request","id":")" + std::to_string(i) + R"(","action":"ping"})");
    }
    std::thread sender([&] { client.send(requests); });
    int answered = 0;
    while (answered < 100'000 && client.hear() == R"({"type":"receipt","id":")" + std::to_string(answered) + "\"}" &&
           client.hear() == R"({"type":"response","id":")" + std::to_string(answered) +
                                R"(","status":"ok","data":"pong","error":null})") {
        ++answered;
    }
    EXPECT_EQ(answered, 100'000);
    client.shut_down();
    sender.join();
}

TEST_F(SocketServer, SendsLargeAnswersToSlowReaders) {
    start();
    products->put("large", R"({"t":")" + std::string(9'000'000, 'x') + "\"}");
    loopback_client client(port, 4096);
    log_in(client);
    for (int i = 0; i < 5; ++i) {
        client.say(R"({"type":"request","id":"1","action":"read","store":"products","record_id":"large"})");
    }
    for (int i = 0; i < 5; ++i) {
        EXPECT_THAT(client.hear(), Optional(HasSubstr("receipt")));
        EXPECT_GT(client.hear()->size(), 9'000'000U);
    }
}

TEST_F(SocketServer, TellsClientsWhenItIsFull) {
    options.max_clients = 2;
    start();
    loopback_client first(port);
    auto second = std::make_unique<loopback_client>(port);
    log_in(first);
    log_in(*second);
    loopback_client third(port);
    EXPECT_EQ(third.hear(), R"({"type":"error","error":"Server full"})");
    EXPECT_EQ(third.hear(), std::nullopt);
    third.close();
    second.reset();
    wait_for_connections(1);
    loopback_client fourth(port);
    log_in(fourth);
}

TEST_F(SocketServer, EndsAfterTheErrorOfAFrameThatIsTooLong) {
    start();
    for (auto const* const length : {"\x00\x00\x10\x01", "\x7F\xFF\xFF\xFF", "\x80\x00\x00\x00", "\xFF\xFF\xFF\xFF"}) {
        loopback_client client(port);
        EXPECT_THAT(client.hear(), Optional(HasSubstr("permissions")));
        client.send(std::string(length, 4) + std::string(5'000'000, 'x'));
        EXPECT_THAT(client.hear(), Optional(StartsWith(R"({"type":"error","error":"Frame too large: )")));
        EXPECT_EQ(client.hear(), std::nullopt);
    }
}

TEST_F(SocketServer, AnswersHttpWithHttp) {
    options.session.http_port = 9002;
    options.greeting_delay = 10s;
    start();
    loopback_client client(port);
    client.send("GET /data HTTP/1.1\r\nHost: x\r\n\r\n");
    auto const response = client.drain();
    EXPECT_THAT(response, StartsWith("HTTP/1.1 400 Bad Request\r\n"));
    EXPECT_THAT(response, HasSubstr("9002"));
}

TEST_F(SocketServer, GreetsWithoutBeingSpokenTo) {
    start();
    auto const before = std::chrono::steady_clock::now();
    loopback_client client(port);
    EXPECT_THAT(client.hear(), Optional(HasSubstr("permissions")));
    EXPECT_LT(std::chrono::steady_clock::now() - before, 1s);
}

TEST_F(SocketServer, EndsHandshakesThatTakeTooLong) {
    options.session.recv_timeout = 100ms;
    start();
    loopback_client client(port);
    EXPECT_THAT(client.hear(), Optional(HasSubstr("permissions")));
    EXPECT_THAT(client.hear(), Optional(HasSubstr("The handshake took too long")));
    EXPECT_EQ(client.hear(), std::nullopt);
}

TEST_F(SocketServer, EndsConnectionsWithoutHeartbeat) {
    options.session.heartbeat_interval = 50ms;
    start();
    loopback_client client(port);
    log_in(client);
    EXPECT_EQ(client.hear(), R"({"type":"ping"})");
    client.say(R"({"type":"pong"})");
    EXPECT_EQ(client.hear(), R"({"type":"ping"})");
    EXPECT_EQ(client.hear(), R"({"type":"ping"})");
    EXPECT_EQ(client.hear(), std::nullopt);
}

TEST_F(SocketServer, TellsAllSubscribersWhoeverWrote) {
    start();
    loopback_client first(port);
    loopback_client second(port);
    for (auto* const client : {&first, &second}) {
        log_in(*client);
        client->say(R"({"type":"subscribe","store":"products"})");
        EXPECT_THAT(client->hear(), Optional(HasSubstr("subscribed")));
    }
    products->announce("a");
    for (auto* const client : {&first, &second}) {
        EXPECT_EQ(client->hear(), R"({"type":"update","store":"products","record_id":"a","op":"write","sequence":1})");
    }
}

TEST_F(SocketServer, CutsOffASubscriberThatDoesNotListen) {
    options.session.subscriber_queue_bytes = 100'000;
    start();
    loopback_client deaf(port, 4096);
    loopback_client well(port);
    for (auto* const client : {&deaf, &well}) {
        log_in(*client);
        client->say(R"({"type":"subscribe","store":"products"})");
        EXPECT_THAT(client->hear(), Optional(HasSubstr("subscribed")));
    }
    int heard = 0;
    while (server->connections() == 2) {
        products->announce(std::string(200, 'x'));
        EXPECT_THAT(well.hear(), Optional(HasSubstr(R"("sequence":)" + std::to_string(++heard))));
    }
    products->announce("last");
    EXPECT_THAT(well.hear(), Optional(HasSubstr("last")));
}

TEST_F(SocketServer, ForgetsClientsThatVanish) {
    start();
    {
        loopback_client client(port);
        log_in(client);
        client.say(R"({"type":"subscribe","store":"products"})");
        EXPECT_THAT(client.hear(), Optional(HasSubstr("subscribed")));
        products->hold_commits();
        client.say(R"({"type":"request","id":"1","action":"write","store":"products","delta":{}})");
        EXPECT_THAT(client.hear(), Optional(HasSubstr("receipt")));
    }
    wait_for_connections(0);
    products->commit_held();
    EXPECT_EQ(products->size(), 2U);
}

TEST_F(SocketServer, SaysGoodbyeWhenItStops) {
    start();
    loopback_client busy(port);
    loopback_client idle(port);
    log_in(busy);
    log_in(idle);
    products->hold_commits();
    busy.say(R"({"type":"request","id":"1","action":"write","store":"products","delta":{}})");
    EXPECT_THAT(busy.hear(), Optional(HasSubstr("receipt")));
    std::promise<void> stopped;
    server->stop([&] { stopped.set_value(); });
    EXPECT_EQ(idle.hear(), R"({"type":"disconnect"})");
    EXPECT_EQ(idle.hear(), std::nullopt);
    products->commit_held();
    EXPECT_THAT(busy.hear(), Optional(HasSubstr(R"("status":"ok")")));
    EXPECT_EQ(busy.hear(), R"({"type":"disconnect"})");
    busy.close();
    idle.close();
    stopped.get_future().wait();
    EXPECT_FALSE(loopback_client(port).connected());
    server.reset();
}

TEST_F(SocketServer, SaysWhichAddressIsTaken) {
    start();
    options.port = port;
    transport::socket_server second(thread.io(), options, {actions, access, metrics});
    EXPECT_EQ(second.start().error().message,
              "The socket server cannot listen on 127.0.0.1:" + std::to_string(port) + ": Address already in use");
}

// Lowers the number of files that the process may open to what it has open now.
class file_shortage {
public:
    file_shortage() {
        ::getrlimit(RLIMIT_NOFILE, &before_);
        auto const next = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
        ::close(next);
        auto limited = before_;
        limited.rlim_cur = static_cast<rlim_t>(next);
        ::setrlimit(RLIMIT_NOFILE, &limited);
    }
    ~file_shortage() { ::setrlimit(RLIMIT_NOFILE, &before_); }

private:
    rlimit before_{};
};

TEST_F(SocketServer, WaitsCalmlyForFilesToOpen) {
    start();
    auto client = std::make_unique<loopback_client>(port);
    log_in(*client);
    loopback_client waiting(port);
    ASSERT_THAT(waiting.hear(), Optional(HasSubstr("permissions")));
    // The client's own socket must exist before the shortage; its connection is accepted only after it.
    std::unique_ptr<loopback_client> late;
    timespec before{};
    timespec after{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &before);
    {
        auto const spare = ::socket(AF_INET, SOCK_STREAM, 0);
        file_shortage const shortage;
        ::close(spare);
        late = std::make_unique<loopback_client>(port); // Takes the last descriptor.
        client->say(R"({"type":"request","id":"1","action":"ping"})");
        EXPECT_THAT(client->hear(), Optional(HasSubstr("receipt")));
        EXPECT_THAT(client->hear(), Optional(HasSubstr("pong")));
        EXPECT_EQ(server->connections(), 2U);
    }
    log_in(*late);
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &after);
    EXPECT_LT(after.tv_sec - before.tv_sec, 2);
}

} // namespace
