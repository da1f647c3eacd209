#pragma once

#include <mkdb/engine/timer.hpp>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <list>
#include <mutex>
#include <new>
#include <thread>
#include <utility>
#include <vector>

namespace mkdb::testing {

/// Threads that are there before memory gets short, and act when they are told to.
template <class Act>
class famine_crowd {
public:
    famine_crowd(std::size_t size, Act act) : act_(std::move(act)), left_(size) {
        for (std::size_t who = 0; who < size; ++who) {
            threads_.emplace_back([this, who] {
                begun_.wait(false);
                try {
                    act_(who);
                } catch (std::bad_alloc const&) {
                    gave_up_ = true;
                }
                if (left_.fetch_sub(1) == 1) {
                    left_.notify_all();
                }
            });
        }
    }

    /// Returns when all have acted. Throws when one of them could not.
    void run() {
        begun_ = true;
        begun_.notify_all();
        for (auto left = left_.load(); left != 0; left = left_.load()) {
            left_.wait(left);
        }
        if (gave_up_) {
            throw std::bad_alloc();
        }
    }

private:
    Act act_;
    std::atomic<bool> begun_{false};
    std::atomic<bool> gave_up_{false};
    std::atomic<std::size_t> left_;
    std::vector<std::jthread> threads_;
};

/// One thread that runs what it is given.
class famine_worker {
public:
    void post(std::function<void()> task) {
        std::lock_guard const lock(mutex_);
        tasks_.push_back(std::move(task));
        changed_.notify_one();
    }

private:
    void run(std::stop_token const& stop) {
        std::unique_lock lock(mutex_);
        while (changed_.wait(lock, stop, [this] { return !tasks_.empty(); })) {
            auto const task = std::move(tasks_.front());
            tasks_.pop_front();
            lock.unlock();
            task();
            lock.lock();
        }
    }

    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::deque<std::function<void()>> tasks_;
    std::jthread thread_{[this](std::stop_token const& stop) { run(stop); }};
};

/// How many answers are still to come.
class famine_countdown {
public:
    void add() noexcept { ++open_; }
    void drop() noexcept {
        --open_;
        open_.notify_all();
    }
    void wait() const noexcept {
        for (auto open = open_.load(); open != 0; open = open_.load()) {
            open_.wait(open);
        }
    }

private:
    std::atomic<int> open_{0};
};

/// Runs tasks when it is told to, whatever their delay. As `timer` asks, one that finds no memory is run again.
class famine_timer final : public engine::timer {
public:
    void after(std::chrono::milliseconds /*delay*/, std::function<void()> task) override {
        std::lock_guard const lock(mutex_);
        tasks_.push_back(std::move(task));
    }

    /// All that wait now, each once.
    void run_all() {
        std::list<std::function<void()>> due;
        {
            std::lock_guard const lock(mutex_);
            due.swap(tasks_);
        }
        while (!due.empty()) {
            try {
                due.front()();
                due.pop_front();
            } catch (std::bad_alloc const&) {
                std::lock_guard const lock(mutex_);
                tasks_.splice(tasks_.end(), due, due.begin());
            }
        }
    }

private:
    std::mutex mutex_;
    std::list<std::function<void()>> tasks_;
};

} // namespace mkdb::testing
