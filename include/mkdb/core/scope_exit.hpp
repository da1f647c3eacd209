#pragma once

#include <utility>

namespace mkdb {

/// Calls `action` when the scope is left, however that happens. `action` must not throw.
template <class Action>
class [[nodiscard]] scope_exit {
public:
    explicit scope_exit(Action action) : action_(std::move(action)) {}
    scope_exit(scope_exit const&) = delete;
    scope_exit& operator=(scope_exit const&) = delete;
    ~scope_exit() { action_(); }

private:
    Action action_;
};

/// As `scope_exit`, unless `release` was called: for what only a failure leaves to be done.
template <class Action>
class [[nodiscard]] scope_fail {
public:
    explicit scope_fail(Action action) : action_(std::move(action)) {}
    scope_fail(scope_fail const&) = delete;
    scope_fail& operator=(scope_fail const&) = delete;
    ~scope_fail() {
        if (!released_) {
            action_();
        }
    }

    void release() noexcept { released_ = true; }

private:
    Action action_;
    bool released_ = false;
};

} // namespace mkdb
