#pragma once

#include <mkdb/clock/concept.hpp>
#include <mkdb/core/out_of_memory.hpp>
#include <mkdb/core/result.hpp>
#include <mkdb/core/scope_exit.hpp>
#include <mkdb/engine/options.hpp>
#include <mkdb/engine/timer.hpp>
#include <mkdb/store/checkpoint_session.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mkdb {

/// What a checkpointer is given by its store.
struct checkpointer_surroundings {
    std::string store_name;
    engine::timer* upkeep = nullptr; ///< Null: only when asked.
    std::function<void(std::string const&)> on_notice;
};

/// Writes checkpoints of a store: by itself when enough was written since the last, on the thread of the upkeep timer
/// in short steps between which other upkeep gets its turn, or when asked, in the calling thread. One session at a
/// time. A state that is too large for a copy is written when asked and when closing only: writes to its partition wait
/// for that as long as the disk takes.
///
/// Memory: a session that finds none is given up, without harm, and another begins when the timer runs its task again.
/// Thread safety: safe from any thread. Held by a shared pointer, since tasks of the timer keep it alive.
template <class Partition, class Clock>
class checkpointer : public std::enable_shared_from_this<checkpointer<Partition, Clock>> {
public:
    using partition_list = std::vector<std::shared_ptr<Partition>>;

    checkpointer(partition_list partitions, Clock const& clock, checkpointer_surroundings around)
        : partitions_(std::move(partitions)), clock_(&clock), around_(std::move(around)) {}

    /// `bytes_between` is how much of a partition's log may lie behind its checkpoint; 0: whatever comes.
    void apply(std::uint64_t bytes_between) {
        std::lock_guard const lock(mutex_);
        bytes_between_ = bytes_between;
        arm(look_interval);
    }

    /// Writes a checkpoint of every partition that has changed since its last. Errors: `closed`, also when `finish` is
    /// called meanwhile, which does not wait for all of it; those of the log, which are final; `io` and `no_space` of
    /// the checkpoint, which harm nothing.
    [[nodiscard]] result<> run() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return !busy_ || stopped_; });
        if (stopped_) {
            return closed();
        }
        busy_ = true;
        lock.unlock();
        scope_exit const others_go_on([&] {
            lock.lock();
            busy_ = false;
            changed_.notify_all();
        });
        auto const is_stopped = [this] { return stopped_.load(); };
        auto const done =
            write_all([](Partition& each) { return engine::uncovered_bytes(each) > 0; }, is_stopped, is_stopped);
        if (stopped_ && !done.log_failure && (done.failure || !done.is_complete)) {
            return closed();
        }
        return done.log_failure ? *done.log_failure : done.failure ? result<>(*done.failure) : result<>();
    }

    /// Ends what is under way without harm, begins nothing any more, and writes the last checkpoints: those that
    /// opening would miss, and of states that are too large for a copy what is done in time. For closing. Errors: those
    /// of the log; a checkpoint that could not be written is told of.
    [[nodiscard]] result<> finish() {
        std::unique_lock lock(mutex_);
        if (stopped_.exchange(true)) {
            return {};
        }
        changed_.notify_all();
        changed_.wait(lock, [&] { return !stepping_ && (!busy_ || background_); });
        give_up();
        lock.unlock();
        // A tail that is short beside the checkpoint costs opening less than a new one costs closing.
        auto const is_due = [](Partition& each) {
            return engine::uncovered_bytes(each) > each.checkpoint().size() / 16;
        };
        auto const is_late = [this, end = clock_->monotonic() + time_for_large_states] {
            return clock_->monotonic() > end;
        };
        auto const done = write_all(is_due, is_late, [] { return false; });
        if (done.failure) {
            tell(*done.failure);
        }
        return done.log_failure ? result<>(*done.log_failure) : result<>();
    }

