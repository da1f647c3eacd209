#pragma once

#include "cli/target.hpp"

#include <boost/json/object.hpp>

#include <chrono>
#include <string>

namespace mkdb::cli {

/// Sends actions to the control plane of a running server, one connection each.
class control_client {
public:
    /// Logs in as `username`. Errors: `errc::connection`, or the server's refusal.
    [[nodiscard]] static result<control_client> log_in(server_address const& where, std::string const& username,
                                                       std::string const& password);

    /// Runs an action and returns its result, unless the server is silent for longer than `patience`.
    /// Errors: what the server says; `errc::connection`.
    [[nodiscard]] result<boost::json::value> act(boost::json::object const& request,
                                                 std::chrono::seconds patience = usual_patience) const;

private:
    static constexpr std::chrono::seconds usual_patience{60};

    explicit control_client(server_address where) : where_(std::move(where)) {}
    [[nodiscard]] result<boost::json::object> post(std::string const& path, boost::json::object const& body,
                                                   std::chrono::seconds patience) const;

    server_address where_;
    std::string token_;
};

} // namespace mkdb::cli
