#pragma once

#include <mkdb/clock/concept.hpp>
#include <mkdb/transport/detail/listener.hpp>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <unordered_set>
#include <utility>
#include <vector>

namespace mkdb::transport::detail {

/// A server's live connections, and the one timer that watches over all their time limits: setting a limit is then
/// storing a time, not arming a timer. All on the io thread, except `size`.
///
/// `Connection` has `tick(monotonic_time)`, `stop()` (finish, then go) and `abort()` (go now).
template <class Connection>
class connection_set : public std::enable_shared_from_this<connection_set<Connection>> {
public:
    connection_set(boost::asio::io_context& io, std::chrono::milliseconds interval) : timer_(io), interval_(interval) {}

    void add(std::shared_ptr<Connection> connection) {
        live_.insert(std::move(connection));
        size_ = live_.size();
        if (!watching_) {
            watching_ = true;
            watch();
        }
    }

    void remove(std::shared_ptr<Connection> const& connection) {
        live_.erase(connection);
        size_ = live_.size();
        if (live_.empty() && on_empty_) {
            timer_.cancel();
            std::exchange(on_empty_, nullptr)();
        }
    }

    [[nodiscard]] std::size_t size() const noexcept { return size_; }

    /// Lets the connections finish, ends those that have not after `grace`, then calls `done`.
    void stop(std::chrono::milliseconds grace, std::function<void()> done) {
        if (live_.empty()) {
            timer_.cancel();
            return done();
        }
        on_empty_ = std::move(done);
        abort_at_ = std::chrono::steady_clock::now() + grace;
        for_each([](Connection& each) { each.stop(); });
    }

private:
    void watch() {
        timer_.expires_after(interval_);
        timer_.async_wait([self = this->shared_from_this()](boost::system::error_code code) {
            if (code || self->live_.empty()) {
                self->watching_ = false;
                return;
            }
            auto const now = std::chrono::steady_clock::now();
            auto const abort = self->on_empty_ && now >= self->abort_at_;
            self->for_each([&](Connection& each) { abort ? each.abort() : each.tick(now); });
            self->watch();
        });
    }

    // A connection may leave the set while it is visited.
    template <class Visit>
    void for_each(Visit visit) {
        std::vector<std::shared_ptr<Connection>> const all(live_.begin(), live_.end());
        for (auto const& each : all) {
            visit(*each);
        }
    }

    std::unordered_set<std::shared_ptr<Connection>> live_;
    std::atomic<std::size_t> size_{0};
    steady_timer timer_;
    std::chrono::milliseconds interval_;
    bool watching_ = false;
    std::function<void()> on_empty_;
    clock::monotonic_time abort_at_{};
};

} // namespace mkdb::transport::detail
