#pragma once

#include <mkdb/core/assert.hpp>

#include <cstdint>
#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace mkdb {

/// One committed change of a store.
struct change {
    enum class kind { write, erase };

    std::uint64_t sequence = 0;
    std::string id;
    kind what = kind::write;

    friend bool operator==(change const&, change const&) = default;
};

using change_listener = std::function<void(std::span<change const>)>;

namespace engine {

/// Hands out a store's sequence numbers and delivers its changes in their order, though partitions commit side by side.
///
/// A partition reserves a range before it writes and completes it afterwards; ranges are delivered when all earlier
/// ones are complete, so that a listener never sees a sequence go back.
/// Thread safety: all calls are safe. Listeners run one at a time, under the feed's lock: they must be quick and must
/// not call the feed.
class change_feed {
public:
    /// The first of `count` sequence numbers, all of them above every number that was ever visible.
    [[nodiscard]] std::uint64_t reserve(std::uint64_t count) {
        std::lock_guard const lock(mutex_);
        auto const first = next_;
        in_flight_.emplace(first, range{});
        next_ += count;
        return first;
    }

    /// Ends a reserved range: with the changes that are now committed, or with none when the commit failed.
    /// A listener that throws ends the process: what it did not hear it would never hear.
    void complete(std::uint64_t first, std::vector<change> changes) noexcept {
        std::lock_guard const lock(mutex_);
        auto const at = in_flight_.find(first);
        MKDB_ASSERT(at != in_flight_.end());
        at->second = {true, std::move(changes)};
        while (!in_flight_.empty() && in_flight_.begin()->second.complete) {
            deliver(in_flight_.begin()->second.changes);
            in_flight_.erase(in_flight_.begin());
        }
    }

    /// Numbers from now on are above `sequence`.
    void start_after(std::uint64_t sequence) {
        std::lock_guard const lock(mutex_);
        next_ = std::max(next_, sequence + 1);
    }

    [[nodiscard]] std::uint64_t last_sequence() const {
        std::lock_guard const lock(mutex_);
        return next_ - 1;
    }

    [[nodiscard]] std::uint64_t add_listener(change_listener listener) {
        std::lock_guard const lock(mutex_);
        listeners_.emplace(++last_listener_, std::move(listener));
        return last_listener_;
    }

    /// When it returns, the listener is not running and will not run again.
    void remove_listener(std::uint64_t key) {
        std::lock_guard const lock(mutex_);
        listeners_.erase(key);
    }

private:
    struct range {
        bool complete = false;
        std::vector<change> changes;
    };

    void deliver(std::vector<change> const& changes) {
        if (changes.empty()) {
            return;
        }
        for (auto const& [key, listener] : listeners_) {
            listener(changes);
        }
    }

    mutable std::mutex mutex_;
    std::uint64_t next_ = 1;
    std::map<std::uint64_t, range> in_flight_;
    std::map<std::uint64_t, change_listener> listeners_;
    std::uint64_t last_listener_ = 0;
};

} // namespace engine

/// Keeps a listener registered for as long as it lives. Outliving the store is harmless.
class [[nodiscard]] subscription {
public:
    subscription() = default;
    subscription(std::shared_ptr<engine::change_feed> feed, change_listener listener)
        : feed_(std::move(feed)), key_(feed_->add_listener(std::move(listener))) {}
    subscription(subscription&& other) noexcept : feed_(std::move(other.feed_)), key_(other.key_) {}
    subscription& operator=(subscription&& other) noexcept {
        subscription gone(std::move(*this));
        feed_ = std::move(other.feed_);
        key_ = other.key_;
        return *this;
    }
    subscription(subscription const&) = delete;
    subscription& operator=(subscription const&) = delete;
    ~subscription() {
        if (feed_) {
            feed_->remove_listener(key_);
        }
    }

private:
    std::shared_ptr<engine::change_feed> feed_;
    std::uint64_t key_ = 0;
};

} // namespace mkdb
