#include "cli/wire_client.hpp"

#include "cli/interrupt.hpp"
#include "cli/terminal.hpp"
#include "config/settings.hpp"

#include <mkdb/document/parse.hpp>
#include <mkdb/document/write.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace mkdb::cli {
namespace {

constexpr std::string_view default_password = "mk_db";
/// A page of records adds the response, its data, the list.
constexpr std::size_t message_depth = limits::document_depth + 8;

error refused(server_address const& peer, std::string_view why) {
    if (!peer.password && environment_variable("MKDB_PASSWORD")) {
        return fail(
            errc::unauthenticated,
            fmt::format("{} refuses the login: {}; the password in MKDB_PASSWORD was tried: unset it, or give its "
                        "user as mkdb://USER@{}",
                        peer.shown(), why, peer.shown()));
    }
    return fail(errc::unauthenticated,
                fmt::format("{} refuses the login: {}; give a user as mkdb://USER@{} and the password in MKDB_PASSWORD",
                            peer.shown(), why, peer.shown()));
}

result<std::string> password_for(server_address const& peer) {
    if (peer.password) {
        return *peer.password;
    }
    if (auto const given = environment_variable("MKDB_PASSWORD")) {
        return *given;
    }
    if (peer.username.empty() && server::is_loopback(peer.host)) {
        return std::string(default_password);
    }
    auto asked = peer.username.empty() ? std::nullopt : ask_secret(fmt::format("Password of {}", peer.username));
    return asked ? result<std::string>(*std::move(asked)) : refused(peer, "a user and a password are needed");
}

} // namespace

std::string_view text_member(boost::json::object const& message, std::string_view name) {
    auto const* const value = message.if_contains(name);
    return value != nullptr && value->is_string() ? std::string_view(value->get_string()) : std::string_view();
}

result<wire_client> wire_client::connect(server_address const& where, wire_options options) {
    MKDB_TRY_ASSIGN(auto connection, wire_connection::open(where, options.timeout));
    wire_client client(std::move(connection));
    MKDB_TRY(client.log_in(options.access));
    return client;
}

result<> wire_client::log_in(std::string_view access) {
    MKDB_TRY_ASSIGN(auto message, expect_message());
    if (text_member(message, "type") == "permissions") {
        send({{"access", access}});
        MKDB_TRY_ASSIGN(message, expect_message());
    }
    if (text_member(message, "type") == "auth_required") {
        auto const& peer = connection_->peer();
        MKDB_TRY_ASSIGN(auto const password, password_for(peer));
        send({{"type", "auth"}, {"username", peer.username}, {"password", password}});
        MKDB_TRY_ASSIGN(message, expect_message());
    }
    auto const type = text_member(message, "type");
    if (type == "ready" || type == "auth_ok") {
        return {};
    }
    auto const why = text_member(message, "error");
    return why.empty() ? fail(errc::connection,
                              fmt::format("{} does not speak the socket protocol", connection_->peer().shown()))
                       : refused(connection_->peer(), why);
}

void wire_client::send(boost::json::object const& message) {
    connection_->send_with([&](std::string& out) { document::append_json(out, message); });
}

result<std::optional<boost::json::object>> wire_client::next_message(std::chrono::milliseconds patience) {
    if (inbox_.empty()) {
        MKDB_TRY(connection_->exchange(patience, [this](std::string_view frame) { inbox_.emplace_back(frame); }));
    }
    while (!inbox_.empty()) {
        auto const frame = std::move(inbox_.front());
        inbox_.pop_front();
        auto message = document::parse_object(frame, {message_depth});
        if (!message) {
            return fail(errc::connection, fmt::format("{} sent what is not JSON: {}", connection_->peer().shown(),
                                                      message.error().message));
        }
        if (text_member(*message, "type") != "receipt") {
            return std::optional(*std::move(message));
        }
    }
    return std::optional<boost::json::object>();
}

result<boost::json::object> wire_client::expect_message() {
    for (;;) {
        MKDB_TRY_ASSIGN(auto message, next_message(std::chrono::milliseconds(interrupt_check_ms)));
        if (message) {
            return *std::move(message);
        }
        if (interrupted()) {
            return fail(errc::cancelled, "interrupted");
        }
    }
}

result<boost::json::value> wire_client::call(boost::json::object request) {
    auto const id = std::to_string(++calls_);
    request["type"] = "request";
    request["id"] = id;
    send(request);
    if (connection_->unsent() > limits::frame_bytes + protocol::frame_header_bytes) {
        return fail(errc::limit_exceeded, "the request is larger than 10 MiB, the most that a server takes");
    }
    for (;;) {
        MKDB_TRY_ASSIGN(auto message, expect_message());
        if (text_member(message, "type") == "error") {
            return fail(errc::connection, std::string(text_member(message, "error")));
        }
        if (text_member(message, "id") != id) {
            continue;
        }
        if (text_member(message, "status") != "ok") {
            return fail(errc::invalid_argument, std::string(text_member(message, "error")));
        }
        auto* const data = message.if_contains("data");
        return data == nullptr ? boost::json::value() : std::move(*data);
    }
}

} // namespace mkdb::cli
