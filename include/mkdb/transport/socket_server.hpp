#pragma once

#include <mkdb/protocol/session_options.hpp>
#include <mkdb/transport/concept.hpp>
#include <mkdb/transport/detail/connection_set.hpp>
#include <mkdb/transport/detail/listener.hpp>
#include <mkdb/transport/detail/socket_connection.hpp>
#include <mkdb/transport/socket_server_options.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <functional>
#include <memory>
#include <utility>

namespace mkdb::transport {

/// The socket plane over TCP.
///
/// The `io_context` is run by one thread and outlives the server; so do the services. Destroying a server that was not
/// stopped drops its connections.
class socket_server {
public:
    socket_server(boost::asio::io_context& io, socket_server_options options, protocol::session_services services)
        : io_(io), shared_(std::make_shared<detail::socket_connection::environment>(
                       detail::socket_connection::environment{io, std::move(options), services, 0})),
          connections_(std::make_shared<connection_set>(io, shared_->options.check_interval)),
          listener_(std::make_shared<detail::listener>(io)) {}

    socket_server(socket_server const&) = delete;
    socket_server& operator=(socket_server const&) = delete;
    ~socket_server() {
        if (!stopped_) {
            stop([] {});
        }
    }

    [[nodiscard]] result<endpoint> start() {
        MKDB_TRY_ASSIGN(auto const bound, listener_->open("socket", {shared_->options.host, shared_->options.port}));
        listener_->run([shared = shared_, connections = connections_](detail::tcp_socket socket) {
            auto const connection =
                std::make_shared<detail::socket_connection>(std::move(socket), shared, std::weak_ptr(connections));
            auto const full = shared->sessions >= shared->options.max_clients;
            connections->add(connection);
            full ? connection->refuse("Server full") : connection->start();
        });
        return bound;
    }

    void stop(std::function<void()> done) {
        stopped_ = true;
        boost::asio::post(io_, [listener = listener_, connections = connections_,
                                grace = shared_->options.stop_timeout, done = std::move(done)]() mutable {
            listener->close();
            connections->stop(grace, std::move(done));
        });
    }

    [[nodiscard]] std::size_t connections() const noexcept { return connections_->size(); }

private:
    using connection_set = detail::connection_set<detail::socket_connection>;

    boost::asio::io_context& io_;
    std::shared_ptr<detail::socket_connection::environment> shared_;
    std::shared_ptr<connection_set> connections_;
    std::shared_ptr<detail::listener> listener_;
    bool stopped_ = false;
};

static_assert(transport<socket_server>);

} // namespace mkdb::transport
