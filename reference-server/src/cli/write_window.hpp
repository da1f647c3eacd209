#pragma once

#include <mkdb/core/result.hpp>

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <optional>

namespace mkdb::cli {

/// Bounds the writes that are on their way into a store: enough that one sync covers many, and no more than memory
/// holds.
///
/// Thread safety: `answered` from any thread, the others from the one that writes.
class write_window {
public:
    /// Waits until there is room for one more of `bytes`, and counts it. Errors: what made the store take no more.
    [[nodiscard]] result<> enter(std::size_t bytes);
    /// The answer to a write of `bytes`. A failure that the next write would meet too is kept.
    void answered(std::size_t bytes, result<> const& outcome);
    /// Waits until all are answered.
    void drain();
    [[nodiscard]] result<> failure();

private:
    static constexpr std::size_t most_bytes = std::size_t{64} * 1024 * 1024;
    static constexpr std::size_t most_records = 16384;

    void wait_for_room(std::size_t records);

    std::mutex mutex_;
    std::condition_variable answered_;
    std::size_t records_ = 0;
    std::size_t bytes_ = 0;
    std::optional<error> failure_; // Of the store: it takes no more.
};

} // namespace mkdb::cli
