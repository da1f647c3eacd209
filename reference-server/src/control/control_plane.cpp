#include "config/settings.hpp"
#include "control/action_table.hpp"
#include "control/arguments.hpp"
#include "control/control_plane.hpp"
#include "control/page.hpp"
#include "control/same_site.hpp"

#include <mkdb/document/parse.hpp>
#include <mkdb/document/write.hpp>

#include <fmt/format.h>

namespace mkdb::server {
namespace {

protocol::http_response json(unsigned status, boost::json::object const& body) {
    return protocol::json_response(status, document::to_json(body));
}

protocol::http_response failure(unsigned status, std::string_view message) {
    return json(status, {{"status", "error"}, {"message", message}});
}

protocol::http_response failure(error const& what) {
    auto const busy = what.code == errc::rate_limited && what.message == login_busy().message;
    auto response = failure(busy ? 503 : protocol::http_status(what.code), what.message);
    if (what.code == errc::rate_limited) {
        response.headers.emplace_back("Retry-After", "1");
    }
    return response;
}

std::string path_of(protocol::http_request const& request) {
    return request.target.substr(0, request.target.find('?'));
}

std::string cookie_token(protocol::http_request const& request) {
    auto const* const cookies = protocol::find_header(request.headers, "Cookie");
    constexpr std::string_view name = "mkdb_token=";
    std::string_view left = cookies == nullptr ? std::string_view() : *cookies;
    while (!left.empty()) {
        auto const end = left.find(';');
        auto pair = left.substr(0, end);
        pair.remove_prefix(std::min(pair.find_first_not_of(' '), pair.size()));
        if (pair.starts_with(name)) {
            return std::string(pair.substr(name.size()));
        }
        left = end == std::string_view::npos ? std::string_view() : left.substr(end + 1);
    }
    return {};
}

std::string token_of(protocol::http_request const& request) {
    auto const* const authorization = protocol::find_header(request.headers, "Authorization");
    if (authorization != nullptr && authorization->starts_with("Bearer ")) {
        return authorization->substr(7);
    }
    return cookie_token(request);
}

result<boost::json::object> body_of(protocol::http_request const& request) {
    if (request.body.empty()) {
        return boost::json::object();
    }
    auto body = document::parse_object(request.body, {limits::document_depth, limits::object_members});
    return body ? std::move(body)
                : fail(errc::invalid_argument, "The body must be a JSON object: " + body.error().message);
}

} // namespace

void control_plane::handle(protocol::http_request request, protocol::http_responder respond) {
    auto const guarded = [respond = std::move(respond)](protocol::http_response response) {
        add_security_headers(response);
        respond(std::move(response));
    };
    if (auto const refused = check_same_site(request, *context_.config.snapshot()); !refused) {
        auto const host = refused.error().code == errc::invalid_argument;
        return guarded(failure(host ? 421 : 403, refused.error().message));
    }
    route(request, guarded);
}

void control_plane::route(protocol::http_request& request, protocol::http_responder const& respond) {
    auto const path = path_of(request);
    auto const get = request.method == "GET" || request.method == "HEAD";
    if (get && path == "/check_active") {
        return respond(json(200, {{"active", true}}));
    }
    if (get && path == "/auth/status") {
        return respond(auth_status(request));
    }
    if (auto page = get ? find_page(path) : std::nullopt) {
        return respond(*std::move(page));
    }
    if (request.method == "POST" && path == "/control") {
        return act(request, respond);
    }
    if (request.method == "POST" && (path == "/control/auth" || path == "/auth/login")) {
        return log_in(request, path == "/auth/login", respond);
    }
    if (request.method == "POST" && (path == "/auth/logout" || path == "/control/auth/logout")) {
        return respond(log_out(request));
    }
    respond(failure(404, fmt::format("There is no {} {} here", request.method, path)));
}

void control_plane::log_in(protocol::http_request const& request, bool panel, protocol::http_responder const& respond) {
    auto const attempt = [&]() -> result<login_attempt> {
        MKDB_TRY_ASSIGN(auto const body, body_of(request));
        MKDB_TRY_ASSIGN(auto username, optional_text(body, "username"));
        MKDB_TRY_ASSIGN(auto password, optional_text(body, "password"));
        return login_attempt{username.value_or(""), password.value_or(""), request.remote_address};
    }();
    if (!attempt) {
        return respond(failure(attempt.error()));
    }
    login_.check(*attempt, [this, panel, respond](result<session> who) {
        if (!who) {
            return respond(failure(who.error()));
        }
        who->panel = panel;
        finish_login(*std::move(who), respond);
    });
}

void control_plane::finish_login(session who, protocol::http_responder const& respond) {
    auto const settings = read_control_settings(*context_.config.snapshot());
    auto const name = who.username.empty() ? std::string("admin") : who.username;
    auto const token = context_.sessions.open(who, settings.session_ttl);
    if (!token) {
        return respond(failure(token.error()));
    }
    context_.events.add(event_level::info, "auth", fmt::format("'{}' logged in to the control plane", name));
    auto response = json(200, {{"status", "ok"}, {"token", *token}, {"role", to_string(who.rights)}});
    if (who.panel) {
        response.headers.emplace_back("Set-Cookie",
                                      fmt::format("mkdb_token={}; Path=/; HttpOnly; SameSite=Strict; Max-Age={}",
                                                  *token, settings.session_ttl.count()));
    }
    respond(std::move(response));
}

protocol::http_response control_plane::log_out(protocol::http_request const& request) {
    context_.sessions.close(token_of(request));
    auto response = json(200, {{"status", "ok"}});
    response.headers.emplace_back("Set-Cookie", "mkdb_token=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0");
    return response;
}

protocol::http_response control_plane::auth_status(protocol::http_request const& request) const {
    auto const settings = read_control_settings(*context_.config.snapshot());
    return json(200, {{"enabled", settings.auth_enabled},
                      {"authenticated", caller_of(request).has_value()},
                      {"has_password", !settings.password_hash.empty()},
                      {"sessions", context_.sessions.size()}});
}

result<control_caller> control_plane::caller_of(protocol::http_request const& request) const {
    if (auto const known = context_.sessions.find(token_of(request))) {
        return control_caller{known->username.empty() ? "admin" : known->username, known->rights,
                              request.remote_address};
    }
    auto const settings = read_control_settings(*context_.config.snapshot());
    if (!settings.auth_enabled && is_loopback(settings.listener.host)) {
        return control_caller{"local", role::admin, request.remote_address};
    }
    return fail(errc::unauthenticated, "Authentication required");
}

void control_plane::act(protocol::http_request& request, protocol::http_responder const& respond) {
    auto const who = caller_of(request);
    if (!who) {
        return respond(failure(who.error()));
    }
    auto body = body_of(request);
    if (!body) {
        return respond(failure(body.error()));
    }
    run_([this, who = *who, body = *std::move(body), respond] { respond(run_action(body, who)); });
}

protocol::http_response control_plane::run_action(boost::json::object const& body, control_caller const& who) {
    auto const name = text_argument(body, "action");
    if (!name) {
        return failure(400, "Missing 'action' field");
    }
    if (auto const allowed = check_role(*name, who.rights); !allowed) {
        return failure(allowed.error());
    }
    auto const* const action = find_action(*name);
    if (action == nullptr) {
        return failure(400, fmt::format("Unknown action: '{}'", *name));
    }
    auto const outcome = action->run(context_, body, who);
    return outcome ? json(200, {{"status", "success"}, {"result", *outcome}}) : failure(outcome.error());
}

} // namespace mkdb::server
