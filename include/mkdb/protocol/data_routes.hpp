#pragma once

#include <mkdb/clock/system.hpp>
#include <mkdb/core/bytes.hpp>
#include <mkdb/core/checksum.hpp>
#include <mkdb/document/parse.hpp>
#include <mkdb/protocol/basic_auth.hpp>
#include <mkdb/protocol/cors.hpp>
#include <mkdb/protocol/data_target.hpp>
#include <mkdb/service/action_handler.hpp>
#include <mkdb/service/metrics_sink.hpp>
#include <mkdb/service/rate_limiter.hpp>

#include <charconv>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace mkdb::protocol {

struct data_routes_options {
    cors_options cors;
    std::string client_script; ///< The bytes of /mkdb-client.js; empty: there is none.
};

/// What the HTTP plane stands on. All of it outlives the routes.
struct data_plane {
    service::action_handler& actions;
    service::access_control& access;
    service::metrics_sink& metrics;
    service::rate_limiter& limiter;
};

/// The routes of the HTTP plane: requests become actions, answers become statuses.
///
/// Thread safety: `handle` from any thread. The routes outlive every response.
class data_routes {
public:
    data_routes(data_plane plane, data_routes_options options)
        : plane_(plane), cors_(std::move(options.cors)), script_(std::move(options.client_script)),
          script_tag_('"' + std::to_string(crc32c(as_bytes(script_))) + '-' + std::to_string(script_.size()) + '"') {}

    void handle(http_request request, http_responder respond) {
        auto const visit = std::make_shared<exchange>(exchange{std::move(request), std::move(respond)});
        if (visit->request.method == "OPTIONS") {
            http_response response{204, {}, {}};
            cors_.append_preflight_headers(response.headers, find_header(visit->request.headers, "Origin"));
            return visit->respond(std::move(response));
        }
        auto resolved = resolve_target(visit->request.target);
        if (!resolved.target) {
            return respond_with(*visit, std::move(resolved.failure));
        }
        visit->target = *std::move(resolved.target);
        dispatch(visit);
    }

private:
    // One request on its way; shared by the steps that wait for something.
    struct exchange {
        http_request request;
        http_responder respond;
        data_target target = {};
        service::caller who = {};
        service::action what = service::action::ping;
        std::string store = {};
        clock::monotonic_time started = clock::system().monotonic();
    };
    using exchange_pointer = std::shared_ptr<exchange>;

    void respond_with(exchange const& visit, http_response response) const {
        cors_.append_headers(response.headers, find_header(visit.request.headers, "Origin"));
        visit.respond(std::move(response));
    }

    void dispatch(exchange_pointer const& visit) {
        auto const what = visit->target.what;
        if (!allows_method(what, visit->request.method)) {
            auto response = http_failure(405, visit->request.method + " is not allowed here");
            response.headers.emplace_back("Allow", std::string(allowed_methods(what)));
            return respond_with(*visit, std::move(response));
        }
        if (what == data_resource::health) {
            return respond_with(*visit, json_response(200, R"({"status":"ok","data":{"status":"ok"}})"));
        }
        if (what == data_resource::client_script) {
            return respond_with(*visit, script(visit->request));
        }
        if (foreign_page(visit->request)) {
            return respond_with(*visit,
                                http_failure(403, "Pages of this origin may not change data (see cors_origins)"));
        }
        if (admit(*visit, {})) {
            identify(visit);
        }
    }

    [[nodiscard]] http_response script(http_request const& request) const {
        if (script_.empty()) {
            return http_failure(404, "Not found");
        }
        http_headers headers{{"ETag", script_tag_}, {"Cache-Control", "no-cache"}};
        auto const* const known = find_header(request.headers, "If-None-Match");
        if (known != nullptr && (*known == "*" || known->find(script_tag_) != std::string::npos)) {
            return {304, std::move(headers), {}};
        }
        headers.emplace_back("Content-Type", "text/javascript; charset=utf-8");
        return {200, std::move(headers), script_};
    }

    // A browser sends a page's simple requests without asking first: on a loopback listener that needs no credentials,
    // any web page could write.
    [[nodiscard]] bool foreign_page(http_request const& request) const {
        auto const* const origin = find_header(request.headers, "Origin");
        auto const* const host = find_header(request.headers, "Host");
        if (origin == nullptr || request.method == "GET" || request.method == "HEAD" || cors_.allows(*origin)) {
            return false;
        }
        return host == nullptr || (*origin != "http://" + *host && *origin != "https://" + *host);
    }

    [[nodiscard]] bool admit(exchange const& visit, std::string_view store) {
        auto const path = std::string_view(visit.request.target);
        auto const wait = plane_.limiter.refuse(visit.request.remote_address, store, path.substr(0, path.find('?')));
        if (!wait) {
            return true;
        }
        plane_.metrics.on_rate_limited(store, visit.request.remote_address);
        auto response = http_failure(
            429, store.empty() ? "Rate limit exceeded: too many requests a second from one address "
                                 "(servers.http_server.max_requests_per_second)"
                               : "Rate limit exceeded for store '" + std::string(store) + "' (its rate_limit)");
        response.headers.emplace_back("Retry-After", std::to_string(wait->count()));
        respond_with(visit, std::move(response));
        return false;
    }

