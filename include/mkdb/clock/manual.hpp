#pragma once

#include <mkdb/clock/concept.hpp>

#include <atomic>
#include <cstdint>
#include <memory>

namespace mkdb::clock {

/// A clock that moves only when a test moves it. Copies share one time.
class manual {
public:
    [[nodiscard]] monotonic_time monotonic() const noexcept {
        return monotonic_time(std::chrono::nanoseconds(state_->monotonic_ns.load()));
    }
    [[nodiscard]] wall_time wall() const noexcept {
        return wall_time(
            std::chrono::duration_cast<wall_time::duration>(std::chrono::nanoseconds(state_->wall_ns.load())));
    }

    /// Moves both clocks forward, as passing time does.
    void advance(std::chrono::nanoseconds by) noexcept {
        state_->monotonic_ns += by.count();
        state_->wall_ns += by.count();
    }

    /// Moves only the wall clock, forward or back, as an operator or a time server does.
    void step_wall(std::chrono::nanoseconds by) noexcept { state_->wall_ns += by.count(); }

private:
    struct times {
        std::atomic<std::int64_t> monotonic_ns{0};
        std::atomic<std::int64_t> wall_ns{0};
    };
    std::shared_ptr<times> state_ = std::make_shared<times>();
};

static_assert(clock_source<manual>);

} // namespace mkdb::clock
