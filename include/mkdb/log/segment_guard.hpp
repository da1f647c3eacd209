#pragma once

#include <mkdb/core/out_of_memory.hpp>
#include <mkdb/core/scope_exit.hpp>
#include <mkdb/log/guard_parts.hpp>
#include <mkdb/log/parity_writer.hpp>
#include <mkdb/log/protection_ledger.hpp>
#include <mkdb/log/segment_healer.hpp>
#include <mkdb/log/segment_turns.hpp>

#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace mkdb::log {

/// Keeps the sealed segments of a log whole: makes their parity, and heals them from it.
///
/// One healing of a segment at a time; who comes meanwhile waits for it. A healing replaces the open file of a segment
/// and then waits for the readers of the old one, so nobody may ask for one who is such a reader. A segment that could
/// not be restored is remembered, and not looked at again until somebody asks for that.
/// Thread safety: safe from any thread; `take_stock` and `watch` before others use it.
template <class Files, parity::parity_codec Codec>
class segment_guard {
public:
    using files_type = Files;
    using codec_type = Codec;
    using file = typename Files::file;
    using writer = parity_writer<Files, Codec>;

    segment_guard(guarded_log<Files> log, parity_settings settings)
        : log_(std::move(log)), settings_(std::move(settings)) {}

    [[nodiscard]] bool makes_parity() const noexcept { return settings_.blocks > 0; }

    /// Finds out which segments have their parity; `notes` gets a sentence for each parity file that is of no use.
    /// Complexity: reads the headers of each parity file.
    void take_stock(std::vector<std::string>& notes) {
        if (!makes_parity()) {
            return;
        }
        for (auto const& entry : sealed_segments()) {
            auto const found =
                load_parity<Codec>(*log_.files, parity_path(entry.number), entry, parity_reading::header);
            if (found.verdict == parity_verdict::good && found.frame_whole) {
                ledger_.note_parity(entry, parity_map(found.layout).file_bytes());
            } else if (found.verdict == parity_verdict::newer || found.verdict == parity_verdict::unopened) {
                ledger_.note_untouchable(entry.number);
                notes.push_back(found.message + "; it is left alone");
            } else if (found.verdict != parity_verdict::missing) {
                notes.push_back(found.message + "; it is made anew");
            }
        }
    }

    [[nodiscard]] std::filesystem::path const& directory() const noexcept { return settings_.directory; }

    void watch(guard_watch watcher) { watcher_ = std::move(watcher); }

    /// Something was sealed. What waits for memory to be told is made with the next segment, or by a scrub.
    void wake() const noexcept {
        if (makes_parity() && watcher_.on_unprotected) {
            if_memory_allows(watcher_.on_unprotected);
        }
    }

    void tell(std::string const& note) const {
        if (watcher_.on_recovery) {
            watcher_.on_recovery(note);
        }
    }

    /// Looks at a segment that failed a checksum, and heals it. Who waited for somebody else's healing is told to look
    /// again. `known_too`: looks in any case, also at one that is known to be unrecoverable.
    /// Errors: `not_found` when it is not a sealed segment of the log; `io`, `no_space`: it is as it was.
    [[nodiscard]] result<healing> heal(std::uint32_t number, bool known_too = false) {
        std::unique_lock lock(mutex_);
        bool const waited = turns_.await(lock, number);
        if (auto const* known = ledger_.unrecoverable(number); known != nullptr && !known_too) {
            return *known;
        }
        if (waited && !known_too) {
            return healing{};
        }
        auto const entry = find_sealed(number);
        if (!entry) {
            return not_sealed(number);
        }
        auto const outcome = turns_.take(lock, number, [&] { return heal_now(*entry); });
        bool const news = outcome && ledger_.note_outcome(number, *outcome);
        lock.unlock();
        if (news) {
            tell(outcome->message);
        }
        return outcome;
    }

