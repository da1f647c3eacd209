#pragma once

#include "cli/wire_connection.hpp"

#include <boost/json/object.hpp>

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

namespace mkdb::cli {

struct wire_options {
    std::string_view access = "R";           ///< "R", "W" or "RW".
    std::chrono::milliseconds timeout{30000}; ///< How long the server may be silent while it is waited for.
};

/// A blocking client of the socket plane: one request at a time, or whatever the caller makes of `connection`.
///
/// Not thread-safe.
class wire_client {
public:
    /// Connects and logs in. The password comes from the address, from MKDB_PASSWORD, from the terminal when a user is
    /// named, or is the default one on this machine.
    ///
    /// Errors: `errc::connection`; `errc::unauthenticated` with what to give.
    [[nodiscard]] static result<wire_client> connect(server_address const& where, wire_options options);

    /// Sends a request and waits for its answer: the `data`. Errors: what the server says, or `errc::connection`.
    [[nodiscard]] result<boost::json::value> call(boost::json::object request);

    /// The next message that is not a receipt; none when `patience` is over, or a signal came, first.
    [[nodiscard]] result<std::optional<boost::json::object>> next_message(std::chrono::milliseconds patience);

    void send(boost::json::object const& message);
    [[nodiscard]] wire_connection& connection() noexcept { return *connection_; }

private:
    explicit wire_client(std::unique_ptr<wire_connection> connection) : connection_(std::move(connection)) {}

    [[nodiscard]] result<> log_in(std::string_view access);
    [[nodiscard]] result<boost::json::object> expect_message();

    std::unique_ptr<wire_connection> connection_;
    std::deque<std::string> inbox_;
    std::uint64_t calls_ = 0;
};

/// The text member of a message, or nothing.
[[nodiscard]] std::string_view text_member(boost::json::object const& message, std::string_view name);

} // namespace mkdb::cli
