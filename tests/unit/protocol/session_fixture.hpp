#pragma once

#include <mkdb/protocol/socket_session.hpp>

#include "support/data_plane.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace mkdb::testing {

inline constexpr auto permissions = R"({"type":"permissions","read_protected":false,"write_protected":true})";

/// A session over the data plane that is spoken to by hand and told the time.
struct session_fixture : ::testing::Test, data_plane_fixture {
    protocol::session_options options;
    clock::monotonic_time now{std::chrono::hours(1)};
    int wakes = 0;
    std::size_t reported_at_wake = 0;
    std::shared_ptr<protocol::socket_session> session = make();
    std::string buffer;

    std::shared_ptr<protocol::socket_session> make() {
        return std::make_shared<protocol::socket_session>(protocol::session_services{actions, access, metrics}, options,
                                                          "10.0.0.1", now, [this] {
                                                              ++wakes;
                                                              reported_at_wake = metrics.requests().size();
                                                          });
    }
    ~session_fixture() override { session->close(); }

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

} // namespace mkdb::testing
