#include "config/reading.hpp"
#include "config/settings.hpp"
#include "control/actions.hpp"
#include "control/user_arguments.hpp"

#include <fmt/format.h>

namespace mkdb::server::actions {
namespace {

constexpr std::size_t minimum_panel_password = 8;

template <class Change>
result<> change_auth(control_context& context, std::string_view what, control_caller const& who, Change change) {
    MKDB_TRY(context.config.update([&](boost::json::object& document) -> result<> {
        change(section_at(document, "servers.control_server.auth"));
        return check_exposure(document);
    }));
    context.events.add(event_level::warning, "auth", fmt::format("{} by '{}'", what, who.username));
    return {};
}

boost::json::value done(std::string_view message) {
    return boost::json::object{{"success", true}, {"message", message}};
}

} // namespace

result<boost::json::value> get_auth_status(control_context& context, boost::json::object const&,
                                           control_caller const&) {
    auto const settings = read_control_settings(*context.config.snapshot());
    return boost::json::object{{"enabled", settings.auth_enabled},
                               {"has_password", !settings.password_hash.empty()},
                               {"session_ttl", settings.session_ttl.count()},
                               {"sessions", context.sessions.size()}};
}

result<boost::json::value> set_auth_password(control_context& context, boost::json::object const& arguments,
                                             control_caller const& who) {
    MKDB_TRY_ASSIGN(auto password, text_argument(arguments, "password"));
    if (password.size() < minimum_panel_password) {
        return fail(errc::invalid_argument, "Password must be at least 8 characters");
    }
    MKDB_TRY_ASSIGN(auto const hash, context.hashing.hash(std::move(password)));
    MKDB_TRY(change_auth(context, "password of the panel changed", who,
                         [&](boost::json::object& auth) { auth["password_hash"] = hash; }));
    context.sessions.close_user("");
    return done("Password changed; log in again");
}

result<boost::json::value> enable_auth(control_context& context, boost::json::object const&,
                                       control_caller const& who) {
    auto const settings = read_control_settings(*context.config.snapshot());
    if (settings.password_hash.empty() && section_at(*context.config.snapshot(), "control_users").empty()) {
        return fail(errc::invalid_argument, "Set a password first, or nobody could log in");
    }
    MKDB_TRY(change_auth(context, "login switched on", who, [](boost::json::object& auth) { auth["enabled"] = true; }));
    return done("Login is required");
}

result<boost::json::value> disable_auth(control_context& context, boost::json::object const&,
                                        control_caller const& who) {
    if (!is_loopback(read_control_settings(*context.config.snapshot()).listener.host)) {
        return fail(errc::invalid_argument,
                    "Login can be switched off only while the control server listens on loopback");
    }
    MKDB_TRY(
        change_auth(context, "login switched off", who, [](boost::json::object& auth) { auth["enabled"] = false; }));
    return done("Login is not required");
}

result<boost::json::value> set_auth_session_ttl(control_context& context, boost::json::object const& arguments,
                                                control_caller const& who) {
    auto const* const name = arguments.contains("session_ttl") ? "session_ttl" : "ttl";
    if (!arguments.contains(name)) {
        return fail(errc::invalid_argument, "'ttl' is required");
    }
    MKDB_TRY_ASSIGN(auto const ttl, count_argument(arguments, name, 0, 60, 31536000));
    MKDB_TRY(change_auth(context, "session_ttl changed", who,
                         [&](boost::json::object& auth) { auth["session_ttl"] = ttl; }));
    return boost::json::object{{"success", true}, {"session_ttl", ttl}};
}

result<boost::json::value> invalidate_all_sessions(control_context& context, boost::json::object const&,
                                                   control_caller const& who) {
    context.sessions.close_all();
    context.events.add(event_level::warning, "auth", fmt::format("all sessions ended by '{}'", who.username));
    return done("All sessions ended");
}

} // namespace mkdb::server::actions
