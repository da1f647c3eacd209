#pragma once

#include <mkdb/core/address_limit.hpp>

#ifdef __linux__
#include <sys/mman.h>
#endif

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>

namespace mkdb {

/// Addresses of the process that are reserved for owners, so that a pointer tells by itself whose memory it is.
///
/// A slot costs nothing but addresses: whoever takes it puts memory there, and takes it away before giving it back.
/// Thread safety: all members from any thread.
class address_slots {
public:
    static constexpr std::size_t slot_bytes = std::size_t{1} << 34U;
    static constexpr std::size_t slots = 2048; ///< At most.

    struct slot {
        std::size_t number = 0;
        std::byte* begin = nullptr;
    };

    /// The one of the process: pointers are looked up without knowing where they come from.
    [[nodiscard]] static address_slots& instance() noexcept {
        static address_slots only;
        return only;
    }

    /// Which slots an owner may have: half of them are for those alone who have no other place.
    enum class share { half, all };

    /// None when all are taken, or the system reserves nothing (`ulimit -v`). Throws `std::bad_alloc`.
    [[nodiscard]] std::optional<slot> take(void* owner, share of = share::all) {
        std::lock_guard const lock(mutex_);
        auto* const begin = reserved();
        auto const end = begin == nullptr ? 0 : of == share::half ? reserved_slots_ / 2 : reserved_slots_;
        for (auto number = end; number-- > 0;) {
            // What the last owner did with the addresses is over when another begins.
            if (owners_[number].load(std::memory_order_acquire) == nullptr) {
                owners_[number].store(owner, std::memory_order_relaxed);
                return slot{number, begin + number * slot_bytes};
            }
        }
        return std::nullopt;
    }

    void give_back(slot const& taken) noexcept { owners_[taken.number].store(nullptr, std::memory_order_release); }

    /// Who took the slot that `at` is in; null when it is in none.
    [[nodiscard]] void* owner_of(void const* at) const noexcept {
        auto const begin = reinterpret_cast<std::uintptr_t>(begin_.load(std::memory_order_acquire));
        auto const distance = reinterpret_cast<std::uintptr_t>(at) - begin;
        bool const inside = begin != 0 && distance < reserved_slots_ * slot_bytes;
        return inside ? owners_[distance / slot_bytes].load(std::memory_order_relaxed) : nullptr;
    }

private:
    /// Null when the system refuses; it is asked again then. Where addresses are short, as under a sanitizer, there are
    /// fewer slots; where they are limited, half of what is left is for all else that the process will need.
    [[nodiscard]] std::byte* reserved() {
        auto* begin = begin_.load(std::memory_order_relaxed);
        if (begin != nullptr) {
            return begin;
        }
#ifdef __linux__
        auto const most = addresses_left() / 2;
        for (auto wanted = slots; begin == nullptr && wanted >= fewest_slots; wanted /= 2) {
            if (wanted * slot_bytes > most) {
                continue;
            }
            auto* const mapped =
                ::mmap(nullptr, wanted * slot_bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
            if (mapped != MAP_FAILED) {
                begin = static_cast<std::byte*>(mapped);
                reserved_slots_ = wanted;
                begin_.store(begin, std::memory_order_release);
            }
        }
#endif
        return begin;
    }

    static constexpr std::size_t fewest_slots = 16;

    std::mutex mutex_;
    std::size_t reserved_slots_ = 0;          ///< Set before `begin_`, once.
    std::atomic<std::byte*> begin_ = nullptr; ///< Kept until the process ends.
    std::array<std::atomic<void*>, slots> owners_{};
};

} // namespace mkdb
