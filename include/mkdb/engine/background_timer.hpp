#pragma once

#include <mkdb/engine/timer.hpp>

#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

namespace mkdb::engine {

/// Runs tasks on one background thread that sleeps while there are none.
///
/// Thread safety: `after` is safe from any thread. Destruction waits for the task that runs and drops the rest.
class background_timer final : public timer {
public:
    background_timer() : thread_([this](std::stop_token const& stop) { run(stop); }) {}

    void after(std::chrono::milliseconds delay, std::function<void()> task) override {
        std::lock_guard const lock(mutex_);
        tasks_.emplace(std::chrono::steady_clock::now() + delay, std::move(task));
        changed_.notify_one();
    }

private:
    void run(std::stop_token const& stop) {
        std::unique_lock lock(mutex_);
        while (!stop.stop_requested()) {
            if (tasks_.empty()) {
                changed_.wait(lock, stop, [this] { return !tasks_.empty(); });
            } else if (tasks_.begin()->first > std::chrono::steady_clock::now()) {
                auto const due = tasks_.begin()->first;
                changed_.wait_until(lock, stop, due, [&] { return tasks_.begin()->first < due; });
            } else {
                auto const task = std::move(tasks_.extract(tasks_.begin()).mapped());
                lock.unlock();
                task();
                lock.lock();
            }
        }
    }

    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::multimap<std::chrono::steady_clock::time_point, std::function<void()>> tasks_;
    std::jthread thread_;
};

} // namespace mkdb::engine
