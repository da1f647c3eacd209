#pragma once

#include <mkdb/protocol/message.hpp>
#include <mkdb/service/access_control.hpp>

#include <boost/json/object.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace mkdb::protocol {

struct credentials {
    std::string username;
    std::string password;
};

/// What follows from a step of the handshake: a message to send, a pair to check, or the end.
struct handshake_step {
    std::string message;
    std::optional<credentials> verify;
    bool failed = false;
    bool complete = false;
};

/// The opening of a connection, from the server's side: permissions, access, and credentials where they are needed.
class handshake {
public:
    explicit handshake(std::string address) { who_.address = std::move(address); }

    [[nodiscard]] static std::string greeting(service::access_control const& access) {
        return std::string(R"({"type":"permissions","read_protected":)") +
               (access.read_protected() ? "true" : "false") + R"(,"write_protected":true})";
    }

    [[nodiscard]] handshake_step on_message(boost::json::object const& message, service::access_control const& access) {
        return expects_auth_ ? on_auth(message, access) : on_access(message, access);
    }

    [[nodiscard]] handshake_step on_verified(result<std::string> const& username) {
        if (!username) {
            return refuse(username.error().message);
        }
        who_.username = *username;
        who_.authenticated = true;
        grant();
        std::string message = R"({"type":"auth_ok","username":)";
        document::append_json_string(message, who_.username);
        return {.message = message + rights(), .verify = {}, .complete = true};
    }

    /// The caller with the rights agreed, once complete.
    [[nodiscard]] service::caller const& who() const noexcept { return who_; }

private:
    [[nodiscard]] handshake_step on_access(boost::json::object const& message, service::access_control const& access) {
        auto const wanted = access_text(message);
        if (wanted != "R" && wanted != "W" && wanted != "RW") {
            return refuse("access must be 'R', 'W', or 'RW'");
        }
        wants_read_ = wanted != "W";
        wants_write_ = wanted != "R";
        if (wants_write_ || access.read_protected()) {
            expects_auth_ = true;
            return {.message = R"({"type":"auth_required"})", .verify = {}};
        }
        grant();
        return {.message = R"({"type":"ready")" + rights(), .verify = {}, .complete = true};
    }

    [[nodiscard]] static handshake_step on_auth(boost::json::object const& message,
                                                service::access_control const& access) {
        auto const* const type = message.if_contains("type");
        auto const username = text(message, "username");
        auto const password = text(message, "password");
        if (type == nullptr || !type->is_string() || type->get_string() != "auth" || !username || !password) {
            return refuse("Expected auth message");
        }
        if (!access.users_configured() && !access.default_password_allowed()) {
            return refuse("Write access disabled — configure users to enable writes");
        }
        return {.message = {}, .verify = credentials{*username, *password}};
    }

    [[nodiscard]] static std::string access_text(boost::json::object const& message) {
        auto const* const access = message.if_contains("access");
        if (access == nullptr) {
            return "R";
        }
        auto wanted = access->is_string() ? std::string(access->get_string()) : std::string();
        std::ranges::transform(wanted, wanted.begin(), [](char letter) {
            return letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter;
        });
        return wanted;
    }

    // Absent and null are empty: with the default password there is no user to name.
    [[nodiscard]] static std::optional<std::string> text(boost::json::object const& message, std::string_view name) {
        auto const* const value = message.if_contains(name);
        if (value == nullptr || value->is_null()) {
            return std::string();
        }
        return value->is_string() ? std::optional(std::string(value->get_string())) : std::nullopt;
    }

    [[nodiscard]] static handshake_step refuse(std::string_view text) {
        return {.message = error_message(text), .verify = {}, .failed = true};
    }

    void grant() {
        who_.can_read = wants_read_;
        who_.can_write = wants_write_;
    }

    [[nodiscard]] std::string rights() const {
        return std::string(R"(,"can_read":)") + (who_.can_read ? "true" : "false") + R"(,"can_write":)" +
               (who_.can_write ? "true" : "false") + "}";
    }

    service::caller who_;
    bool expects_auth_ = false;
    bool wants_read_ = false;
    bool wants_write_ = false;
};

} // namespace mkdb::protocol