    void identify(exchange_pointer const& visit) {
        visit->who = {{}, false, true, true, visit->request.remote_address};
        auto const* const header = find_header(visit->request.headers, "Authorization");
        if (header == nullptr) {
            return act(visit);
        }
        auto pair = parse_basic_auth(*header);
        if (!pair) {
            return fail_with(*visit, fail(errc::unauthenticated, "The credentials are not of the scheme Basic"));
        }
        plane_.access.authenticate(std::move(pair->username), std::move(pair->password), visit->who.address,
                                   [this, visit](result<std::string> username) {
                                       if (!username) {
                                           return fail_with(*visit, username.error());
                                       }
                                       visit->who.username = *std::move(username);
                                       visit->who.authenticated = true;
                                       act(visit);
                                   });
    }

    void act(exchange_pointer const& visit) {
        auto asked = make_request(*visit);
        if (!asked) {
            return fail_with(*visit, asked.error());
        }
        visit->what = asked->what;
        if (auto const* const store = asked->fields.if_contains("store"); store != nullptr && store->is_string()) {
            visit->store = store->get_string();
        }
        if (!visit->store.empty() && !admit(*visit, visit->store)) {
            return;
        }
        plane_.actions.handle(*std::move(asked), visit->who,
                              [this, visit](service::answer answered) { answer(*visit, std::move(answered)); });
    }

    [[nodiscard]] static result<service::request> make_request(exchange& visit) {
        auto const& method = visit.request.method;
        if (visit.target.what == data_resource::record) {
            return record_request(visit);
        }
        if (method == "GET" || method == "HEAD") {
            return service::request{service::action::list_stores, {}};
        }
        auto body = document::parse_object(visit.request.body, {limits::message_depth, limits::object_members});
        if (!body) {
            return fail(errc::invalid_argument, "The body must be a JSON object: " + body.error().message);
        }
        return service::request{posted_action(visit.target.what), *std::move(body)};
    }

    [[nodiscard]] static service::action posted_action(data_resource what) noexcept {
        switch (what) {
        case data_resource::batch: return service::action::batch;
        case data_resource::query: return service::action::query;
        case data_resource::explain: return service::action::explain;
        default: return service::action::write;
        }
    }

    [[nodiscard]] static result<service::request> record_request(exchange& visit) {
        boost::json::object fields{{"store", visit.target.store}, {"record_id", visit.target.record_id}};
        if (visit.request.method != "DELETE") {
            return service::request{service::action::read, std::move(fields)};
        }
        if (auto const* const condition = find_header(visit.request.headers, "If-Match"); condition != nullptr) {
            MKDB_TRY_ASSIGN(auto const revision, parse_tag(*condition));
            fields.emplace("if_revision", revision);
        }
        return service::request{service::action::erase, std::move(fields)};
    }

    [[nodiscard]] static result<std::uint64_t> parse_tag(std::string_view tag) {
        std::uint64_t revision = 0;
        if (tag.size() > 2 && tag.front() == '"' && tag.back() == '"') {
            auto const* const end = tag.data() + tag.size() - 1;
            auto const parsed = std::from_chars(tag.data() + 1, end, revision);
            if (parsed.ec == std::errc() && parsed.ptr == end) {
                return revision;
            }
        }
        return fail(errc::invalid_argument, R"(If-Match must be one revision in quotes, as in "17")");
    }

    void fail_with(exchange const& visit, error const& failure) const {
        auto const status = http_status(failure.code);
        auto response = http_failure(status, failure.message);
        if (status == 401) {
            response.headers.emplace_back("WWW-Authenticate", R"(Basic realm="MkDB", charset="UTF-8")");
        }
        respond_with(visit, std::move(response));
    }

    void answer(exchange const& visit, service::answer answered) {
        auto const failure = answered.data ? error() : answered.data.error();
        report(visit, answered.data ? answered.data->size() : failure.message.size(),
               answered.data ? nullptr : &failure);
        if (!answered.data) {
            return fail_with(visit, failure);
        }
        http_response response = json_response(200, R"({"status":"ok","data":)");
        if (answered.revision && visit.what == service::action::read) {
            auto tag = '"' + std::to_string(*answered.revision) + '"';
            auto const* const known = find_header(visit.request.headers, "If-None-Match");
            auto const unchanged = known != nullptr && *known == tag;
            response.headers.emplace_back("ETag", std::move(tag));
            if (unchanged) {
                return respond_with(visit, {304, std::move(response.headers), {}});
            }
        }
        response.body.reserve(answered.data->size() + 64);
        response.body += *answered.data;
        if (answered.revision) {
            response.body += R"(,"revision":)" + std::to_string(*answered.revision);
        }
        response.body += '}';
        respond_with(visit, std::move(response));
    }

    void report(exchange const& visit, std::size_t bytes_out, error const* failure) const {
        auto const header = plane_.metrics.client_id_header(visit.store);
        auto const* const named = header.empty() ? nullptr : find_header(visit.request.headers, header);
        plane_.metrics.on_request({service::plane::http, visit.what, visit.store,
                                   named != nullptr ? *named : visit.request.remote_address, visit.request.body.size(),
                                   bytes_out, clock::system().monotonic() - visit.started, failure});
    }

    data_plane plane_;
    cors cors_;
    std::string script_;
    std::string script_tag_;
};

} // namespace mkdb::protocol
