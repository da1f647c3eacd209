#pragma once

#include "cli/target.hpp"

#include <boost/json/object.hpp>

#include <string>

namespace mkdb::cli {

/// Sends actions to the control plane of a running server, one connection each.
class control_client {
public:
    /// Logs in as `username`. Errors: `errc::connection`, or the server's refusal.
    [[nodiscard]] static result<control_client> log_in(server_address const& where, std::string const& username,
                                                       std::string const& password);

    /// Runs an action and returns its result. Errors: what the server says.
    [[nodiscard]] result<boost::json::value> act(boost::json::object const& request) const;

private:
    explicit control_client(server_address where) : where_(std::move(where)) {}
    [[nodiscard]] result<boost::json::object> post(std::string const& path, boost::json::object const& body) const;

    server_address where_;
    std::string token_;
};

} // namespace mkdb::cli
