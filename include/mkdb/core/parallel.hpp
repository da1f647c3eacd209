#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace mkdb {

/// Calls `action(i)` for every i below `count`, each once, on up to `threads` threads, this one among them, or as many
/// as the system gives. Returns when all have returned; the first exception goes on to the caller then.
///
/// `Thread` runs what it is made with, and waits for that when it goes.
template <class Thread = std::jthread, class Action>
void for_each_in_parallel(std::size_t count, std::size_t threads, Action const& action) {
    std::atomic<std::size_t> next{0};
    std::mutex mutex;
    std::exception_ptr thrown;
    auto const work = [&] {
        try {
            for (auto i = next.fetch_add(1); i < count; i = next.fetch_add(1)) {
                action(i);
            }
        } catch (...) {
            std::lock_guard const lock(mutex);
            thrown = thrown ? thrown : std::current_exception();
        }
    };
    {
        std::vector<Thread> helpers;
        try {
            for (std::size_t i = 1; i < std::min(count, threads); ++i) {
                helpers.emplace_back(work);
            }
        } catch (std::system_error const&) {
            // The system is out of threads: those that there are do it all.
        }
        work();
    }
    if (thrown) {
        std::rethrow_exception(thrown);
    }
}

} // namespace mkdb
