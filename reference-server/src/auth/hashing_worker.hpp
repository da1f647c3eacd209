#pragma once

#include <mkdb/core/result.hpp>

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace mkdb::server {

/// The one thread that hashes passwords, so that guessing costs at most one core and no network thread waits.
///
/// Thread safety: all members from any thread. Destruction waits for the task that runs and drops the rest.
class hashing_worker {
public:
    static constexpr std::size_t queue_limit = 32;

    hashing_worker() : thread_([this](std::stop_token const& stop) { run(stop); }) {}

    /// Queues a task; false when as many wait as may.
    [[nodiscard]] bool submit(std::function<void()> task);

    /// Hashes in the worker and waits. Errors: `errc::rate_limited` when the queue is full.
    [[nodiscard]] result<std::string> hash(std::string password);

private:
    void run(std::stop_token const& stop);

    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::deque<std::function<void()>> tasks_;
    std::jthread thread_;
};

/// What a full queue is answered with.
[[nodiscard]] error login_busy();

} // namespace mkdb::server
