#pragma once

#include <mkdb/clock/concept.hpp>
#include <mkdb/core/out_of_memory.hpp>
#include <mkdb/core/result.hpp>
#include <mkdb/core/scope_exit.hpp>
#include <mkdb/engine/options.hpp>
#include <mkdb/engine/timer.hpp>
#include <mkdb/store/protection_rounds.hpp>
#include <mkdb/store/scrub_session.hpp>

#include <algorithm>
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

/// When to scrub by itself, and how fast.
struct scrub_settings {
    std::chrono::milliseconds interval{0}; ///< From the end of one pass to the next; 0: only when asked.
    std::uint64_t bytes_per_second = 0;    ///< Of a pass that nobody asked for; 0: no limit.
};

/// What a scrubber is given by its store.
struct scrubber_surroundings {
    std::string store_name;
    engine::timer* upkeep = nullptr; ///< Null: only when asked.
    std::function<void(std::string const&)> on_notice;
    scrub_progress progress{}; ///< As the last run of the program left it.
    std::function<result<>(scrub_progress const&)> save{};
};

/// Keeps a store whole: makes the parity of segments soon after they are sealed, and reads everything from time to
/// time, healing what is damaged. By itself on the thread of the upkeep timer, in short steps between which other
/// upkeep gets its turn; a pass that is asked for, in the calling thread and at full speed. One pass at a time.
///
/// Memory: a pass that finds none goes on at the segment where it was when the timer runs its task again.
/// Thread safety: safe from any thread. Held by a shared pointer, since tasks of the timer keep it alive.
template <class Partition, class Clock>
class scrubber : public std::enable_shared_from_this<scrubber<Partition, Clock>> {
public:
    using partition_list = std::vector<std::shared_ptr<Partition>>;

    scrubber(partition_list partitions, Clock const& clock, scrubber_surroundings around)
        : partitions_(std::move(partitions)), clock_(&clock), around_(std::move(around)),
          protection_(partitions_, around_.on_notice), kept_(around_.progress) {}

    void apply(scrub_settings const& wanted) {
        std::lock_guard const lock(mutex_);
        bool const changed = settings_.interval != wanted.interval;
        settings_ = wanted;
        if (changed) {
            arm();
        }
    }

    /// Some segment has no parity yet. Returns at once. Without memory for that it waits for the next one, or a scrub.
    void protect_soon() {
        std::lock_guard const lock(mutex_);
        if_memory_allows([this] { protect_after(std::chrono::milliseconds(0)); });
    }

    /// Reads all of the store, and returns when that is done. A pass that was under way ends: this one covers it.
    /// Errors: `cancelled` while paused, or when the store is closed meanwhile; `closed`; `io`, `no_space` of the first
    /// thing that could not be finished, after everything else was.
    [[nodiscard]] result<scrub_report> run() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return (!asked_ && stepping_ == 0) || stopped_; });
        MKDB_TRY(check_ready());
        asked_ = true;
        scope_fail unfinished([this] {
            session_.reset();
            asked_ = false;
            changed_.notify_all();
            if_memory_allows([this] { arm(); }); // Else whoever resumes or sets the interval does it.
        });
        session_.reset();
        begin_pass();
        auto const started = clock_->monotonic();
        std::uint64_t bytes = 1;
        while (bytes > 0 && !stopped_) {
            changed_.wait(lock, [&] { return paused_ == 0 || stopped_; });
            bytes = stopped_ ? bytes : step(lock);
        }
        unfinished.release();
        asked_ = false;
        changed_.notify_all();
        if (bytes > 0) {
            session_.reset();
            return fail(errc::cancelled, "Store '" + around_.store_name + "' was closed while it was scrubbed");
        }
        auto report = session_->report();
        auto const failure = session_->failure();
        report.duration = std::chrono::duration_cast<std::chrono::milliseconds>(clock_->monotonic() - started);
        end_pass(lock);
        if_memory_allows([this] { arm(); });
        return failure ? result<scrub_report>(*failure) : result<scrub_report>(std::move(report));
    }

    /// Returns when no step is running; until as many calls of `resume`, none begins.
    void pause() {
        std::unique_lock lock(mutex_);
        ++paused_;
        changed_.wait(lock, [&] { return stepping_ == 0; });
    }

    void resume() {
        std::lock_guard const lock(mutex_);
        if (paused_ <= 1) {
            protect_after(std::chrono::milliseconds(0));
            arm(); // Without memory for that it stays paused.
        }
        paused_ -= paused_ > 0 ? 1 : 0;
        if (paused_ == 0) {
            changed_.notify_all();
        }
    }

    /// Ends what is under way; a pass goes on where it was when the store is opened again. For closing.
    void stop() {
        std::unique_lock lock(mutex_);
        stopped_ = true;
        changed_.notify_all();
        changed_.wait(lock, [&] { return stepping_ == 0 && !asked_; });
        session_.reset();
        if_memory_allows([this] { keep_at_the_end(); }); // Else what is on the disk counts, and more is read again.
    }

    [[nodiscard]] scrub_statistics statistics() const {
        std::lock_guard const lock(mutex_);
        auto now = totals_;
        now.last_started_ms = started_ms_;
        now.last_finished_ms = around_.progress.finished_ms;
        now.running = session_.has_value();
        now.paused = paused_ > 0;
        return now;
    }

