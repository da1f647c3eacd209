#pragma once

#include <mkdb/clock/system.hpp>
#include <mkdb/protocol/socket_session.hpp>
#include <mkdb/transport/concept.hpp>
#include <mkdb/transport/detail/serial_queue.hpp>

#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mkdb::transport {

/// The socket plane without sockets: clients in the same process exchange its bytes through function calls.
///
/// For programs that embed the server as well as the engine, and for tests: with a manual clock and `tick`, time limits
/// are exact. The services outlive the transport.
template <class Clock = clock::system>
class in_process {
public:
    using bytes_handler = std::function<void(std::string_view)>;
    using close_handler = std::function<void()>;

    /// One client. Its handlers run one at a time, on whichever thread has something for them; they may call it back.
    class client : public std::enable_shared_from_this<client> {
    public:
        client(in_process& server, bytes_handler on_bytes, close_handler on_close)
            : server_(&server), clock_(server.clock_), on_bytes_(std::move(on_bytes)), on_close_(std::move(on_close)) {}

        void send(std::string bytes) {
            queue_.run([self = this->shared_from_this(), bytes = std::move(bytes)] {
                if (self->session_) {
                    self->session_->receive(bytes, self->clock_.monotonic());
                    self->pump();
                }
            });
        }

        /// Ends the connection from the client's side; `on_close` does not follow.
        void close() {
            queue_.run([self = this->shared_from_this()] {
                self->on_close_ = nullptr;
                self->leave();
            });
        }

    private:
        friend class in_process;

        void open(protocol::session_services services, protocol::session_options const& options) {
            queue_.run([this, self = this->shared_from_this(), services, &options] {
                session_ = std::make_shared<protocol::socket_session>(
                    services, options, "in-process", clock_.monotonic(), [weak = std::weak_ptr(self)] {
                        if (auto const woken = weak.lock()) {
                            woken->queue_.run([woken] { woken->pump(); });
                        }
                    });
                session_->greet();
                pump();
            });
        }

        void visit(std::function<void(protocol::socket_session&)> action) {
            queue_.run([self = this->shared_from_this(), action = std::move(action)] {
                if (self->session_) {
                    action(*self->session_);
                    self->pump();
                }
            });
        }

        void pump() {
            if (!session_) {
                return;
            }
            session_->resume(clock_.monotonic());
            while (!session_->abandoned() && session_->take_output(out_)) {
                on_bytes_(out_);
            }
            if (session_->finished()) {
                leave();
            }
        }

        void leave() {
            if (!session_) {
                return;
            }
            session_->close();
            session_ = nullptr;
            if (on_close_) {
                on_close_();
            }
            server_->remove(this->shared_from_this());
        }

        in_process* server_;
        Clock clock_;
        bytes_handler on_bytes_;
        close_handler on_close_;
        detail::serial_queue queue_;
        std::shared_ptr<protocol::socket_session> session_;
        std::string out_;
    };

    in_process(protocol::session_options options, protocol::session_services services, Clock clock = {})
        : options_(options), services_(services), clock_(std::move(clock)) {}

    [[nodiscard]] result<endpoint> start() { return endpoint{"in-process", 0}; }

    /// The greeting may reach `on_bytes` before this returns.
    [[nodiscard]] result<std::shared_ptr<client>> connect(bytes_handler on_bytes, close_handler on_close) {
        auto connected = std::make_shared<client>(*this, std::move(on_bytes), std::move(on_close));
        {
            std::lock_guard const lock(mutex_);
            if (stopped_) {
                return fail(errc::closed, "the server is stopping");
            }
            clients_.insert(connected);
        }
        connected->open(services_, options_);
        return connected;
    }

    /// Lets heartbeats and time limits happen. To be called every now and then.
    void tick() {
        for (auto const& each : all()) {
            each->visit([now = clock_.monotonic()](protocol::socket_session& session) { session.tick(now); });
        }
    }

    void stop(std::function<void()> done) {
        {
            std::lock_guard const lock(mutex_);
            stopped_ = true;
            if (!clients_.empty()) {
                on_empty_ = std::exchange(done, nullptr);
            }
        }
        if (done) {
            return done();
        }
        for (auto const& each : all()) {
            each->visit([](protocol::socket_session& session) { session.shut_down(); });
        }
    }

    [[nodiscard]] std::size_t connections() const {
        std::lock_guard const lock(mutex_);
        return clients_.size();
    }

private:
    [[nodiscard]] std::vector<std::shared_ptr<client>> all() const {
        std::lock_guard const lock(mutex_);
        return {clients_.begin(), clients_.end()};
    }

    void remove(std::shared_ptr<client> const& gone) {
        std::function<void()> done;
        {
            std::lock_guard const lock(mutex_);
            clients_.erase(gone);
            if (clients_.empty()) {
                done = std::exchange(on_empty_, nullptr);
            }
        }
        if (done) {
            done();
        }
    }

    protocol::session_options options_;
    protocol::session_services services_;
    Clock clock_;
    mutable std::mutex mutex_;
    std::set<std::shared_ptr<client>> clients_;
    std::function<void()> on_empty_;
    bool stopped_ = false;
};

static_assert(transport<in_process<>>);

} // namespace mkdb::transport
