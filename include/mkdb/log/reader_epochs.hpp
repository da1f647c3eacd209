#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <thread>

namespace mkdb::log {

/// Tells when everybody who was reading has finished, so that what nobody can find any more may be freed.
///
/// A reader counts itself into the half that the current epoch names, in a stripe that its thread shares with few
/// others. Whoever waits turns the epoch and waits for the half that no newcomer enters, twice: a reader that looked
/// at the epoch before a turn may have counted itself into the other half only after it.
/// Thread safety: safe from any thread; but whoever holds a guard must not wait.
class reader_epochs {
    struct alignas(64) stripe {
        std::array<std::atomic<std::uint32_t>, 2> reading{};
    };

public:
    /// Whoever holds one may use what it finds; nothing that was findable when it was made is freed meanwhile.
    class [[nodiscard]] guard {
    public:
        explicit guard(std::atomic<std::uint32_t>& reading) noexcept : reading_(&reading) { reading_->fetch_add(1); }
        guard(guard const&) = delete;
        guard& operator=(guard const&) = delete;
        ~guard() { reading_->fetch_sub(1, std::memory_order_release); }

    private:
        std::atomic<std::uint32_t>* reading_;
    };

    [[nodiscard]] guard enter() const noexcept { return guard(stripes_[own_stripe()].reading[epoch_.load() & 1]); }

    /// Returns when every guard that was made before the call is gone. What such a guard may protect must be out of
    /// reach for later ones already.
    void wait_for_readers() {
        // A turn by somebody else would let newcomers into the half that is waited for.
        std::lock_guard const one_at_a_time(waiting_);
        for (int turn = 0; turn < 2; ++turn) {
            auto const left = epoch_.fetch_add(1) & 1;
            for (auto& each : stripes_) {
                while (each.reading[left].load() != 0) {
                    std::this_thread::yield();
                }
            }
        }
    }

private:
    static constexpr std::size_t stripe_count = 16;

    [[nodiscard]] static std::size_t own_stripe() noexcept {
        static std::atomic<std::size_t> threads{0};
        static thread_local std::size_t const own = threads.fetch_add(1, std::memory_order_relaxed) % stripe_count;
        return own;
    }

    mutable std::array<stripe, stripe_count> stripes_{};
    std::atomic<std::uint32_t> epoch_{0};
    std::mutex waiting_;
};

} // namespace mkdb::log