private:
    using session = scrub_session<Partition>;
    using lock_type = std::unique_lock<std::mutex>;

    /// Opening a store has other things to do first.
    static constexpr std::chrono::milliseconds first_look{60000};
    /// Keeping how far a pass has come takes two syncs, as long as reading ten mebibytes or more.
    static constexpr std::chrono::milliseconds between_saves{1000};

    [[nodiscard]] result<> check_ready() const {
        if (stopped_) {
            return fail(errc::closed, "Store '" + around_.store_name + "' is closed");
        }
        if (paused_ > 0) {
            return fail(errc::cancelled, "Scrubbing of store '" + around_.store_name + "' is paused");
        }
        return {};
    }

    [[nodiscard]] std::int64_t now_ms() const {
        return std::chrono::duration_cast<std::chrono::milliseconds>(clock_->wall().time_since_epoch()).count();
    }

    /// Under the lock, as all that follow.
    void begin_pass() {
        around_.progress = {.started_ms = now_ms(), .finished_ms = around_.progress.finished_ms};
        started_ms_ = around_.progress.started_ms;
        session_.emplace(partitions_, around_.progress);
    }

    void continue_pass() {
        started_ms_ = around_.progress.started_ms;
        session_.emplace(partitions_, around_.progress);
    }

    /// One step outside the lock.
    [[nodiscard]] std::uint64_t step(lock_type& lock) {
        auto& work = *session_;
        std::uint64_t bytes = 0;
        auto const saved = outside(lock, [&] {
            bytes = work.step();
            return is_due(work.progress()) ? keep(work.progress()) : result<>();
        });
        around_.progress = work.progress();
        if (!saved && std::exchange(save_works_, false)) {
            work.report().notes.push_back("how far the scrub has come could not be kept: " + saved.error().message);
        }
        return bytes;
    }

    [[nodiscard]] bool is_due(scrub_progress const& now) const {
        return now != kept_ && (!kept_at_ || clock_->monotonic() - *kept_at_ >= between_saves);
    }

    /// One thread at a time. Errors: `io`, `no_space`.
    [[nodiscard]] result<> keep(scrub_progress const& now) {
        kept_at_ = clock_->monotonic();
        MKDB_TRY(around_.save(now));
        kept_ = now;
        return {};
    }

    /// Runs `work` as a step, outside the lock.
    template <class Work>
    auto outside(lock_type& lock, Work const& work) {
        ++stepping_;
        lock.unlock();
        scope_exit const stepped([&] {
            lock.lock();
            --stepping_;
            changed_.notify_all();
        });
        return work();
    }

    void end_pass(lock_type& lock) {
        auto ended = std::exchange(session_, std::nullopt);
        around_.progress = {.finished_ms = now_ms()};
        ++totals_.passes;
        totals_ += ended->report();
        result<> saved;
        if (!if_memory_allows([&] { saved = keep(around_.progress); })) {
            saved = error{errc::out_of_memory, "no memory"};
        }
        auto const& notes = ended->report().notes;
        bool const news = ended->failure() || !saved;
        lock.unlock();
        if_memory_allows([&] {
            for (auto const& note : notes) {
                if (news) {
                    around_.on_notice(note);
                }
            }
        });
        lock.lock();
        changed_.notify_all();
    }

    void keep_at_the_end() {
        auto const saved = around_.progress == kept_ ? result<>() : keep(around_.progress);
        if (!saved) {
            around_.on_notice("how far the scrub has come could not be kept, so it reads some of it again: " +
                              saved.error().message);
        }
    }

    void post(std::chrono::milliseconds delay, std::function<void(scrubber&, lock_type&)> task) {
        around_.upkeep->after(delay, [weak = this->weak_from_this(), task = std::move(task)] {
            if (auto const self = weak.lock()) {
                lock_type lock(self->mutex_);
                if (!self->stopped_) {
                    task(*self, lock);
                }
            }
        });
    }

    /// What was armed before does nothing when its time comes.
    void arm() {
        if (!stopped_ && around_.upkeep != nullptr && settings_.interval.count() > 0) {
            post_turn(due_in(), turn_ + 1);
        }
        ++turn_;
    }

    void post_turn(std::chrono::milliseconds delay, std::uint64_t turn) {
        post(delay, [turn](scrubber& self, lock_type& lock) {
            if (self.turn_ == turn) {
                self.go_on(lock);
            }
        });
    }

    [[nodiscard]] std::chrono::milliseconds due_in() const {
        auto const soon = std::min(settings_.interval, first_look);
        if (session_ || around_.progress.started_ms != 0 || around_.progress.finished_ms == 0) {
            return session_ ? std::chrono::milliseconds(0) : soon;
        }
        auto const due = std::chrono::milliseconds(around_.progress.finished_ms - now_ms()) + settings_.interval;
        return std::clamp(due, std::min(soon, settings_.interval), settings_.interval);
    }

    void go_on(lock_type& lock) {
        if (paused_ > 0 || asked_) {
            return;
        }
        if (!session_) {
            around_.progress.started_ms != 0 ? continue_pass() : begin_pass();
        }
        scope_fail unfinished([this] { give_up_pass(); });
        auto const bytes = step(lock);
        if (!stopped_ && !asked_ && bytes == 0) {
            end_pass(lock);
            arm();
        } else if (!stopped_ && !asked_) {
            auto const rate = settings_.bytes_per_second;
            post_turn(std::chrono::milliseconds(rate == 0 ? 0 : bytes * 1000 / rate), turn_);
        }
        unfinished.release();
    }

    /// The next begins where it was. A pass that is asked for meanwhile has a session of its own.
    void give_up_pass() noexcept {
        if (!asked_) {
            session_.reset();
        }
    }

    void protect_after(std::chrono::milliseconds delay) {
        if (around_.upkeep != nullptr && !stopped_ && !protecting_) {
            post(delay, [](scrubber& self, lock_type& lock) {
                self.protecting_ = false;
                self.protect_some(lock);
            });
            protecting_ = true;
        }
    }

    void protect_some(lock_type& lock) {
        if (paused_ > 0) {
            return;
        }
        if (auto const delay = outside(lock, [&] { return protection_.step(); })) {
            protect_after(*delay);
        }
    }

    partition_list partitions_;
    Clock const* clock_;
    scrubber_surroundings around_;
    protection_rounds<Partition> protection_; ///< The thread of the timer's own.
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    scrub_settings settings_;
    scrub_progress kept_;                          ///< On the disk.
    std::optional<clock::monotonic_time> kept_at_; ///< Or tried, by this run of the program.
    std::optional<session> session_; ///< The pass that is under way.
    scrub_statistics totals_;
    std::int64_t started_ms_ = 0;
    std::uint64_t turn_ = 0; ///< Of what was armed last.
    std::uint32_t paused_ = 0;
    std::uint32_t stepping_ = 0;     ///< Steps at work, outside the lock.
    bool asked_ = false;             ///< Somebody waits for the pass in `run`.
    bool protecting_ = false;        ///< A task for that is posted.
    bool save_works_ = true;
    bool stopped_ = false;
};

} // namespace mkdb
