#pragma once

#include <mkdb/core/result.hpp>
#include <mkdb/core/scope_exit.hpp>

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <optional>
#include <utility>

namespace mkdb::cli {

/// Bounds the writes that are on their way into a store: enough that one sync covers many, and no more than memory
/// holds.
///
/// Thread safety: `answered` from any thread, the others from the one that writes.
class write_window {
public:
    /// Waits until there is room for one more write of `bytes`, and calls `send`, after which it is answered; unless
    /// that throws. Errors: what made the store take no more; nothing is sent then.
    template <class Send>
    [[nodiscard]] result<> send(std::size_t bytes, Send&& send) {
        MKDB_TRY(enter(bytes));
        scope_fail never_answered([&] { answered(bytes, {}); });
        std::forward<Send>(send)();
        never_answered.release();
        return {};
    }
    /// The answer to a write of `bytes`. A failure that the next write would meet too is kept.
    void answered(std::size_t bytes, result<> const& written);
    /// Waits until all are answered.
    void drain();
    [[nodiscard]] result<> failure();

private:
    static constexpr std::size_t most_bytes = std::size_t{64} * 1024 * 1024;
    static constexpr std::size_t most_records = 16384;

    [[nodiscard]] result<> enter(std::size_t bytes);
    void wait_for_room(std::size_t records);

    std::mutex mutex_;
    std::condition_variable answered_;
    std::size_t records_ = 0;
    std::size_t bytes_ = 0;
    std::optional<error> failure_; // Of the store: it takes no more.
};

} // namespace mkdb::cli
