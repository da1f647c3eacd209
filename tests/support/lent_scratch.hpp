#pragma once

#include <mkdb/core/address_slots.hpp>
#include <mkdb/core/result.hpp>
#include <mkdb/core/scratch_space.hpp>
#include <mkdb/index/index_memory.hpp>

#include <sys/mman.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace mkdb::testing {

/// A disk for what passes a limit of RAM: RAM all the same, with a limit of its own. Whoever touches what has no room
/// is stopped.
class lent_scratch final : public scratch_space {
public:
    struct figures {
        std::size_t room = SIZE_MAX;
        std::size_t used = 0;
        std::size_t most_used = 0;
        std::size_t asked = 0;          ///< How often.
        std::size_t discarded = 0;      ///< How often.
        std::byte* last = nullptr;      ///< Where the space begins that got room last.
        bool is_lost = false;           ///< Whether the disk did not take what was written.
        std::function<void()> on_check; ///< What else happens when somebody looks whether it did.
        std::mutex mutex;               ///< For several spaces that are used at once.
        std::size_t misuse = 0;         ///< Room that was asked for or given back twice, or lies apart.
    };

    explicit lent_scratch(figures& of) : of_(&of), watch_(std::make_shared<watch_of>(of)) {
        lent_.reserve(address_slots::slot_bytes / unit); // Where nothing may throw it is too late.
    }
    ~lent_scratch() override {
        if (begin_ != nullptr) {
            reserve(begin_, lent_.size() * unit);
        }
        std::lock_guard const lock(of_->mutex);
        for (bool const each : lent_) {
            of_->used -= each ? unit : 0;
        }
    }

    [[nodiscard]] bool back(std::byte* at, std::size_t bytes) noexcept override {
        std::lock_guard const lock(of_->mutex);
        ++of_->asked;
        begin_ = begin_ == nullptr ? at : begin_;
        auto const first = static_cast<std::size_t>(at - begin_) / unit;
        of_->misuse += first > lent_.size() || bytes % unit != 0 ? 1 : 0;
        if (of_->used + bytes > of_->room ||
            ::mmap(at, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != at) {
            return false;
        }
        lent_.resize(std::max(lent_.size(), first + bytes / unit));
        change(first, bytes, true);
        of_->last = begin_;
        of_->used += bytes;
        of_->most_used = of_->used > of_->most_used ? of_->used : of_->most_used;
        return true;
    }

    void discard(std::byte* at, std::size_t bytes) noexcept override {
        std::lock_guard const lock(of_->mutex);
        ++of_->discarded;
        change(static_cast<std::size_t>(at - begin_) / unit, bytes, false);
        of_->used -= bytes;
        reserve(at, bytes);
    }

    [[nodiscard]] std::shared_ptr<scratch_watch> watch() const noexcept override { return watch_; }

private:
    class watch_of final : public scratch_watch {
    public:
        explicit watch_of(figures& of) : of_(&of) {}
        [[nodiscard]] result<> check() override {
            if (of_->on_check) {
                of_->on_check();
            }
            std::lock_guard const lock(of_->mutex);
            return of_->is_lost ? result<>(fail(errc::io, "the disk of indexes failed")) : result<>();
        }

    private:
        figures* of_;
    };

    static void reserve(std::byte* at, std::size_t bytes) noexcept {
        ::mmap(at, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
    }

    void change(std::size_t first, std::size_t bytes, bool lent) noexcept {
        for (auto each = first; each < first + bytes / unit; ++each) {
            of_->misuse += lent_[each] == lent ? 1 : 0;
            lent_[each] = lent;
        }
    }

    figures* of_;
    std::shared_ptr<watch_of> watch_;
    std::byte* begin_ = nullptr;
    std::vector<bool> lent_; ///< By unit.
};

/// `figures` outlive it.
[[nodiscard]] inline std::shared_ptr<index::index_memory> limited_memory(std::uint64_t ram,
                                                                         lent_scratch::figures& disk) {
    return std::make_shared<index::index_memory>(ram, [&disk]() -> result<std::unique_ptr<scratch_space>> {
        return std::unique_ptr<scratch_space>(new lent_scratch(disk));
    });
}

} // namespace mkdb::testing
