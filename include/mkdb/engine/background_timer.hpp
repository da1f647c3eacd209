#pragma once

#include <mkdb/core/out_of_memory.hpp>
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
    /// `on_no_memory` is called, on the thread of the tasks, when one of them found none, and not again before one has
    /// come to its end. `second_try` is how long such a task waits for the next.
    explicit background_timer(std::function<void()> on_no_memory = {},
                              std::chrono::milliseconds second_try = std::chrono::seconds(1))
        : on_no_memory_(std::move(on_no_memory)), second_try_(second_try),
          thread_([this](std::stop_token const& stop) { run(stop); }) {}

    void after(std::chrono::milliseconds delay, std::function<void()> task) override {
        std::lock_guard const lock(mutex_);
        tasks_.emplace(std::chrono::steady_clock::now() + delay, std::move(task));
        changed_.notify_one();
    }

private:
    using task_list = std::multimap<std::chrono::steady_clock::time_point, std::function<void()>>;

    void run(std::stop_token const& stop) {
        std::unique_lock lock(mutex_);
        while (!stop.stop_requested()) {
            if (tasks_.empty()) {
                changed_.wait(lock, stop, [this] { return !tasks_.empty(); });
            } else if (tasks_.begin()->first > std::chrono::steady_clock::now()) {
                auto const due = tasks_.begin()->first;
                changed_.wait_until(lock, stop, due, [&] { return tasks_.begin()->first < due; });
            } else {
                auto task = tasks_.extract(tasks_.begin());
                lock.unlock();
                bool const done = if_memory_allows(task.mapped());
                tell(done);
                if (done) {
                    task = {};
                }
                lock.lock();
                if (!done) {
                    // It keeps its place in memory, so that this needs none.
                    task.key() = std::chrono::steady_clock::now() + second_try_;
                    tasks_.insert(std::move(task));
                }
            }
        }
    }

    void tell(bool done) {
        if (!done && !std::exchange(told_, true) && on_no_memory_) {
            if_memory_allows(on_no_memory_);
        }
        told_ = told_ && !done;
    }

    std::function<void()> on_no_memory_;
    std::chrono::milliseconds second_try_;
    bool told_ = false; ///< The thread's own.
    std::mutex mutex_;
    std::condition_variable_any changed_;
    task_list tasks_;
    std::jthread thread_;
};

} // namespace mkdb::engine