private:
    using session = checkpoint_session<Partition>;
    struct outcome {
        std::optional<error> failure;
        std::optional<error> log_failure;
        bool is_complete = true;
    };

    static constexpr std::chrono::milliseconds look_interval{5000};
    /// Checkpoints take at most this part of the time.
    static constexpr int rest_for_work = 10;
    /// Whoever stops a process soon ends it by force; then less was lost than here.
    static constexpr std::chrono::seconds time_for_large_states{60};

    /// `is_late()` ends the writing of states that are too large for a copy, `is_over()` all of it.
    template <class IsDue, class IsLate, class IsOver>
    [[nodiscard]] outcome write_all(IsDue const& is_due, IsLate const& is_late, IsOver const& is_over) const {
        session work(partitions_, is_late);
        scope_fail unfinished([&] { if_memory_allows([&] { work.abandon(); }); });
        bool more = true;
        while (more && !is_over()) {
            more = work.step(is_due);
        }
        unfinished.release();
        work.abandon();
        return {work.failure(), work.log_failure(), !more};
    }

    [[nodiscard]] error closed() const { return fail(errc::closed, "Store '" + around_.store_name + "' is closed"); }

    void tell(error const& why) const {
        if (around_.on_notice) {
            around_.on_notice("a checkpoint could not be written, opening will take longer: " + why.message);
        }
    }

    /// Under the lock, as all that follow.
    void arm(std::chrono::milliseconds delay) {
        if (!armed_ && !stopped_ && around_.upkeep != nullptr && bytes_between_ > 0) {
            post(delay, &checkpointer::look);
            armed_ = true;
        }
    }

    void arm_again(std::chrono::milliseconds delay) {
        scope_fail still_armed([this] { armed_ = true; });
        armed_ = false;
        arm(delay);
        still_armed.release();
    }

    void post(std::chrono::milliseconds delay, void (checkpointer::*task)(std::unique_lock<std::mutex>&)) {
        around_.upkeep->after(delay, [weak = this->weak_from_this(), task] {
            if (auto const self = weak.lock()) {
                std::unique_lock lock(self->mutex_);
                if (!self->stopped_) {
                    (self.get()->*task)(lock);
                }
            }
        });
    }

    void look(std::unique_lock<std::mutex>& lock) {
        if (busy_) {
            arm_again(look_interval);
            return;
        }
        busy_ = true;
        worked_ = {};
        background_.emplace(partitions_);
        go_on(lock);
    }

    /// A task that finds no memory is run again by the timer: it begins another session then.
    void go_on(std::unique_lock<std::mutex>& lock) {
        if (!background_) {
            look(lock);
            return;
        }
        scope_fail unfinished([this] { give_up(); });
        bool const more = step(lock);
        if (!stopped_ && more) {
            post(std::chrono::milliseconds(0), &checkpointer::go_on);
        } else if (!stopped_) {
            end_background();
        }
        unfinished.release();
    }

    /// One step outside the lock.
    [[nodiscard]] bool step(std::unique_lock<std::mutex>& lock) {
        auto const least = bytes_between_;
        stepping_ = true;
        lock.unlock();
        auto const started = clock_->monotonic();
        scope_exit const stepped([&] {
            auto const ended = clock_->monotonic();
            lock.lock();
            stepping_ = false;
            worked_ += std::chrono::duration_cast<std::chrono::milliseconds>(ended - started);
            changed_.notify_all();
        });
        // As many bytes as the last one took, at least: so no more is written for checkpoints than for the log.
        return background_->step([&](Partition& each) {
            return !engine::is_too_large_to_copy(each) &&
                   engine::uncovered_bytes(each) >= std::max(least, each.checkpoint().size());
        });
    }

    /// Ends the background session, if there is one, where it is.
    void give_up() noexcept {
        if (background_) {
            if_memory_allows([this] { background_->abandon(); });
            background_.reset();
            busy_ = false;
            changed_.notify_all();
        }
    }

    void end_background() {
        auto const failed = background_->failure();
        give_up();
        // What fails again and again is said once.
        if (failed && !std::exchange(told_, true)) {
            tell(*failed);
        }
        told_ = told_ && failed;
        arm_again(std::max(look_interval, worked_ * rest_for_work));
    }

    partition_list partitions_;
    Clock const* clock_;
    checkpointer_surroundings around_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::uint64_t bytes_between_ = 0;
    std::optional<session> background_;
    std::chrono::milliseconds worked_{0};
    bool busy_ = false;     ///< There is a session.
    bool stepping_ = false; ///< The background session is at work, outside the lock.
    bool armed_ = false;    ///< A task of the timer looks, or goes on, or will.
    bool told_ = false;
    std::atomic<bool> stopped_ = false; ///< Changes under the lock.
};

/// Stands in where the storage has no marks.
struct no_checkpointer {
    void apply(std::uint64_t /*bytes_between*/) const noexcept {}
    [[nodiscard]] result<> run() const {
        return fail(errc::unsupported, "the storage of this store is read from its beginning at every opening");
    }
    [[nodiscard]] result<> finish() const { return {}; }
};

/// The checkpointer of a store, by what its storage can do.
template <bool can_be_marked, class Partition, class Clock>
struct checkpointer_of {
    using type = no_checkpointer;
};
template <class Partition, class Clock>
struct checkpointer_of<true, Partition, Clock> {
    using type = checkpointer<Partition, Clock>;
};

} // namespace mkdb
