#pragma once

#include <chrono>
#include <functional>

namespace mkdb::engine {

/// Runs tasks once, after a delay, one at a time; one that throws `std::bad_alloc`, again after a while, until it does
/// not: it has given up that try and nothing else. `background_timer` gives them a thread; a simulation runs them
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
