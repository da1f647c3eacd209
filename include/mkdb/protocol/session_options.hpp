#pragma once

#include <mkdb/core/limits.hpp>
#include <mkdb/service/access_control.hpp>
#include <mkdb/service/action_handler.hpp>
#include <mkdb/service/metrics_sink.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace mkdb::protocol {

/// Limits of one connection of the socket plane.
struct session_options {
    std::chrono::milliseconds heartbeat_interval{5'000};
    std::chrono::milliseconds recv_timeout{30'000}; ///< For the handshake.
    std::size_t frame_bytes = limits::frame_bytes;
    std::size_t frame_bytes_before_login = limits::frame_bytes_before_login;
    std::size_t subscriber_queue_bytes = std::size_t{8} * 1024 * 1024; ///< Updates beyond it end the connection.
    std::size_t pause_reading_bytes = std::size_t{8} * 1024 * 1024;    ///< Answers beyond it stop further requests.
    std::size_t answer_queue_bytes = std::size_t{64} * 1024 * 1024;    ///< Answers beyond it end the connection.
    std::size_t requests_in_flight = 4096;                             ///< More stop further requests.
    std::uint16_t http_port = 0; ///< Where to send HTTP clients that came to the wrong port.
};

/// What the sessions of a server stand on. All of it outlives them.
struct session_services {
    service::action_handler& actions;
    service::access_control& access;
    service::metrics_sink& metrics;
};

} // namespace mkdb::protocol