    /// Makes a bounded part of the parity that is missing. Returns how many bytes it went through; zero when nothing is
    /// missing. Errors: `io`, `no_space`; it begins again with the next call. A segment that cannot be looked at now is
    /// passed over, and told of when the others have their parity.
    [[nodiscard]] result<std::uint64_t> protect_step() {
        std::lock_guard const one_at_a_time(protecting_);
        if (!makes_parity()) {
            return std::uint64_t{0};
        }
        if (!job_) {
            MKDB_TRY_ASSIGN(bool const begun, begin_job());
            if (!begun) {
                return std::uint64_t{0};
            }
        }
        scope_fail unfinished([this] { drop_job(); });
        auto const bytes = job_->step();
        if (bytes && *bytes > 0) {
            unfinished.release();
            return bytes;
        }
        auto const done = bytes ? publish() : result<>(bytes.error());
        auto const number = job_->entry().number;
        if (done) {
            job_.reset();
        }
        drop_job();
        unfinished.release();
        if (!done && done.error().code == errc::corrupt_file) {
            settle_unprotectable(number, done.error());
            return std::uint64_t{1};
        }
        MKDB_TRY(done);
        return std::uint64_t{1};
    }

    /// Makes all parity that is missing, unless that is for more than `bytes`. A failure harms nothing else; it is
    /// told.
    void protect_up_to(std::uint64_t bytes) {
        if (waiting_bytes() > bytes) {
            return;
        }
        for (auto done = protect_step(); !done || *done > 0; done = protect_step()) {
            if (!done) {
                tell("some segments have no parity yet: " + done.error().message);
                return;
            }
        }
    }

    /// Its parity is made anew, unless it is of a newer version.
    void distrust_parity(std::uint32_t number) {
        std::lock_guard const lock(mutex_);
        ledger_.distrust_parity(number);
    }

    /// Bytes of sealed segments that `protect_step` would still protect.
    [[nodiscard]] std::uint64_t waiting_bytes() const {
        std::lock_guard const lock(mutex_);
        std::uint64_t bytes = 0;
        for (auto const& entry : sealed_segments()) {
            bytes += ledger_.is_waiting(entry) ? file_length(entry) : 0;
        }
        return makes_parity() ? bytes : 0;
    }

    /// Returns when nobody works on a segment that is no longer listed; nobody will.
    void leave(std::uint32_t number) {
        std::unique_lock lock(mutex_);
        static_cast<void>(turns_.await(lock, number));
        ledger_.forget(number);
    }

    /// Removes the parity of segments that are gone. Errors: `io`; what is left is moved aside when the log is opened
    /// next.
    [[nodiscard]] result<> remove_parity(std::vector<std::uint32_t> const& numbers) {
        bool removed = false;
        for (auto const number : numbers) {
            MKDB_TRY_ASSIGN(auto const present, log_.files->exists(parity_path(number)));
            if (present) {
                MKDB_TRY(log_.files->remove(parity_path(number)));
                removed = true;
            }
        }
        return removed ? log_.files->sync_directory(settings_.directory) : result<>();
    }

    [[nodiscard]] guard_counts counts() const {
        std::lock_guard const lock(mutex_);
        return ledger_.counts();
    }

    /// For what was healed before there was a guard.
    void count_healed(std::uint64_t segments, std::uint64_t blocks) {
        std::lock_guard const lock(mutex_);
        ledger_.count_healed(segments, blocks);
    }

    [[nodiscard]] std::filesystem::path segment_path(std::uint32_t number) const {
        return log_.directory / names::segment(number);
    }
    [[nodiscard]] std::filesystem::path parity_path(std::uint32_t number) const {
        return settings_.directory / names::parity(number);
    }
    [[nodiscard]] Files& files() const noexcept { return *log_.files; }

    /// What the manifest says of a sealed segment that is listed.
    [[nodiscard]] std::optional<segment_entry> find_sealed(std::uint32_t number) const {
        return log_.list->inspect([&](manifest_state const& state) -> std::optional<segment_entry> {
            auto const found = state.segments().find(number);
            bool const sealed = found != state.segments().end() && found->second.sealed;
            return sealed ? std::optional(found->second) : std::nullopt;
        });
    }

private:
    /// What cannot be removed now is removed when the log is opened next.
    void drop_job() noexcept {
        if (job_) {
            if_memory_allows([this] { static_cast<void>(job_->abandon()); });
            job_.reset();
        }
    }

