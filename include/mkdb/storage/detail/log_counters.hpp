#pragma once

#include <mkdb/log/segment_format.hpp>
#include <mkdb/storage/concept.hpp>

#include <atomic>
#include <cstdint>
#include <utility>

namespace mkdb::storage::detail {

/// What a rolling log has counted since it was opened.
///
/// Thread safety: read from any thread; `count_append` by the one that appends.
struct log_counters {
    std::atomic<std::uint64_t> last_sequence{0};
    std::atomic<std::uint64_t> segments{0};
    std::atomic<std::uint64_t> bytes{0};
    std::atomic<std::uint64_t> records_appended{0};
    std::atomic<std::uint64_t> batches_appended{0};
    std::atomic<std::uint64_t> bytes_appended{0};
    std::atomic<std::uint64_t> syncs{0};
    std::atomic<std::uint64_t> bytes_rewritten{0};

    void see(std::uint64_t sequence) noexcept {
        if (sequence > last_sequence.load(std::memory_order_relaxed)) {
            last_sequence.store(sequence, std::memory_order_relaxed);
        }
    }

    /// True when the batch is the first of its segment.
    [[nodiscard]] bool count_append(std::uint32_t segment, std::uint64_t records, std::uint64_t size,
                                    std::uint64_t sequence) noexcept {
        see(sequence);
        bool const fresh = std::exchange(last_segment_, segment) != segment;
        segments.fetch_add(fresh ? 1 : 0, std::memory_order_relaxed);
        bytes.fetch_add(size + (fresh ? sizeof(log::segment_header) + sizeof(log::segment_footer) : 0),
                        std::memory_order_relaxed);
        records_appended.fetch_add(records, std::memory_order_relaxed);
        batches_appended.fetch_add(1, std::memory_order_relaxed);
        bytes_appended.fetch_add(size, std::memory_order_relaxed);
        return fresh;
    }

    [[nodiscard]] storage_statistics snapshot() const noexcept {
        return {.segments = segments.load(std::memory_order_relaxed),
                .bytes = bytes.load(std::memory_order_relaxed),
                .records_appended = records_appended.load(std::memory_order_relaxed),
                .batches_appended = batches_appended.load(std::memory_order_relaxed),
                .bytes_appended = bytes_appended.load(std::memory_order_relaxed),
                .syncs = syncs.load(std::memory_order_relaxed),
                .bytes_rewritten = bytes_rewritten.load(std::memory_order_relaxed)};
    }

private:
    std::uint32_t last_segment_ = 0;
};

} // namespace mkdb::storage::detail
