#pragma once

#include <mkdb/core/scope_exit.hpp>

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <set>

namespace mkdb::log {

/// Who works on the files of a segment, so that others wait who want the same one.
///
/// Thread safety: all calls under the lock that they are given, always one of the same mutex.
class segment_turns {
public:
    /// Returns when nobody is at work on the segment. True if somebody was.
    bool await(std::unique_lock<std::mutex>& lock, std::uint32_t number) {
        bool const waited = busy_.contains(number);
        changed_.wait(lock, [&] { return !busy_.contains(number); });
        return waited;
    }

    /// Runs `work` outside the lock, while others wait who want this segment.
    template <class Work>
    [[nodiscard]] auto take(std::unique_lock<std::mutex>& lock, std::uint32_t number, Work const& work) {
        busy_.insert(number);
        lock.unlock();
        scope_exit const others_go_on([&] {
            lock.lock();
            busy_.erase(number);
            changed_.notify_all();
        });
        return work();
    }

private:
    std::condition_variable changed_;
    std::set<std::uint32_t> busy_;
};

} // namespace mkdb::log