    [[nodiscard]] std::vector<segment_entry> sealed_segments() const {
        return log_.list->inspect([](manifest_state const& state) {
            std::vector<segment_entry> sealed;
            for (auto const& [number, entry] : state.segments()) {
                if (entry.sealed) {
                    sealed.push_back(entry);
                }
            }
            return sealed;
        });
    }

    [[nodiscard]] error not_sealed(std::uint32_t number) const {
        return fail(errc::not_found,
                    names::segment(number) + " is not a sealed segment of the log in " + log_.directory.string());
    }

    [[nodiscard]] std::optional<segment_entry> next_unprotected() const {
        std::lock_guard const lock(mutex_);
        for (auto const& entry : sealed_segments()) {
            if (ledger_.is_waiting(entry) && !passed_over_.contains(entry.number)) {
                return entry;
            }
        }
        return std::nullopt;
    }

    /// False when nothing is missing. Errors: what kept it from the segments that were passed over.
    [[nodiscard]] result<bool> begin_job() {
        while (auto const next = next_unprotected()) {
            auto begun = writer::begin(*log_.files, {segment_path(next->number), parity_path(next->number), *next,
                                                     settings_.blocks, settings_.block_bytes});
            if (begun) {
                job_ = *std::move(begun);
                return true;
            }
            settle_unprotectable(next->number, begun.error());
        }
        passed_over_.clear();
        auto const met = std::exchange(round_failure_, std::nullopt);
        return met ? result<bool>(*met) : false;
    }

    /// Nothing vouches for the segment: it is healed from older parity, or known as damaged from now on. Where that
    /// cannot be told now, the others come first, lest one keeps all of them from their parity.
    void settle_unprotectable(std::uint32_t number, error const& met) {
        auto const healed = heal(number, true);
        bool const gone = !healed && healed.error().code == errc::not_found;
        bool const readable_again = healed && met.code == errc::corrupt_file;
        if (!gone && !readable_again && (!healed || healed->outcome == healing_outcome::clean)) {
            passed_over_.insert(number);
            if (!round_failure_) {
                round_failure_ = healed ? met : healed.error();
            }
        }
    }

    /// A segment that compaction has taken out of the log meanwhile gets no parity.
    [[nodiscard]] result<> publish() {
        auto const& entry = job_->entry();
        std::unique_lock lock(mutex_);
        static_cast<void>(turns_.await(lock, entry.number));
        if (!find_sealed(entry.number)) {
            return job_->abandon();
        }
        auto published = turns_.take(lock, entry.number, [&] { return job_->publish(); });
        if (published) {
            ledger_.note_parity(entry, job_->file_bytes());
        }
        return published;
    }

    [[nodiscard]] result<healing> heal_now(segment_entry const& entry) {
        segment_healer<Files, Codec> healer(*log_.files, segment_path(entry.number), parity_path(entry.number), entry);
        MKDB_TRY_ASSIGN(auto outcome, healer.run());
        if (outcome.sound()) {
            // Also when it was clean: the open file may be one whose place a healed copy took.
            MKDB_TRY(open_again(entry));
        }
        return outcome;
    }

    /// What compaction has listed and not yet opened is opened by it.
    [[nodiscard]] result<> open_again(segment_entry const& entry) {
        MKDB_TRY_ASSIGN(auto opened, log_.files->open(segment_path(entry.number), mkdb::file::open_mode::read_only));
        if (log_.table->find(entry.number) != nullptr) {
            auto const replaced =
                log_.table->replace(std::make_unique<segment<file>>(entry.number, entry.id, std::move(opened)));
            log_.readers->wait_for_readers();
        }
        return {};
    }

    guarded_log<Files> log_;
    parity_settings settings_;
    guard_watch watcher_;
    mutable std::mutex mutex_;
    segment_turns turns_;
    protection_ledger ledger_;
    std::mutex protecting_; ///< Before `mutex_`; for all below.
    std::optional<writer> job_;
    std::set<std::uint32_t> passed_over_; ///< By `protect_step`, since it last found nothing else to do.
    std::optional<error> round_failure_;  ///< Why, of the first of them.
};

} // namespace mkdb::log
