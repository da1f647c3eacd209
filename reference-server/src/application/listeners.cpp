#include "application/listeners.hpp"
#include "config/reading.hpp"
#include "config/settings.hpp"
#include "embedded_assets.hpp"

#include <mkdb/transport/http_server.hpp>
#include <mkdb/transport/socket_server.hpp>

#include <fmt/format.h>

#include <future>

namespace mkdb::server {
namespace {

protocol::cors_options cors_of(cors_settings const& settings) {
    return {.enabled = settings.enabled,
            .origins = settings.origins,
            .methods = settings.methods,
            .headers = settings.headers,
            .credentials = settings.credentials,
            .max_age = static_cast<unsigned>(settings.max_age_seconds)};
}

template <class Server>
void stop_and_wait(std::unique_ptr<Server>& server) {
    if (server) {
        std::promise<void> stopped;
        server->stop([&stopped] { stopped.set_value(); });
        stopped.get_future().wait();
        server.reset();
    }
}

result<> check_tls(boost::json::object const& document, plane which) {
    auto const key = fmt::format("servers.{}_server.tls.enabled", to_string(which));
    if (bool_at(document, key)) {
        return fail(errc::unsupported, key + " is true, and this version does not speak TLS: put a proxy before it");
    }
    return {};
}

} // namespace

listeners::listeners(boost::asio::io_context& io, listener_services services)
    : io_(io), services_(std::move(services)) {}

listeners::~listeners() = default;

bool listeners::running(plane which) const {
    std::lock_guard const lock(mutex_);
    return at(which).endpoint.has_value();
}

std::optional<transport::endpoint> listeners::endpoint(plane which) const {
    std::lock_guard const lock(mutex_);
    return at(which).endpoint;
}

std::uint16_t listeners::port(plane which) const {
    std::lock_guard const lock(mutex_);
    return at(which).endpoint ? at(which).endpoint->port : wanted_port(which);
}

// Any free port is chosen once: after a restart the clients look for the same.
std::uint16_t listeners::wanted_port(plane which) const {
    auto const replaced = services_.ports[static_cast<std::size_t>(which)];
    auto const key = fmt::format("servers.{}_server.address.port", to_string(which));
    auto const wanted =
        replaced ? *replaced : static_cast<std::uint16_t>(integer_at(*services_.config.snapshot(), key));
    return wanted == 0 ? at(which).last_port : wanted;
}

result<> listeners::start(plane which) {
    std::lock_guard const lock(mutex_);
    auto& into = at(which);
    if (into.endpoint) {
        return {};
    }
    auto opened = open(which, into);
    if (!opened) {
        into.http.reset();
        into.socket.reset();
        return opened.error();
    }
    into.endpoint = *std::move(opened);
    into.last_port = into.endpoint->port;
    return {};
}

void listeners::stop(plane which) {
    std::lock_guard const lock(mutex_);
    auto& from = at(which);
    stop_and_wait(from.http);
    stop_and_wait(from.socket);
    from.endpoint.reset();
}

result<> listeners::start_enabled() {
    // The socket plane comes last: it tells lost HTTP clients where the HTTP plane is.
    for (auto const which : {plane::control, plane::http, plane::socket}) {
        if (bool_at(*services_.config.snapshot(), fmt::format("servers.{}_server.enabled", to_string(which)))) {
            MKDB_TRY(start(which));
        }
    }
    return {};
}

void listeners::stop_all() {
    for (auto const which : {plane::socket, plane::http, plane::control}) {
        stop(which);
    }
}

result<transport::endpoint> listeners::open(plane which, slot& into) {
    auto const document = services_.config.snapshot();
    MKDB_TRY(check_exposure(*document));
    MKDB_TRY(check_tls(*document, which));
    switch (which) {
    case plane::socket:
        return open_socket(into);
    case plane::http:
        return open_http(into);
    case plane::control:
        return open_control(into);
    }
    return fail(errc::invalid_argument, "no such listener");
}

result<transport::endpoint> listeners::open_socket(slot& into) {
    auto const settings = read_socket_settings(*services_.config.snapshot());
    transport::socket_server_options options{
        .host = settings.listener.host, .port = wanted_port(plane::socket), .max_clients = settings.max_clients};
    options.session.heartbeat_interval = settings.heartbeat_interval;
    options.session.recv_timeout = settings.handshake_timeout;
    auto const& http = at(plane::http).endpoint;
    options.session.http_port = http ? http->port : wanted_port(plane::http);
    into.socket = std::make_unique<transport::socket_server>(io_, std::move(options), services_.socket);
    return into.socket->start();
}

result<transport::endpoint> listeners::open_http(slot& into) {
    auto const settings = read_http_settings(*services_.config.snapshot());
    auto& routes = *routes_.emplace_back(std::make_unique<protocol::data_routes>(
        services_.http, protocol::data_routes_options{cors_of(settings.cors), std::string(assets::mkdb_client_js)}));
    into.http = std::make_unique<transport::http_server>(
        io_,
        transport::http_server_options{.plane = "http",
                                       .host = settings.listener.host,
                                       .port = wanted_port(plane::http),
                                       .max_body_size = settings.max_body_size},
        [&routes](protocol::http_request request, protocol::http_responder respond) {
            routes.handle(std::move(request), std::move(respond));
        });
    return into.http->start();
}

result<transport::endpoint> listeners::open_control(slot& into) {
    auto const settings = read_control_settings(*services_.config.snapshot());
    into.http = std::make_unique<transport::http_server>(
        io_,
        transport::http_server_options{
            .plane = "control", .host = settings.listener.host, .port = wanted_port(plane::control)},
        services_.control);
    return into.http->start();
}

} // namespace mkdb::server
