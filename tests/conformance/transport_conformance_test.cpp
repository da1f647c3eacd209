#include <mkdb/clock/manual.hpp>
#include <mkdb/transport/in_process.hpp>
#include <mkdb/transport/socket_server.hpp>

#include "support/data_plane.hpp"
#include "support/loopback.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

// What a client of the socket plane may rely on, whatever carries its bytes.
namespace {

using namespace mkdb;
using ::testing::HasSubstr;
using ::testing::Optional;

struct tcp_link : mkdb::testing::data_plane_fixture {
    mkdb::testing::io_thread thread;
    transport::socket_server server{thread.io(), {}, {actions, access, metrics}};
    transport::endpoint where = *server.start();

    struct client {
        explicit client(tcp_link& link) : socket(link.where.port) {}
        void say(std::string_view json) { socket.say(json); }
        std::optional<std::string> hear() { return socket.hear(); }
        void close() { socket.close(); }
        mkdb::testing::loopback_client socket;
    };
    void stop() { thread.stop(server); }
    ~tcp_link() { stop_once(); }
    void stop_once() {
        if (!std::exchange(stopped, true)) {
            stop();
        }
    }
    bool stopped = false;
};

struct in_process_link : mkdb::testing::data_plane_fixture {
    using server_type = transport::in_process<clock::manual>;
    server_type server{{}, {actions, access, metrics}};
    transport::endpoint where = *server.start();

    class client {
    public:
        explicit client(in_process_link& link)
            : connection_(
                  *link.server.connect([this](std::string_view bytes) { on_bytes(bytes); }, [this] { on_close(); })) {}
        ~client() { close(); }
        void say(std::string_view json) {
            std::string out;
            protocol::append_frame(out, json);
            connection_->send(out);
        }
        std::optional<std::string> hear() {
            std::unique_lock lock(mutex_);
            changed_.wait_for(lock, std::chrono::seconds(20), [&] { return closed_ || !heard_.empty(); });
            if (heard_.empty()) {
                return std::nullopt;
            }
            auto message = std::move(heard_.front());
            heard_.pop_front();
            return message;
        }
        void close() { connection_->close(); }

    private:
        void on_bytes(std::string_view bytes) {
            std::lock_guard const lock(mutex_);
            decoder_.feed(bytes, [&](std::string_view message) {
                heard_.emplace_back(message);
                return true;
            });
            changed_.notify_all();
        }
        void on_close() {
            std::lock_guard const lock(mutex_);
            closed_ = true;
            changed_.notify_all();
        }

        std::mutex mutex_;
        std::condition_variable changed_;
        protocol::frame_decoder decoder_{limits::frame_bytes};
        std::deque<std::string> heard_;
        bool closed_ = false;
        std::shared_ptr<server_type::client> connection_;
    };
    void stop_once() {
        if (!std::exchange(stopped, true)) {
            std::promise<void> done;
            server.stop([&] { done.set_value(); });
            done.get_future().wait();
        }
    }
    bool stopped = false;
};

template <class Link>
struct Transport : ::testing::Test {
    Link link;

