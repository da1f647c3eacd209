#pragma once

#include "application/port_overrides.hpp"
#include "config/live_config.hpp"
#include "control/planes.hpp"
#include "server_policies.hpp"

#include <mkdb/protocol/data_routes.hpp>
#include <mkdb/protocol/session_options.hpp>
#include <mkdb/transport/concept.hpp>

#include <boost/asio/io_context.hpp>

#include <array>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace mkdb::transport {
class http_server;
class socket_server;
} // namespace mkdb::transport

namespace mkdb::server {

/// What the listeners hand requests to. Everything outlives them.
struct listener_services {
    live_config& config;
    protocol::session_services socket;
    protocol::data_plane http;
    protocol::http_handler control;
    std::function<void(std::function<void()>)> later; ///< Runs a task on another thread.
    port_overrides ports;
};

/// The three listeners of the server. Each is made anew from the configuration when it is started.
class listeners final : public planes {
public:
    listeners(boost::asio::io_context& io, listener_services services);
    ~listeners() override;

    [[nodiscard]] bool running(plane which) const override;
    [[nodiscard]] std::uint16_t port(plane which) const override;
    [[nodiscard]] result<> start(plane which) override;
    void stop(plane which) override;
    void defer(std::function<void()> task) override { services_.later(std::move(task)); }

    /// Starts those that the configuration enables.
    [[nodiscard]] result<> start_enabled();
    void stop_all();

    [[nodiscard]] std::optional<transport::endpoint> endpoint(plane which) const;

private:
    struct slot {
        std::unique_ptr<transport::http_server> http;
        std::unique_ptr<transport::socket_server> socket;
        std::optional<transport::endpoint> endpoint;
        std::uint16_t last_port = 0; ///< Where clients found it before.
    };

    [[nodiscard]] slot& at(plane which) { return slots_[static_cast<std::size_t>(which)]; }
    [[nodiscard]] slot const& at(plane which) const { return slots_[static_cast<std::size_t>(which)]; }
    [[nodiscard]] result<transport::endpoint> open(plane which, slot& into);
    [[nodiscard]] result<transport::endpoint> open_socket(slot& into);
    [[nodiscard]] result<transport::endpoint> open_http(slot& into);
    [[nodiscard]] result<transport::endpoint> open_control(slot& into);
    [[nodiscard]] std::uint16_t wanted_port(plane which) const;

    boost::asio::io_context& io_;
    listener_services services_;
    mutable std::mutex mutex_;
    std::array<slot, all_planes.size()> slots_;
    // Routes of every start of the HTTP plane: an answer on its way may still refer to those of an earlier one.
    std::vector<std::unique_ptr<protocol::data_routes>> routes_;
};

} // namespace mkdb::server
