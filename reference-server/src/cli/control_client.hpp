#pragma once

#include "cli/target.hpp"

#include <boost/json/object.hpp>

#include <chrono>
#include <string>

namespace mkdb::cli {

/// Sends actions to the control plane of a running server, one connection each.
class control_client {
public:
    /// Logs in as the user that the address names, else as `login`, with the password of the address, of MKDB_PASSWORD,
    /// or asked for. Errors: `errc::unauthenticated` when nobody can be asked; `errc::connection`; the server's
    /// refusal.
    [[nodiscard]] static result<control_client> log_in(server_address const& where, std::string const& login);

    /// Runs an action and returns its result; a server that is silent for longer than `patience` is given up.
    /// Errors: what the server says.
    [[nodiscard]] result<boost::json::value> act(boost::json::object const& request,
                                                 std::chrono::seconds patience = default_patience) const;

private:
    static constexpr std::chrono::seconds default_patience{60};

    explicit control_client(server_address where) : where_(std::move(where)) {}
    [[nodiscard]] result<boost::json::object> post(std::string const& path, boost::json::object const& body,
                                                   std::chrono::seconds patience = default_patience) const;

    server_address where_;
    std::string token_;
};

} // namespace mkdb::cli
