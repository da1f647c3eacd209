#pragma once

#include <deque>
#include <functional>
#include <mutex>
#include <utility>

namespace mkdb::transport::detail {

/// Runs tasks one at a time in their order, on whichever thread finds the queue idle. A task may add tasks: they run
/// after it, not inside it.
class serial_queue {
public:
    void run(std::function<void()> task) {
        {
            std::lock_guard const lock(mutex_);
            tasks_.push_back(std::move(task));
            if (std::exchange(running_, true)) {
                return;
            }
        }
        while (auto const next = take()) {
            next();
        }
    }

private:
    [[nodiscard]] std::function<void()> take() {
        std::lock_guard const lock(mutex_);
        if (tasks_.empty()) {
            running_ = false;
            return nullptr;
        }
        auto next = std::move(tasks_.front());
        tasks_.pop_front();
        return next;
    }

    std::mutex mutex_;
    std::deque<std::function<void()>> tasks_;
    bool running_ = false;
};

} // namespace mkdb::transport::detail
