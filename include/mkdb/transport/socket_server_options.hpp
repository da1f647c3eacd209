#pragma once

#include <mkdb/protocol/session_options.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

namespace mkdb::transport {

/// What the server of the socket plane is told.
struct socket_server_options {
    std::string host = "127.0.0.1";
    std::uint16_t port = 0; ///< 0: any free one.
    std::size_t max_clients = 100;
    protocol::session_options session = {};
    /// How long the greeting waits for a client that speaks first, as HTTP clients do and ours never: those need an
    /// answer that starts with "HTTP".
    std::chrono::milliseconds greeting_delay{2};
    std::chrono::milliseconds write_timeout{10'000};  ///< Without the client taking a single byte.
    std::chrono::milliseconds linger_timeout{2'000};  ///< For the client to end a connection that we have ended.
    std::chrono::milliseconds stop_timeout{5'000};    ///< For requests in flight, before `stop` cuts them off.
    std::chrono::milliseconds check_interval{250};    ///< How exactly the limits above are kept.
};

} // namespace mkdb::transport
