#pragma once

#include <mkdb/protocol/http_message.hpp>
#include <mkdb/transport/detail/byte_stream.hpp>
#include <mkdb/transport/detail/connection_set.hpp>
#include <mkdb/transport/detail/http_reader.hpp>
#include <mkdb/transport/detail/http_response_text.hpp>
#include <mkdb/transport/http_server_options.hpp>

#include <boost/asio/post.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace mkdb::transport::detail {

/// One client of an HTTP server: reads a request, lets the handler answer it, writes the answer, and again.
///
/// Everything runs on the io thread; only the responder may be called from elsewhere.
class http_connection : public std::enable_shared_from_this<http_connection> {
public:
    struct environment {
        boost::asio::io_context& io;
        http_server_options options;
        protocol::http_handler handler;
        http_date date;
    };
    using owner = connection_set<http_connection>;

    http_connection(tcp_socket socket, std::shared_ptr<environment> shared, std::weak_ptr<owner> set)
        : stream_(std::move(socket)), shared_(std::move(shared)), set_(std::move(set)),
          reader_(shared_->options.head, shared_->options.max_body_size), address_(stream_.remote_address()) {}

    void start() {
        limit(shared_->options.header_timeout);
        advance();
    }

    /// Answers without reading, for a server that has no room.
    void refuse(unsigned status, std::string_view why) {
        closing_ = true;
        respond_failure(status, why);
        flush();
    }

    /// Finishes the request at hand, if there is one.
    void stop() {
        closing_ = true;
        if (phase_ == phase::lingering || (phase_ == phase::reading && reader_.idle())) {
            abort();
        }
    }

    void abort() {
        stream_.close();
        leave();
    }

    void tick(clock::monotonic_time now) {
        switch (phase_) {
        case phase::reading: return now < deadline_ ? void() : time_out();
        case phase::handling: return;
        case phase::writing:
            return now - stream_.last_progress() < shared_->options.write_timeout ? void() : abort();
        case phase::lingering: return now < deadline_ ? void() : abort();
        }
    }

private:
    enum class phase { reading, handling, writing, lingering };

    void limit(std::chrono::milliseconds time) { deadline_ = std::chrono::steady_clock::now() + time; }

    // A loop instead of recursion: pipelined requests are answered one after the other.
    void advance() {
        for (;;) {
            switch (reader_.advance()) {
            case http_reader::state::needs_more: return read();
            case http_reader::state::expects_continue:
                interim_ = true;
                out_ = "HTTP/1.1 100 Continue\r\n\r\n";
                break;
            case http_reader::state::complete:
                handle();
                if (phase_ == phase::handling) {
                    return;
                }
                break;
            case http_reader::state::refused:
                closing_ = true;
                respond_failure(reader_.refusal().status, reader_.refusal().why);
                break;
            }
            if (!write()) {
                return;
            }
        }
    }

    void read() {
        phase_ = phase::reading;
        stream_.read([self = shared_from_this()](std::string_view bytes) { self->on_bytes(bytes); });
    }

    void on_bytes(std::string_view bytes) {
        if (bytes.empty()) {
            return abort();
        }
        auto const was_idle = reader_.idle();
        auto const was_in_body = reader_.in_body();
        reader_.append(bytes);
        if (was_idle) {
            limit(shared_->options.header_timeout);
        }
        if (!was_in_body) {
            body_started_ = std::chrono::steady_clock::now();
        }
        advance();
        if (phase_ == phase::reading && reader_.in_body()) {
            auto const earned = std::chrono::milliseconds(reader_.body_bytes() * 1000 / shared_->options.body_rate);
            deadline_ = body_started_ + shared_->options.body_grace + earned;
        }
    }

    void time_out() {
        if (reader_.idle()) {
            return abort();
        }
        closing_ = true;
        respond_failure(408, "the request did not arrive in time");
        flush();
    }

    void handle() {
        auto const keep_alive = reader_.keep_alive();
        auto request = reader_.take();
        request.remote_address = address_;
        closing_ = closing_ || !keep_alive;
        head_only_ = request.method == "HEAD";
        phase_ = phase::handling;
        shared_->handler(std::move(request), [self = shared_from_this()](protocol::http_response response) {
            if (self->shared_->io.get_executor().running_in_this_thread()) {
                return self->on_response(std::move(response));
            }
            boost::asio::post(self->shared_->io, [self, response = std::move(response)]() mutable {
                self->on_response(std::move(response));
            });
        });
        handler_returned_ = true;
        if (answered_) {
            phase_ = phase::writing;
        }
    }

    void on_response(protocol::http_response response) {
        MKDB_ASSERT(phase_ == phase::handling && !answered_);
        respond(response);
        answered_ = true;
        // Called from inside the handler: `advance` goes on when that returns.
        if (handler_returned_) {
            flush();
        }
    }

    void respond(protocol::http_response const& response) {
        out_.clear();
        append_response(out_, response, shared_->date.now(), closing_, head_only_);
    }

    void respond_failure(unsigned status, std::string_view why) {
        head_only_ = false;
        respond(protocol::http_failure(status, why));
    }

    void flush() {
        if (write()) {
            advance();
        }
    }

    /// True when the next request can be read.
    [[nodiscard]] bool write() {
        phase_ = phase::writing;
        auto const state = stream_.write(out_, [self = shared_from_this()](bool written) {
            if (!written) {
                return self->abort();
            }
            if (self->after_write()) {
                self->advance();
            }
        });
        if (state == byte_stream::written::failed) {
            abort();
        }
        return state == byte_stream::written::all && after_write();
    }

    [[nodiscard]] bool after_write() {
        answered_ = false;
        handler_returned_ = false;
        if (out_.capacity() > 64 * 1024) {
            out_ = {};
        }
        if (std::exchange(interim_, false)) {
            return true;
        }
        if (closing_) {
            linger();
            return false;
        }
        limit(reader_.idle() ? shared_->options.idle_timeout : shared_->options.header_timeout);
        return true;
    }

    void linger() {
        phase_ = phase::lingering;
        limit(shared_->options.linger_timeout);
        stream_.linger([self = shared_from_this()] { self->abort(); });
    }

    void leave() {
        if (auto const set = set_.lock()) {
            set->remove(shared_from_this());
        }
    }

    byte_stream stream_;
    std::shared_ptr<environment> shared_;
    std::weak_ptr<owner> set_;
    http_reader reader_;
    std::string address_;
    std::string out_;
    phase phase_ = phase::reading;
    bool closing_ = false; ///< No request is read after this one.
    bool interim_ = false; ///< What is being written is not the answer yet.
    bool head_only_ = false;
    bool answered_ = false;
    bool handler_returned_ = false;
    clock::monotonic_time body_started_{};
    clock::monotonic_time deadline_{};
};

} // namespace mkdb::transport::detail
