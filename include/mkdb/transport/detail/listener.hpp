#pragma once

#include <mkdb/core/result.hpp>
#include <mkdb/transport/concept.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace mkdb::transport::detail {

/// The executor type is spelled out because a type-erased one costs an allocation and a virtual call an operation.
using io_executor = boost::asio::io_context::executor_type;
using tcp_socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, io_executor>;
using tcp_acceptor = boost::asio::basic_socket_acceptor<boost::asio::ip::tcp, io_executor>;
using steady_timer =
    boost::asio::basic_waitable_timer<std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>,
                                      io_executor>;

/// A listening socket and its accept loop.
class listener : public std::enable_shared_from_this<listener> {
public:
    using socket_handler = std::function<void(tcp_socket)>;

    explicit listener(boost::asio::io_context& io) : io_(io), acceptor_(io), backoff_(io) {}

    /// Binds and listens; `plane` names the server in the error sentence.
    [[nodiscard]] result<endpoint> open(std::string_view plane, endpoint const& wanted) {
        boost::system::error_code code;
        auto const address = resolve(wanted, code);
        if (!code) {
            code = bind(address);
        }
        if (code) {
            boost::system::error_code ignored;
            acceptor_.close(ignored);
            return fail(errc::io, "The " + std::string(plane) + " server cannot listen on " + wanted.host + ":" +
                                      std::to_string(wanted.port) + ": " + code.message());
        }
        return endpoint{wanted.host, acceptor_.local_endpoint().port()};
    }

    /// Hands every accepted socket to `on_socket`, on the io thread, until `close`.
    void run(socket_handler on_socket) {
        boost::asio::post(io_, [self = shared_from_this(), on_socket = std::move(on_socket)]() mutable {
            self->on_socket_ = std::move(on_socket);
            self->accept();
        });
    }

    /// On the io thread.
    void close() {
        boost::system::error_code ignored;
        acceptor_.close(ignored);
        backoff_.cancel();
        on_socket_ = nullptr;
    }

private:
    [[nodiscard]] boost::asio::ip::tcp::endpoint resolve(endpoint const& wanted, boost::system::error_code& code) {
        auto const literal = boost::asio::ip::make_address(wanted.host, code);
        if (!code) {
            return {literal, wanted.port};
        }
        boost::asio::ip::tcp::resolver resolver(io_);
        auto const found = resolver.resolve(wanted.host, std::to_string(wanted.port), code);
        return code ? boost::asio::ip::tcp::endpoint() : found.begin()->endpoint();
    }

    [[nodiscard]] boost::system::error_code bind(boost::asio::ip::tcp::endpoint const& address) {
        boost::system::error_code code;
        if (acceptor_.open(address.protocol(), code) ||
            acceptor_.set_option(boost::asio::socket_base::reuse_address(true), code) ||
            acceptor_.bind(address, code)) {
            return code;
        }
        acceptor_.listen(boost::asio::socket_base::max_listen_connections, code);
        return code;
    }

    void accept() {
        if (!acceptor_.is_open()) {
            return;
        }
        acceptor_.async_accept([self = shared_from_this()](boost::system::error_code code, tcp_socket socket) {
            if (!self->on_socket_) {
                return;
            }
            if (!code) {
                self->on_socket_(std::move(socket));
            } else if (code != boost::asio::error::connection_aborted) {
                return self->retry_later();
            }
            self->accept();
        });
    }

    // Out of file descriptors or memory: the connection stays in the queue, and accepting at once would only spin.
    void retry_later() {
        backoff_.expires_after(std::chrono::milliseconds(100));
        backoff_.async_wait([self = shared_from_this()](boost::system::error_code code) {
            if (!code) {
                self->accept();
            }
        });
    }

    boost::asio::io_context& io_;
    tcp_acceptor acceptor_;
    steady_timer backoff_;
    socket_handler on_socket_;
};

} // namespace mkdb::transport::detail
