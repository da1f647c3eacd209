#pragma once

#include "auth/control_login.hpp"
#include "control/context.hpp"

#include <mkdb/protocol/http_message.hpp>

#include <functional>

namespace mkdb::server {

/// The routes of the control plane: logins, actions and the page.
///
/// Thread safety: `handle` from any thread. Actions run by the executor, never on the calling thread.
class control_plane {
public:
    using executor = std::function<void(std::function<void()>)>;

    control_plane(control_context& context, control_login& login, executor run)
        : context_(context), login_(login), run_(std::move(run)) {}

    void handle(protocol::http_request request, protocol::http_responder respond);

private:
    void route(protocol::http_request& request, protocol::http_responder const& respond);
    void log_in(protocol::http_request const& request, bool panel, protocol::http_responder const& respond);
    void finish_login(session who, protocol::http_responder const& respond);
    [[nodiscard]] protocol::http_response log_out(protocol::http_request const& request);
    [[nodiscard]] protocol::http_response auth_status(protocol::http_request const& request) const;
    void act(protocol::http_request& request, protocol::http_responder const& respond);
    [[nodiscard]] protocol::http_response run_action(boost::json::object const& body, control_caller const& who);
    [[nodiscard]] result<control_caller> caller_of(protocol::http_request const& request) const;

    control_context& context_;
    control_login& login_;
    executor run_;
};

} // namespace mkdb::server
