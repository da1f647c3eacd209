#pragma once

#include <mkdb/clock/concept.hpp>

#include <chrono>
#include <cstdint>

namespace mkdb {

/// The time by which records are over: the wall clock's when a store is opened, and then as much later as time has
/// passed. A wall clock that is set meanwhile ends no record early and none late; it counts at the next opening.
///
/// Thread safety: safe from any thread.
template <class Clock>
class expiry_clock {
public:
    explicit expiry_clock(Clock const& clock)
        : clock_(&clock), opened_(clock.monotonic()), wall_at_opening_(clock.wall()) {}

    /// Milliseconds since 1970 (UTC).
    [[nodiscard]] std::int64_t now_ms() const {
        auto const now = wall_at_opening_.time_since_epoch() + (clock_->monotonic() - opened_);
        return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
    }

private:
    Clock const* clock_;
    clock::monotonic_time opened_;
    clock::wall_time wall_at_opening_;
};

} // namespace mkdb
