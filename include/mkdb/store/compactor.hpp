#pragma once

#include <mkdb/core/bytes.hpp>
#include <mkdb/core/out_of_memory.hpp>
#include <mkdb/core/result.hpp>
#include <mkdb/core/scope_exit.hpp>
#include <mkdb/engine/options.hpp>
#include <mkdb/engine/timer.hpp>
#include <mkdb/store/compaction_session.hpp>
#include <mkdb/store/compaction_settings.hpp>
#include <mkdb/store/no_compactor.hpp>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mkdb {

/// What a compactor is given by its store.
struct compactor_surroundings {
    std::string store_name;
    engine::timer* upkeep = nullptr; ///< Null: only when asked.
    std::function<std::uint64_t()> free_bytes;
    std::function<void(std::string const&)> on_notice;
};

/// Compacts a store: by itself from time to time, on the thread of the upkeep timer in short steps between which other
/// upkeep gets its turn, or when asked, in the calling thread. One session at a time.
///
/// Memory: a session that finds none is given up, without harm, and another begins when the timer runs its task again.
/// Thread safety: safe from any thread. Held by a shared pointer, since tasks of the timer keep it alive.
template <class Partition, class Clock>
class compactor : public std::enable_shared_from_this<compactor<Partition, Clock>> {
public:
    using partition_list = std::vector<std::shared_ptr<Partition>>;

    compactor(partition_list partitions, Clock const& clock, compactor_surroundings around)
        : partitions_(std::move(partitions)), clock_(&clock), around_(std::move(around)), damaged_(partitions_.size()) {
    }

    void apply(compaction_settings const& wanted) {
        std::lock_guard const lock(mutex_);
        settings_ = wanted;
        arm();
    }

    /// Compacts all that is worth it, and returns when that is done. What was set aside as damaged is tried again.
    /// Errors: `cancelled` while paused, or when the store is closed meanwhile; `closed`; `no_space`, `io` and
    /// `read_only` of what ended it early: what was finished before is kept.
    [[nodiscard]] result<compaction_report> run() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return !busy_ || stopped_; });
        MKDB_TRY(check_ready());
        busy_ = true;
        std::ranges::for_each(damaged_, [](auto& each) { each.clear(); });
        std::optional<session> work;
        scope_fail unfinished([&] { give_up(work, lock); });
        work.emplace(partitions_, damaged_);
        auto const started = clock_->monotonic();
        std::uint64_t bytes = 1;
        while (bytes > 0 && !stopped_) {
            changed_.wait(lock, [&] { return paused_ == 0 || stopped_; });
            if (!stopped_) {
                bytes = step(lock, *work);
                changed_.wait_for(lock, pause_after(bytes), [&] { return stopped_; });
            }
        }
        bool const cancelled = bytes > 0;
        auto report = work->report();
        auto const failure = work->failure();
        report.duration = std::chrono::duration_cast<std::chrono::milliseconds>(clock_->monotonic() - started);
        finish(work, lock);
        unfinished.release();
        if (cancelled) {
            return fail(errc::cancelled, "Store '" + around_.store_name + "' was closed while it was compacted");
        }
        return failure ? result<compaction_report>(*failure) : result<compaction_report>(std::move(report));
    }

    /// Returns when no step is running; until as many calls of `resume`, none begins.
    void pause() {
        std::unique_lock lock(mutex_);
        ++paused_;
        changed_.wait(lock, [&] { return !stepping_; });
    }

    void resume() {
        std::lock_guard const lock(mutex_);
        if (paused_ <= 1 && held_up_) {
            post(std::chrono::milliseconds(0), &compactor::go_on); // Without memory for that it stays paused.
            held_up_ = false;
        }
        paused_ -= paused_ > 0 ? 1 : 0;
        if (paused_ == 0) {
            changed_.notify_all();
        }
    }

    /// Ends what is under way without harm, and begins nothing any more. For closing.
    void stop() {
        std::unique_lock lock(mutex_);
        stopped_ = true;
        changed_.notify_all();
        changed_.wait(lock, [&] { return !stepping_ && (!busy_ || background_); });
        background_.reset();
        busy_ = false;
    }

    [[nodiscard]] compaction_statistics statistics() const {
        std::lock_guard const lock(mutex_);
        auto now = totals_;
        now.running = busy_;
        now.paused = paused_ > 0;
        return now;
    }

