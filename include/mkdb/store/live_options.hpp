#pragma once

#include <mkdb/engine/options.hpp>

#include <memory>
#include <mutex>
#include <utility>

namespace mkdb {

/// A store's settings, which may change while requests run: each request looks at one snapshot.
///
/// Thread safety: safe from any thread.
class live_options {
public:
    using snapshot_type = std::shared_ptr<store_options const>;

    explicit live_options(store_options first) : current_(std::make_shared<store_options const>(std::move(first))) {}

    [[nodiscard]] snapshot_type snapshot() const {
        std::lock_guard const lock(mutex_);
        return current_;
    }

    /// Replaces the settings by a copy that `change(store_options&)` has changed.
    template <class Change>
    void update(Change&& change) {
        std::lock_guard const lock(mutex_);
        auto next = std::make_shared<store_options>(*current_);
        std::forward<Change>(change)(*next);
        current_ = std::move(next);
    }

private:
    mutable std::mutex mutex_;
    snapshot_type current_;
};

} // namespace mkdb
