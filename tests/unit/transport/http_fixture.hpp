#pragma once

#include <mkdb/transport/http_server.hpp>

#include "support/loopback.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

namespace mkdb::testing {

/// An HTTP server on a free port whose answers a test decides; by default it repeats the request.
struct http_fixture : ::testing::Test {
    io_thread thread;
    transport::http_server_options options;
    protocol::http_handler handler = [](protocol::http_request request, protocol::http_responder respond) {
        respond({200, {{"Content-Type", "text/plain"}}, request.method + " " + request.target + " " + request.body});
    };
    std::unique_ptr<transport::http_server> server;
    std::uint16_t port = 0;

    void start() {
        server = std::make_unique<transport::http_server>(
            thread.io(), options, [this](protocol::http_request request, protocol::http_responder respond) {
                handler(std::move(request), std::move(respond));
            });
        auto const started = server->start();
        ASSERT_TRUE(started);
        port = started->port;
    }
    ~http_fixture() override {
        if (server) {
            thread.stop(*server);
        }
    }
    std::string exchange(std::string const& bytes) {
        loopback_client client(port);
        client.send(bytes);
        return client.response();
    }
};

} // namespace mkdb::testing
