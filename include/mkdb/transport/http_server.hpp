#pragma once

#include <mkdb/protocol/http_message.hpp>
#include <mkdb/transport/concept.hpp>
#include <mkdb/transport/detail/connection_set.hpp>
#include <mkdb/transport/detail/http_connection.hpp>
#include <mkdb/transport/detail/listener.hpp>
#include <mkdb/transport/http_server_options.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <functional>
#include <memory>
#include <utility>

namespace mkdb::transport {

/// An HTTP/1.1 server that hands requests to a handler. The handler runs on the io thread and must not block it.
///
/// The `io_context` is run by one thread and outlives the server. Destroying a server that was not stopped drops its
/// connections.
class http_server {
public:
    http_server(boost::asio::io_context& io, http_server_options options, protocol::http_handler handler)
        : io_(io), options_(std::move(options)),
          shared_(std::make_shared<detail::http_connection::environment>(
              detail::http_connection::environment{io, options_, std::move(handler), {}})),
          connections_(std::make_shared<connection_set>(io, options_.check_interval)),
          listener_(std::make_shared<detail::listener>(io)) {}

    http_server(http_server const&) = delete;
    http_server& operator=(http_server const&) = delete;
    ~http_server() {
        if (!stopped_) {
            stop([] {});
        }
    }

    [[nodiscard]] result<endpoint> start() {
        MKDB_TRY_ASSIGN(auto const bound, listener_->open(options_.plane, {options_.host, options_.port}));
        listener_->run([shared = shared_, connections = connections_](detail::tcp_socket socket) {
            auto const connection =
                std::make_shared<detail::http_connection>(std::move(socket), shared, std::weak_ptr(connections));
            auto const full = connections->size() >= shared->options.max_connections;
            connections->add(connection);
            full ? connection->refuse(503, "there are too many connections") : connection->start();
        });
        return bound;
    }

    void stop(std::function<void()> done) {
        stopped_ = true;
        boost::asio::post(io_, [listener = listener_, connections = connections_, grace = options_.stop_timeout,
                                done = std::move(done)]() mutable {
            listener->close();
            connections->stop(grace, std::move(done));
        });
    }

    [[nodiscard]] std::size_t connections() const noexcept { return connections_->size(); }

private:
    using connection_set = detail::connection_set<detail::http_connection>;

    boost::asio::io_context& io_;
    http_server_options options_;
    std::shared_ptr<detail::http_connection::environment> shared_;
    std::shared_ptr<connection_set> connections_;
    std::shared_ptr<detail::listener> listener_;
    bool stopped_ = false;
};

static_assert(transport<http_server>);

} // namespace mkdb::transport
