#include "cli/write_pipeline.hpp"

#include "cli_scripted_server.hpp"

#include <mkdb/document/parse.hpp>

#include <gmock/gmock.h>

#include <algorithm>
#include <map>

using namespace mkdb::cli;
using mkdb::cli::test::scripted_peer;
using mkdb::cli::test::scripted_server;
using testing::HasSubstr;

namespace {

struct asked {
    std::string id;
    std::string record;
};

asked hear_write(scripted_peer& peer) {
    auto const frame = peer.hear();
    if (frame.empty()) {
        ADD_FAILURE() << "the client is gone";
        return {};
    }
    auto const request = mkdb::document::parse_object(frame).value();
    EXPECT_EQ(request.at("action"), "write");
    EXPECT_EQ(request.at("store"), "parts");
    auto const* const record = request.if_contains("record_id");
    return {std::string(request.at("id").as_string()), record == nullptr ? "" : std::string(record->as_string())};
}

std::string ok(std::string const& id) {
    return R"({"type":"response","id":")" + id + R"(","status":"ok","data":{"record_id":"x"},"error":null})";
}

/// A pipeline to a scripted server, and what became of each line.
class pipeline_to {
public:
    explicit pipeline_to(scripted_server const& server)
        : client_(wire_client::connect(server.address(), {.access = "W"}).value()),
          pipeline(client_.connection(), "parts", [this](std::uint64_t line, std::string_view refusal) {
              EXPECT_TRUE(answers.emplace(line, refusal).second) << line;
          }) {}

private:
    wire_client client_;

public:
    std::map<std::uint64_t, std::string> answers;
    write_pipeline pipeline;
};

} // namespace

TEST(WritePipeline, TellsEveryLineItsAnswerWhateverTheirOrder) {
    scripted_server server([](scripted_peer& peer) {
        peer.log_in();
        auto const first = hear_write(peer);
        auto const second = hear_write(peer);
        auto const third = hear_write(peer);
        EXPECT_EQ(first.record, "a");
        EXPECT_EQ(second.record, "");
        EXPECT_EQ(third.record, "q\"\\");
        peer.say(ok(third.id));
        peer.say(R"({ "status":"ok", "type":"response", "data":{}, "id":")" + first.id + "\"}");
        peer.say(R"({"type":"response","id":")" + second.id +
                 R"(","status":"error","data":null,"error":"Write access denied"})");
    });
    pipeline_to to(server);
    ASSERT_TRUE(to.pipeline.submit(7, "a", "{}"));
    ASSERT_TRUE(to.pipeline.submit(8, "", R"({"n":1})"));
    ASSERT_TRUE(to.pipeline.submit(9, "q\"\\", "{}"));
    ASSERT_TRUE(to.pipeline.drain());
    EXPECT_THAT(to.answers, testing::ElementsAre(testing::Pair(7, ""), testing::Pair(8, "Write access denied"),
                                                 testing::Pair(9, "")));
}

TEST(WritePipeline, KeepsAFullWindowInFlightAndNoMore) {
    constexpr std::size_t total = 3 * write_pipeline::window;
    scripted_server server([](scripted_peer& peer) {
        peer.log_in();
        std::vector<std::string> held;
        for (std::size_t got = 1; got <= total; ++got) {
            held.push_back(hear_write(peer).id);
            // Nothing is answered before the window has been full once.
            if (got < write_pipeline::window) {
                continue;
            }
            for (auto const& id : held) {
                peer.say(R"({"type":"receipt","id":")" + id + "\"}");
                peer.say(ok(id));
            }
            held.clear();
        }
    });
    pipeline_to to(server);
    std::size_t most = 0;
    for (std::uint64_t line = 1; line <= total; ++line) {
        auto const submitted = to.pipeline.submit(line, {}, R"({"text":"as it came"})");
        ASSERT_TRUE(submitted) << line << ": " << submitted.error().message;
        most = std::max(most, to.pipeline.in_flight());
    }
    ASSERT_TRUE(to.pipeline.drain());
    EXPECT_EQ(most, write_pipeline::window);
    EXPECT_EQ(to.answers.size(), total);
}

TEST(WritePipeline, EndsWithWhatTheServerSaysOfTheConnection) {
    scripted_server server([](scripted_peer& peer) {
        peer.log_in();
        static_cast<void>(hear_write(peer));
        peer.say(R"({"type":"error","error":"Frame too large: 1 bytes"})");
    });
    pipeline_to to(server);
    ASSERT_TRUE(to.pipeline.submit(1, {}, "{}"));
    EXPECT_THAT(to.pipeline.drain().error().message, HasSubstr("Frame too large"));
    EXPECT_TRUE(to.answers.empty());
}
