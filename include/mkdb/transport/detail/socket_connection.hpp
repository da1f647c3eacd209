#pragma once

#include <mkdb/protocol/socket_session.hpp>
#include <mkdb/transport/detail/byte_stream.hpp>
#include <mkdb/transport/detail/connection_set.hpp>
#include <mkdb/transport/socket_server_options.hpp>

#include <boost/asio/post.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace mkdb::transport::detail {

/// One client of the socket plane: carries bytes between its socket and its session, all on the io thread.
class socket_connection : public std::enable_shared_from_this<socket_connection> {
public:
    struct environment {
        boost::asio::io_context& io;
        socket_server_options options;
        protocol::session_services services;
        std::size_t sessions = 0; ///< Clients that count against the limit.
    };
    using owner = connection_set<socket_connection>;

    socket_connection(tcp_socket socket, std::shared_ptr<environment> shared, std::weak_ptr<owner> set)
        : stream_(std::move(socket)), shared_(std::move(shared)), set_(std::move(set)), greeting_(shared_->io) {}

    void start() {
        ++shared_->sessions;
        session_ = std::make_shared<protocol::socket_session>(
            shared_->services, shared_->options.session, stream_.remote_address(), std::chrono::steady_clock::now(),
            [&io = shared_->io, weak = weak_from_this()] {
                if (auto self = weak.lock()) {
                    boost::asio::post(io, [self = std::move(self)] { self->pump(); });
                }
            });
        read();
        greeting_.expires_after(shared_->options.greeting_delay);
        greeting_.async_wait([self = shared_from_this()](boost::system::error_code code) {
            if (!code && self->phase_ == phase::open) {
                self->session_->greet();
                self->pump();
            }
        });
    }

    /// Says why there is no room, and goes.
    void refuse(std::string_view why) {
        protocol::append_frame(out_, protocol::error_message(why));
        if (write()) {
            linger();
        }
    }

    void stop() {
        if (phase_ == phase::open && session_) {
            session_->shut_down();
            pump();
        } else {
            abort();
        }
    }

    void abort() {
        if (std::exchange(phase_, phase::closed) == phase::closed) {
            return;
        }
        greeting_.cancel();
        stream_.close();
        end_session();
        if (auto const set = set_.lock()) {
            set->remove(shared_from_this());
        }
    }

    void tick(clock::monotonic_time now) {
        if (phase_ == phase::lingering) {
            return now < deadline_ ? void() : abort();
        }
        if (writing_) {
            // A client that takes bytes is alive, and cannot answer a ping that is still behind them.
            return now - stream_.last_progress() < shared_->options.write_timeout ? void() : abort();
        }
        if (session_) {
            session_->tick(now);
        }
    }

private:
    enum class phase { open, lingering, closed };

    void read() {
        stream_.read([self = shared_from_this()](std::string_view bytes) { self->on_bytes(bytes); });
    }

    void on_bytes(std::string_view bytes) {
        if (bytes.empty() || phase_ != phase::open) {
            return abort();
        }
        session_->receive(bytes, std::chrono::steady_clock::now());
        pump();
    }

    // Sends what the session has to say, then listens again if it wants to hear more.
    void pump() {
        if (phase_ != phase::open) {
            return;
        }
        session_->resume(std::chrono::steady_clock::now());
        if (session_->abandoned()) {
            return abort();
        }
        while (!writing_ && session_->take_output(out_)) {
            if (!write()) {
                return;
            }
        }
        if (writing_) {
            return;
        }
        if (session_->finished()) {
            linger();
        } else if (!stream_.reading() && session_->wants_input()) {
            read();
        }
    }

    /// True when all is written; otherwise the connection goes on, or ends, by itself.
    [[nodiscard]] bool write() {
        auto const state = stream_.write(out_, [self = shared_from_this()](bool written) {
            self->writing_ = false;
            if (!written) {
                return self->abort();
            }
            self->session_ ? self->pump() : self->linger();
        });
        writing_ = state == byte_stream::written::pending;
        if (state == byte_stream::written::failed) {
            abort();
        }
        return state == byte_stream::written::all;
    }

    void linger() {
        phase_ = phase::lingering;
        deadline_ = std::chrono::steady_clock::now() + shared_->options.linger_timeout;
        end_session();
        stream_.linger([self = shared_from_this()] { self->abort(); });
    }

    void end_session() {
        if (session_ && !std::exchange(session_ended_, true)) {
            session_->close();
            --shared_->sessions;
        }
    }

    byte_stream stream_;
    std::shared_ptr<environment> shared_;
    std::weak_ptr<owner> set_;
    steady_timer greeting_;
    std::shared_ptr<protocol::socket_session> session_; // Null for a client that was refused.
    std::string out_;
    phase phase_ = phase::open;
    bool writing_ = false;
    bool session_ended_ = false;
    clock::monotonic_time deadline_{};
};

} // namespace mkdb::transport::detail
