#include "cli/wire_client.hpp"

#include "cli_scripted_server.hpp"

#include <mkdb/document/write.hpp>

#include <gmock/gmock.h>

using namespace mkdb::cli;
using mkdb::errc;
using mkdb::cli::test::scripted_peer;
using mkdb::cli::test::scripted_server;
using testing::HasSubstr;

namespace {

wire_options const hasty{.access = "RW", .timeout = std::chrono::milliseconds(100)};

void hold_until_gone(scripted_peer& peer) {
    while (!peer.hear().empty()) {
    }
}

} // namespace

TEST(WireClient, LogsInWithTheDefaultPasswordOnThisMachine) {
    std::string said;
    {
        scripted_server server([&](scripted_peer& peer) { said = peer.log_in(); });
        ASSERT_TRUE(wire_client::connect(server.address(), {.access = "RW"}));
    }
    EXPECT_EQ(said, R"({"access":"RW"}{"type":"auth","username":"","password":"mk_db"})");
}

TEST(WireClient, NeedsNoPasswordWhereReadsAreOpen) {
    scripted_server server([](scripted_peer& peer) {
        peer.say(R"({"type":"permissions","read_protected":false,"write_protected":true})");
        peer.hear();
        peer.say(R"({"type":"ready","can_read":true,"can_write":false})");
    });
    EXPECT_TRUE(wire_client::connect(server.address(), {}));
}

TEST(WireClient, SaysWhyALoginIsRefusedAndWhatToGive) {
    scripted_server server([](scripted_peer& peer) {
        peer.say(R"({"type":"permissions","read_protected":true,"write_protected":true})");
        peer.hear();
        peer.say(R"({"type":"auth_required"})");
        peer.hear();
        peer.say(R"({"type":"error","error":"Invalid credentials"})");
    });
    auto const refused = wire_client::connect(server.address(), {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, errc::unauthenticated);
    EXPECT_THAT(refused.error().message, testing::AllOf(HasSubstr("Invalid credentials"), HasSubstr("MKDB_PASSWORD")));
}

TEST(WireClient, FindsItsAnswerAmongReceiptsHeartbeatsAndOthersFrames) {
    std::string pong;
    {
        scripted_server server([&](scripted_peer& peer) {
            peer.log_in();
            auto const request = peer.hear();
            EXPECT_EQ(request, R"({"action":"ping","type":"request","id":"1"})");
            peer.say(R"({"type":"receipt","id":"1"})");
            peer.say(R"({"type":"ping"})");
            pong = peer.hear();
            peer.say(R"({"type":"update","store":"ping","record_id":"disconnect","op":"write"})");
            peer.say(R"({"type":"response","id":"1","status":"ok","data":"pong","error":null})");
        });
        auto client = wire_client::connect(server.address(), {});
        ASSERT_TRUE(client);
        auto const answer = client->call({{"action", "ping"}});
        ASSERT_TRUE(answer) << answer.error().message;
        EXPECT_EQ(*answer, "pong");
    }
    EXPECT_EQ(pong, R"({"type":"pong"})");
}

TEST(WireClient, PassesOnWhatTheServerRefusesARequestWith) {
    scripted_server server([](scripted_peer& peer) {
        peer.log_in();
        peer.hear();
        peer.say(R"({"type":"response","id":"1","status":"error","data":null,"error":"Store 'x' not found"})");
    });
    auto client = wire_client::connect(server.address(), {});
    ASSERT_TRUE(client);
    EXPECT_EQ(client->call({{"action", "read"}}).error().message, "Store 'x' not found");
}

TEST(WireClient, TellsAServerThatGoesFromOneThatSaysGoodbyeAndOneThatIsSilent) {
    auto const failure_after = [](std::function<void(scripted_peer&)> const& then) {
        scripted_server server([&](scripted_peer& peer) {
            peer.log_in();
            peer.hear();
            then(peer);
        });
        auto client = wire_client::connect(server.address(), hasty);
        auto const answer = client->call({{"action", "ping"}});
        EXPECT_EQ(answer.error().code, errc::connection);
        return answer.error().message;
    };
    EXPECT_THAT(failure_after([](scripted_peer&) {}), HasSubstr("the server closed it"));
    EXPECT_THAT(failure_after([](scripted_peer& peer) { peer.say(R"({"type":"disconnect"})"); }),
                HasSubstr("is shutting down"));
    EXPECT_THAT(failure_after(hold_until_gone), HasSubstr("was silent for"));
}

TEST(WireClient, SaysThatNobodyAnswersOrThatItIsNoSocketPlane) {
    auto const nobody = wire_client::connect({"127.0.0.1", 1, "", std::nullopt}, hasty);
    EXPECT_THAT(nobody.error().message, HasSubstr("mkdb serve DIR"));
    scripted_server web([](scripted_peer& peer) { peer.say_bytes("HTTP/1.1 400 Bad Request\r\n\r\n"); });
    auto const wrong_port = wire_client::connect(web.address(), hasty);
    EXPECT_THAT(wrong_port.error().message, HasSubstr("is this the port of its socket plane?"));
}
