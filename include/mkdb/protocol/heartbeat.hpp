#pragma once

#include <mkdb/clock/concept.hpp>

#include <chrono>

namespace mkdb::protocol {

/// Asks a silent client whether it is still there, and gives it up after two intervals without any sign of life.
class heartbeat {
public:
    enum class verdict { quiet, ping, dead };

    void start(clock::monotonic_time now) noexcept {
        last_ping_ = now;
        unanswered_ = 0;
    }

    /// Bytes of any kind prove that the client lives.
    void heard() noexcept { unanswered_ = 0; }

    [[nodiscard]] verdict tick(clock::monotonic_time now, std::chrono::nanoseconds interval) noexcept {
        if (interval.count() <= 0 || now - last_ping_ < interval) {
            return verdict::quiet;
        }
        if (unanswered_ >= 2) {
            return verdict::dead;
        }
        last_ping_ = now;
        ++unanswered_;
        return verdict::ping;
    }

private:
    clock::monotonic_time last_ping_{};
    unsigned unanswered_ = 0;
};

} // namespace mkdb::protocol