    static void log_in(typename Link::client& client) {
        ASSERT_THAT(client.hear(), Optional(HasSubstr("permissions")));
        client.say(R"({"access":"RW"})");
        ASSERT_THAT(client.hear(), Optional(HasSubstr("auth_required")));
        client.say(R"({"type":"auth","username":"","password":"mk_db"})");
        ASSERT_THAT(client.hear(), Optional(HasSubstr("auth_ok")));
    }
    void wait_for_connections(std::size_t count) {
        while (link.server.connections() != count) {
            std::this_thread::yield();
        }
    }
};

using links = ::testing::Types<tcp_link, in_process_link>;
TYPED_TEST_SUITE(Transport, links);

TYPED_TEST(Transport, SaysWhereItIsReached) {
    EXPECT_FALSE(this->link.where.host.empty());
}

TYPED_TEST(Transport, CarriesRequestsAndAnswers) {
    typename TypeParam::client client(this->link);
    this->log_in(client);
    client.say(R"({"type":"request","id":"1","action":"read","store":"products","record_id":"bolt"})");
    EXPECT_EQ(client.hear(), R"({"type":"receipt","id":"1"})");
    EXPECT_THAT(client.hear(), Optional(HasSubstr(R"("data":{"_id":"bolt")")));
}

TYPED_TEST(Transport, DeliversAnswersThatCameFromElsewhere) {
    typename TypeParam::client client(this->link);
    this->log_in(client);
    this->link.products->hold_commits();
    client.say(R"({"type":"request","id":"1","action":"write","store":"products","record_id":"a","delta":{}})");
    EXPECT_EQ(client.hear(), R"({"type":"receipt","id":"1"})");
    std::thread([&] { this->link.products->commit_held(); }).join();
    EXPECT_THAT(client.hear(), Optional(HasSubstr(R"("data":{"record_id":"a"})")));
}

TYPED_TEST(Transport, DeliversUpdatesToEverybodyElse) {
    typename TypeParam::client writer(this->link);
    typename TypeParam::client reader(this->link);
    this->log_in(writer);
    this->log_in(reader);
    reader.say(R"({"type":"subscribe","store":"products"})");
    EXPECT_THAT(reader.hear(), Optional(HasSubstr("subscribed")));
    writer.say(R"({"type":"request","action":"write","store":"products","record_id":"a","delta":{}})");
    EXPECT_THAT(reader.hear(), Optional(HasSubstr(R"("record_id":"a","op":"write")")));
}

TYPED_TEST(Transport, EndsAfterAnError) {
    typename TypeParam::client client(this->link);
    EXPECT_THAT(client.hear(), Optional(HasSubstr("permissions")));
    client.say(R"({"access":"X"})");
    EXPECT_EQ(client.hear(), R"({"type":"error","error":"access must be 'R', 'W', or 'RW'"})");
    EXPECT_EQ(client.hear(), std::nullopt);
    client.close();
    this->wait_for_connections(0);
}

TYPED_TEST(Transport, CountsItsConnections) {
    typename TypeParam::client first(this->link);
    {
        typename TypeParam::client second(this->link);
        this->log_in(first);
        this->log_in(second);
        EXPECT_EQ(this->link.server.connections(), 2U);
        second.close();
    }
    this->wait_for_connections(1);
}

TYPED_TEST(Transport, SaysGoodbyeWhenItStops) {
    typename TypeParam::client client(this->link);
    this->log_in(client);
    std::thread stopping([&] { this->link.stop_once(); });
    EXPECT_EQ(client.hear(), R"({"type":"disconnect"})");
    EXPECT_EQ(client.hear(), std::nullopt);
    client.close();
    stopping.join();
    EXPECT_EQ(this->link.server.connections(), 0U);
}

TEST(InProcess, KeepsTimeByItsClock) {
    mkdb::testing::data_plane_fixture plane;
    clock::manual time;
    transport::in_process<clock::manual> server({}, {plane.actions, plane.access, plane.metrics}, time);
    ASSERT_TRUE(server.start());
    std::string heard;
    auto closed = false;
    auto const client = server.connect([&](std::string_view bytes) { heard += bytes; }, [&] { closed = true; });
    ASSERT_TRUE(client);
    std::string out;
    protocol::append_frame(out, R"({"access":"R"})");
    (*client)->send(out);
    heard.clear();
    for (auto const second : {5, 10}) {
        time.advance(std::chrono::seconds(5));
        server.tick();
        EXPECT_THAT(heard, HasSubstr("ping")) << second;
        heard.clear();
    }
    EXPECT_FALSE(closed);
    time.advance(std::chrono::seconds(5));
    server.tick();
    EXPECT_TRUE(closed);
    EXPECT_EQ(server.connections(), 0U);
}

} // namespace
