#pragma once

#include <chrono>
#include <functional>

namespace mkdb::engine {

/// Runs tasks once, after a delay, one at a time. `background_timer` gives them a thread; a simulation runs them
/// itself.
///
/// Thread safety: `after` is safe from any thread, also from a task.
class timer {
public:
    virtual ~timer() = default;

    virtual void after(std::chrono::milliseconds delay, std::function<void()> task) = 0;

protected:
    timer() = default;
    timer(timer const&) = default;
    timer& operator=(timer const&) = default;
};

} // namespace mkdb::engine
