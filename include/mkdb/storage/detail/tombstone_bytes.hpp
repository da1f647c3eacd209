#pragma once

#include <cstdint>
#include <mutex>
#include <unordered_map>

namespace mkdb::storage::detail {

/// How much of each segment tombstones take: what no compaction gives back before it may drop them.
///
/// Thread safety: safe from any thread.
class tombstone_bytes {
public:
    void add(std::uint32_t segment, std::uint64_t size) {
        if (size > 0) {
            std::lock_guard const lock(mutex_);
            by_segment_[segment] += size;
        }
    }

    /// So that `add` for this segment needs no memory.
    void make_room(std::uint32_t segment) {
        std::lock_guard const lock(mutex_);
        by_segment_.try_emplace(segment);
    }

    void forget(std::uint32_t segment) {
        std::lock_guard const lock(mutex_);
        by_segment_.erase(segment);
    }

    /// `unknown` for a segment that has none as far as anybody has looked.
    [[nodiscard]] std::uint64_t of(std::uint32_t segment, std::uint64_t unknown) const {
        std::lock_guard const lock(mutex_);
        auto const found = by_segment_.find(segment);
        return found == by_segment_.end() ? unknown : found->second;
    }

private:
    mutable std::mutex mutex_;
    std::unordered_map<std::uint32_t, std::uint64_t> by_segment_;
};

} // namespace mkdb::storage::detail
