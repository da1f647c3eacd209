#pragma once

#include <mkdb/core/result.hpp>
#include <mkdb/core/scratch_space.hpp>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mkdb::index {

/// How much RAM the indexes of a partition may take, and where the rest of them lies.
///
/// What counts is what index kinds keep by `index_allocator`: keys, lists and numbers; and what they say that their
/// sets of rows as bitmaps take, which cannot lie anywhere else. So the limit is passed where those that an index
/// cannot do without grow when it is reached. Thread safety: all members from any thread.
class index_memory {
public:
    /// Errors: why there is no disk to be had for it.
    using scratch_maker = std::function<result<std::unique_ptr<scratch_space>>()>;

    /// `limit` is in bytes; 0: all is in RAM.
    index_memory(std::uint64_t limit, scratch_maker make) : make_(std::move(make)), limit_(limit) {}

    /// For what is taken from now on.
    void set_limit(std::uint64_t bytes) noexcept {
        if (limit_.exchange(bytes, std::memory_order_relaxed) != bytes) {
            std::lock_guard const lock(mutex_);
            excess_ = excess::none;
        }
    }
    [[nodiscard]] std::uint64_t limit() const noexcept { return limit_.load(std::memory_order_relaxed); }

    /// So much may be taken beyond the limit until this is called again: what indexes have that are about to go, while
    /// others are built in their place, which are to have the limit for themselves.
    void lend(std::uint64_t bytes) noexcept { lent_.store(bytes, std::memory_order_relaxed); }

    /// Whether so much more would not pass the limit.
    [[nodiscard]] bool has_room(std::uint64_t bytes) const noexcept {
        auto const most = limit();
        return most == 0 || ram_bytes() + bytes <= most + lent_.load(std::memory_order_relaxed);
    }

    /// False when the limit would be passed.
    [[nodiscard]] bool take(std::uint64_t bytes) noexcept {
        if (!has_room(bytes)) {
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

    /// Whether the disk still has all that indexes put there. Errors: those of `scratch_watch`: then what the indexes
    /// say may be wrong, and following what is in them may end the process. Complexity: quick; nothing is written.
    [[nodiscard]] result<> check() {
        std::vector<std::shared_ptr<scratch_watch>> watched;
        {
            std::lock_guard const lock(mutex_);
            std::erase_if(watches_, [](auto const& each) { return each.expired(); });
            for (auto const& each : watches_) {
                if (auto held = each.lock()) {
                    watched.push_back(std::move(held));
                }
            }
        }
        for (auto const& each : watched) {
            if (auto const kept = each->check(); !kept) {
                has_lost_.store(true, std::memory_order_relaxed);
                return kept;
            }
        }
        return {};
    }
    /// Whether `check` ever failed.
    [[nodiscard]] bool has_lost() const noexcept { return has_lost_.load(std::memory_order_relaxed); }

    /// Null when there is none. Throws `std::bad_alloc`.
    [[nodiscard]] std::unique_ptr<scratch_space> make_scratch() {
        result<std::unique_ptr<scratch_space>> made = fail(errc::unsupported, "these files cannot be memory");
        if (make_) {
            made = make_();
        }
        if (!made) {
            note_excess(made.error().message);
            return nullptr;
        }
        std::lock_guard const lock(mutex_);
        watches_.push_back((*made)->watch());
        return std::move(*made);
    }

    /// Indexes go on in RAM beyond the limit: the first reason is kept, until the limit is another.
    void note_excess(std::string_view why) noexcept {
        if (excess_.load(std::memory_order_relaxed) != excess::none) {
            return;
        }
        std::lock_guard const lock(mutex_);
        if (excess_.load(std::memory_order_relaxed) == excess::none) {
            try {
                why_ = why;
            } catch (std::bad_alloc const&) {
                why_.clear();
            }
            excess_.store(excess::untold, std::memory_order_relaxed);
        }
    }

    /// The reason, once.
    [[nodiscard]] std::optional<std::string> untold_excess() {
        if (excess_.load(std::memory_order_relaxed) != excess::untold) {
            return std::nullopt;
        }
        std::lock_guard const lock(mutex_);
        std::optional<std::string> reason(why_);
        excess_ = excess::told;
        return reason;
    }

private:
    enum class excess : std::uint8_t { none, untold, told };

    scratch_maker make_;
    std::atomic<std::uint64_t> limit_;
    std::atomic<std::uint64_t> lent_ = 0;
    std::atomic<std::uint64_t> used_ = 0;
    std::atomic<std::uint64_t> on_disk_ = 0;
    std::atomic<bool> has_lost_ = false;
    std::mutex mutex_; ///< For what follows to go together.
    std::vector<std::weak_ptr<scratch_watch>> watches_;
    std::atomic<excess> excess_ = excess::none;
    std::string why_;
};

} // namespace mkdb::index
