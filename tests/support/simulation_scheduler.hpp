#pragma once

#include <mkdb/clock/manual.hpp>
#include <mkdb/engine/commit_queue.hpp>
#include <mkdb/engine/timer.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <utility>
#include <vector>

namespace mkdb::testing {

/// The upkeep timer of a simulation: its tasks wait until the virtual clock is moved.
class simulated_timer final : public engine::timer {
public:
    explicit simulated_timer(clock::manual clock) : clock_(std::move(clock)) {}

    void after(std::chrono::milliseconds delay, std::function<void()> task) override {
        tasks_.emplace(clock_.monotonic() + delay, std::move(task));
    }

    /// Moves the clock to the time of the task that is due first, and runs it. False: there is none until `latest`.
    bool run_next(clock::monotonic_time latest) {
        if (tasks_.empty() || tasks_.begin()->first > latest) {
            return false;
        }
        auto next = tasks_.extract(tasks_.begin());
        move_to(next.key());
        next.mapped()();
        return true;
    }

    /// Precondition: all that is due until then was run.
    void move_to(clock::monotonic_time then) {
        if (auto const now = clock_.monotonic(); then > now) {
            clock_.advance(then - now);
        }
    }

    /// The process that these tasks belonged to is gone.
    void drop_all() { tasks_.clear(); }

private:
    clock::manual clock_;
    std::multimap<clock::monotonic_time, std::function<void()>> tasks_;
};

/// What a pool of threads would run: one task at a time, in an order that the seed decides.
class simulated_executor {
public:
    [[nodiscard]] engine::task_executor handle() {
        return [this](std::function<void()> task) { tasks_.push_back(std::move(task)); };
    }

    /// Runs one waiting task; false: there was none.
    bool run_one(std::mt19937_64& chance) {
        if (tasks_.empty()) {
            return false;
        }
        auto const at = tasks_.begin() + static_cast<std::ptrdiff_t>(chance() % tasks_.size());
        auto const task = std::move(*at);
        tasks_.erase(at);
        task();
        return true;
    }

    void run_all(std::mt19937_64& chance) {
        while (run_one(chance)) {
        }
    }

private:
    std::vector<std::function<void()>> tasks_;
};

} // namespace mkdb::testing