private:
    using session = compaction_session<Partition>;
    using lock_type = std::unique_lock<std::mutex>;

    /// Below this the header bytes of a few batches would count as worth a rewrite.
    static constexpr double least_dead_ratio = 0.05;

    [[nodiscard]] result<> check_ready() const {
        if (stopped_) {
            return fail(errc::closed, "Store '" + around_.store_name + "' is closed");
        }
        if (paused_ > 0) {
            return fail(errc::cancelled, "Compaction of store '" + around_.store_name + "' is paused");
        }
        return {};
    }

    /// Of free space a rewrite also needs some for headers, footers and the manifest.
    [[nodiscard]] static constexpr std::uint64_t room_for_records(std::uint64_t free) noexcept {
        constexpr auto fixed = 256 * kibibyte;
        return free > fixed ? (free - fixed) / 16 * 15 : 0;
    }

    /// One step outside the lock.
    [[nodiscard]] std::uint64_t step(lock_type& lock, session& work) {
        engine::victim_options options{.dead_ratio = std::max(settings_.dead_ratio, least_dead_ratio)};
        auto const bytes = [&] {
            stepping_ = true;
            lock.unlock();
            scope_exit const stepped([&] {
                lock.lock();
                stepping_ = false;
                changed_.notify_all();
            });
            options.room = room_for_records(around_.free_bytes());
            return work.step(options);
        }();
        totals_.segments_set_aside = 0;
        for (auto const& each : damaged_) {
            totals_.segments_set_aside += each.size();
        }
        return bytes;
    }

    [[nodiscard]] std::chrono::milliseconds pause_after(std::uint64_t bytes) const {
        auto const rate = settings_.bytes_per_second;
        return std::chrono::milliseconds(rate == 0 ? 0 : bytes * 1000 / rate);
    }

    /// Counts what a session did and ends it.
    void finish(std::optional<session>& work, lock_type& lock) {
        auto const done = std::move(work->report());
        totals_.runs += done.segments_in > 0 ? 1 : 0;
        totals_.failed_runs += work->failure() ? 1 : 0;
        totals_ += done;
        // What ends every session in the same way is said once.
        bool const news = done.notes != last_notes_;
        last_notes_ = done.notes;
        lock.unlock();
        if_memory_allows([&] {
            for (auto const& note : done.notes) {
                if (news) {
                    around_.on_notice(note);
                }
            }
        });
        lock.lock();
        give_up(work, lock);
    }

    /// What a session had not finished goes, files too, before the next may begin.
    void give_up(std::optional<session>& work, lock_type& lock) noexcept {
        auto ended = std::exchange(work, std::nullopt);
        lock.unlock();
        ended.reset();
        lock.lock();
        busy_ = false;
        changed_.notify_all();
    }

    /// Under the lock, as all that follow.
    void arm() {
        if (!armed_ && !stopped_ && around_.upkeep != nullptr && settings_.interval.count() > 0) {
            post(settings_.interval, &compactor::look);
            armed_ = true;
        }
    }

    void post(std::chrono::milliseconds delay, void (compactor::*task)(lock_type&)) {
        around_.upkeep->after(delay, [weak = this->weak_from_this(), task] {
            if (auto const self = weak.lock()) {
                lock_type lock(self->mutex_);
                if (!self->stopped_) {
                    (self.get()->*task)(lock);
                }
            }
        });
    }

    void look(lock_type& lock) {
        if (busy_ || paused_ > 0) {
            arm_again();
            return;
        }
        busy_ = true;
        scope_fail unfinished([&] { give_up(background_, lock); });
        background_.emplace(partitions_, damaged_);
        unfinished.release();
        go_on(lock);
    }

    /// A task that finds no memory is run again by the timer: it begins another session then.
    void go_on(lock_type& lock) {
        if (!background_) {
            look(lock);
            return;
        }
        if (paused_ > 0) {
            held_up_ = true;
            return;
        }
        scope_fail unfinished([&] { give_up(background_, lock); });
        if (auto const bytes = step(lock, *background_); bytes > 0 && !stopped_) {
            post(pause_after(bytes), &compactor::go_on);
        } else if (!stopped_) {
            finish(background_, lock);
            arm_again();
        }
        unfinished.release();
    }

    void arm_again() {
        scope_fail still_armed([this] { armed_ = true; });
        armed_ = false;
        arm();
        still_armed.release();
    }

    partition_list partitions_;
    Clock const* clock_;
    compactor_surroundings around_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    compaction_settings settings_;
    typename session::set_aside damaged_; ///< The session's while it steps.
    std::optional<session> background_;
    compaction_statistics totals_;
    std::vector<std::string> last_notes_;
    std::uint32_t paused_ = 0;
    bool busy_ = false;     ///< There is a session.
    bool stepping_ = false; ///< It is at work, outside the lock.
    bool held_up_ = false;  ///< The background session waits to be resumed.
    bool armed_ = false;    ///< A task of the timer looks, or goes on, or will.
    bool stopped_ = false;
};

/// The compactor of a store, by what its storage can do.
template <bool can_compact, class Partition, class Clock>
struct compactor_of {
    using type = no_compactor;
};
template <class Partition, class Clock>
struct compactor_of<true, Partition, Clock> {
    using type = compactor<Partition, Clock>;
};

} // namespace mkdb
