#pragma once

#include <mkdb/core/scratch_space.hpp>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

namespace mkdb::index {

/// How much RAM the indexes of a partition may take, and where the rest of them lies.
///
/// What counts is what index kinds keep by `index_allocator`: keys, lists and numbers. Sets of rows as bitmaps are not
/// in it; they are small beside those. Thread safety: all members from any thread.
class index_memory {
public:
    /// Null when there is no disk to be had for it.
    using scratch_maker = std::function<std::unique_ptr<scratch_space>()>;

    /// `limit` is in bytes; 0: all is in RAM.
    index_memory(std::uint64_t limit, scratch_maker make) : make_(std::move(make)), limit_(limit) {}

    /// For what is taken from now on.
    void set_limit(std::uint64_t bytes) noexcept { limit_.store(bytes, std::memory_order_relaxed); }
    [[nodiscard]] bool is_limited() const noexcept { return limit_.load(std::memory_order_relaxed) != 0; }

    /// False when the limit would be passed.
    [[nodiscard]] bool take(std::uint64_t bytes) noexcept {
        auto const limit = limit_.load(std::memory_order_relaxed);
        if (limit != 0 && used_.load(std::memory_order_relaxed) + bytes > limit) {
            return false; // Two at once may pass it by what one of them takes.
        }
        take_anyway(bytes);
        return true;
    }
    /// For what there is no other place for.
    void take_anyway(std::uint64_t bytes) noexcept { used_.fetch_add(bytes, std::memory_order_relaxed); }
    void give_back(std::uint64_t bytes) noexcept { used_.fetch_sub(bytes, std::memory_order_relaxed); }

    /// Bytes of RAM that are taken.
    [[nodiscard]] std::uint64_t ram_bytes() const noexcept { return used_.load(std::memory_order_relaxed); }

    /// Bytes that lie on the disk, with what is free between them.
    [[nodiscard]] std::uint64_t disk_bytes() const noexcept { return on_disk_.load(std::memory_order_relaxed); }
    void add_disk(std::uint64_t bytes) noexcept { on_disk_.fetch_add(bytes, std::memory_order_relaxed); }
    void remove_disk(std::uint64_t bytes) noexcept { on_disk_.fetch_sub(bytes, std::memory_order_relaxed); }

    [[nodiscard]] std::unique_ptr<scratch_space> make_scratch() const { return make_ ? make_() : nullptr; }

private:
    scratch_maker make_;
    std::atomic<std::uint64_t> limit_;
    std::atomic<std::uint64_t> used_ = 0;
    std::atomic<std::uint64_t> on_disk_ = 0;
};

} // namespace mkdb::index
