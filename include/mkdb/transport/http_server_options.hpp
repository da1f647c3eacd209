#pragma once

#include <mkdb/protocol/http_head.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

namespace mkdb::transport {

/// What an HTTP server is told; the defaults are meant for the open network.
struct http_server_options {
    std::string plane = "http"; ///< Names the server in error sentences.
    std::string host = "127.0.0.1";
    std::uint16_t port = 0; ///< 0: any free one.
    std::uint64_t max_body_size = std::uint64_t{10} * 1024 * 1024;
    std::size_t max_connections = 1024;
    protocol::http_head_limits head = {};
    std::chrono::milliseconds header_timeout{5'000};
    std::chrono::milliseconds idle_timeout{10'000}; ///< Between two requests of a connection.
    std::chrono::milliseconds body_grace{10'000};   ///< After it a body must have come at `body_rate` or faster.
    std::uint64_t body_rate = 1'000;                ///< Bytes a second.
    std::chrono::milliseconds write_timeout{10'000}; ///< Without the client taking a single byte.
    std::chrono::milliseconds linger_timeout{2'000}; ///< For the client to end a connection that we have ended.
    std::chrono::milliseconds stop_timeout{5'000};   ///< For requests in flight, before `stop` cuts them off.
    std::chrono::milliseconds check_interval{250};   ///< How exactly the limits above are kept.
};

} // namespace mkdb::transport
