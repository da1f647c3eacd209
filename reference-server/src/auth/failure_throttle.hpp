#pragma once

#include <mkdb/clock/system.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace mkdb::server {

struct throttle_options {
    unsigned free_failures = 5;                 ///< Mistakes that cost no wait.
    std::chrono::seconds longest_wait{15 * 60}; ///< The wait doubles from one second up to this.
    std::chrono::seconds forget_after{60 * 60}; ///< Without a failure in this time a key is new again.
    std::size_t max_keys = 10000;               ///< Beyond it the key that failed longest ago is forgotten.
};

/// Makes a key that fails again and again wait, twice as long each time.
///
/// Thread safety: all members from any thread. Complexity: logarithmic in the number of keys.
template <class Clock = clock::system>
class failure_throttle {
public:
    explicit failure_throttle(throttle_options options = {}, Clock clock = {}) : options_(options), clock_(clock) {}

    /// How long the key must still wait; none when it may try.
    [[nodiscard]] std::optional<std::chrono::seconds> wait_for(std::string const& key) const {
        std::lock_guard const lock(mutex_);
        auto const found = failures_.find(key);
        auto const now = clock_.monotonic();
        if (found == failures_.end() || found->second.next_try <= now) {
            return std::nullopt;
        }
        return std::chrono::ceil<std::chrono::seconds>(found->second.next_try - now);
    }

    void failed(std::string const& key) {
        std::lock_guard const lock(mutex_);
        auto const now = clock_.monotonic();
        auto& entry = failures_[key];
        if (entry.count > 0 && now - entry.last > options_.forget_after) {
            entry.count = 0;
        }
        entry.last = now;
        ++entry.count;
        entry.next_try = now + wait_after(entry.count);
        if (failures_.size() > options_.max_keys) {
            forget_oldest();
        }
    }

    void succeeded(std::string const& key) {
        std::lock_guard const lock(mutex_);
        failures_.erase(key);
    }

private:
    struct record {
        unsigned count = 0;
        clock::monotonic_time last;
        clock::monotonic_time next_try;
    };

    [[nodiscard]] std::chrono::seconds wait_after(unsigned count) const {
        if (count < options_.free_failures) {
            return std::chrono::seconds(0);
        }
        auto const doublings = std::min(count - options_.free_failures, 20U);
        return std::min(std::chrono::seconds(1L << doublings), options_.longest_wait);
    }

    void forget_oldest() {
        failures_.erase(std::ranges::min_element(failures_, {}, [](auto const& entry) { return entry.second.last; }));
    }

    throttle_options options_;
    Clock clock_;
    mutable std::mutex mutex_;
    std::map<std::string, record> failures_;
};

} // namespace mkdb::server
