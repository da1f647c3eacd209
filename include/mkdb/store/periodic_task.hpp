#pragma once

#include <mkdb/core/scope_exit.hpp>
#include <mkdb/engine/timer.hpp>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>

namespace mkdb {

/// Work that is done again and again on the thread of the upkeep timer, an interval after it was done last. Work that
/// takes long is done in parts, between which other tasks of the timer have their turn.
///
/// Thread safety: safe from any thread. Held by a shared pointer, since tasks of the timer keep it alive.
class periodic_task : public std::enable_shared_from_this<periodic_task> {
public:
    /// Without a timer nothing happens. `work` gives whether a part of it is left, for which it is called again soon.
    /// What it uses must last until `stop` has returned.
    periodic_task(engine::timer* upkeep, std::function<bool()> work) : upkeep_(upkeep), work_(std::move(work)) {}

    /// Between two times; 0: none.
    void apply(std::chrono::milliseconds interval) {
        std::lock_guard const lock(mutex_);
        if (std::exchange(interval_, interval) != interval) {
            arm(interval_);
        }
    }

    /// For long work, to end early.
    [[nodiscard]] bool is_stopped() {
        std::lock_guard const lock(mutex_);
        return stopped_;
    }

    /// Returns when no work is under way; none begins after it.
    void stop() {
        std::unique_lock lock(mutex_);
        stopped_ = true;
        changed_.wait(lock, [&] { return !working_; });
    }

private:
    /// Under the lock. What was armed before does nothing when its time comes.
    void arm(std::chrono::milliseconds delay) {
        if (upkeep_ != nullptr && interval_.count() > 0) {
            upkeep_->after(delay, [weak = weak_from_this(), turn = turn_ + 1] {
                if (auto const self = weak.lock()) {
                    self->run(turn);
                }
            });
        }
        ++turn_;
    }

    void run(std::uint64_t turn) {
        std::unique_lock lock(mutex_);
        if (stopped_ || turn != turn_) {
            return;
        }
        bool const more = work_outside(lock);
        if (!stopped_ && turn == turn_) {
            arm(more ? std::min(soon, interval_) : interval_);
        }
    }

    [[nodiscard]] bool work_outside(std::unique_lock<std::mutex>& lock) {
        working_ = true;
        lock.unlock();
        scope_exit const done([&] {
            lock.lock();
            working_ = false;
            changed_.notify_all();
        });
        return work_();
    }

    static constexpr std::chrono::milliseconds soon{10};

    engine::timer* upkeep_;
    std::function<bool()> work_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::chrono::milliseconds interval_{0};
    std::uint64_t turn_ = 0; ///< Of what was armed last.
    bool working_ = false;
    bool stopped_ = false;
};

} // namespace mkdb
