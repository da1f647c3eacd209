#pragma once

#include <mkdb/core/assert.hpp>
#include <mkdb/log/log_writer.hpp>
#include <mkdb/log/open_log.hpp>
#include <mkdb/log/replay.hpp>
#include <mkdb/storage/concept.hpp>
#include <mkdb/storage/detail/batch_size.hpp>
#include <mkdb/storage/detail/log_counters.hpp>
#include <mkdb/storage/detail/log_mark.hpp>
#include <mkdb/storage/detail/log_protection.hpp>
#include <mkdb/storage/detail/log_rewrite.hpp>
#include <mkdb/storage/detail/log_scrub.hpp>
#include <mkdb/storage/detail/log_traces.hpp>
#include <mkdb/storage/detail/tombstone_bytes.hpp>
#include <mkdb/storage/frozen.hpp>
#include <mkdb/storage/numbering.hpp>
#include <mkdb/storage/scrubbable.hpp>

#include <algorithm>
#include <memory>
#include <set>

namespace mkdb::storage {

static_assert(static_cast<std::uint8_t>(record_kind::tombstone) == log::tombstone_kind);
static_assert(static_cast<std::uint8_t>(record_kind::redo) == log::redo_kind);

/// A log on disk, in checksummed segments that roll: the storage of a database that stays.
struct rolling_log {
    static constexpr std::string_view name = "rolling_log";

    struct options {
        /// A segment ends before it would grow over this; one batch that is larger gets a segment of its own.
        std::uint64_t segment_threshold = 52428800;
        /// A record of so many bytes gets a segment of its own, with what is committed together with it: compaction has
        /// no reason to copy it while it lives, and when it is dead the whole segment goes. 0: no record does.
        std::uint64_t large_record = 5242880;
        /// Of each stripe of up to 255 blocks: how many lost ones come back. 0, or the codec `parity::none`: no parity.
        std::uint32_t parity_blocks = 10;
        /// Another disk, perhaps, for the parity of all logs that name it; empty: each log keeps its own beside it.
        std::filesystem::path parity_directory{};
        std::uint32_t parity_block_bytes = 4096; ///< A power of two from 64 to 1048576.
    };

    static constexpr std::uint64_t smallest_threshold = kibibyte;
    static constexpr std::uint64_t largest_threshold = log::largest_batch;

    /// The threshold may change between two openings: it does not shape the bytes.
    [[nodiscard]] static std::string format_name(options const& /*settings*/) { return "rolling_log/1"; }

    template <class Files>
    [[nodiscard]] static result<bool> is_present(Files& files, std::filesystem::path const& directory,
                                                 options const& /*settings*/) {
        return detail::has_log(files, directory);
    }

    template <class Files>
    [[nodiscard]] static result<bool> may_hold_records(Files& files, std::filesystem::path const& directory) {
        return detail::has_segments(files, directory);
    }

    template <class Environment>
    class backend;
};

/// See `storage_backend`, `compactable_storage`, `scrubbable_storage`. `recovery()` is complete when `replay` has
/// returned: sealed segments are read then.
///
/// `append` fails with `limit_exceeded` for a batch over 2 GiB or an id over 65,535 bytes, and for every batch that
/// needs a segment when their numbers are used up; with `no_space` when the disk cannot reserve room for it. Both
/// change nothing. Any other failure is final. Complexity: `append` copies the batch once and writes it in one call;
/// `read` is one positioned read.
template <class Environment>
class rolling_log::backend {
public:
    using files = typename Environment::file_system_type;
    using random = typename Environment::random_type;
    using codec = typename Environment::parity_type;
    using guard_type = log::segment_guard<files, codec>;

    [[nodiscard]] static result<backend> open(Environment& environment, std::filesystem::path const& directory,
                                              options const& settings) {
        if (settings.segment_threshold < smallest_threshold || settings.segment_threshold > largest_threshold) {
            return fail(errc::invalid_argument, "a segment threshold is between 1024 and 2147483648 bytes, not " +
                                                    std::to_string(settings.segment_threshold));
        }
        detail::parity_wish const wish{settings.parity_blocks, settings.parity_block_bytes, settings.parity_directory};
        MKDB_TRY(detail::check_parity<codec>(wish));
        auto const mend = detail::mender<files, codec>(environment.files, directory, wish);
        MKDB_TRY_ASSIGN(auto opened, log::open_log(environment.files, environment.random, directory, mend));
        return backend(std::make_unique<state>(environment, directory, settings, std::move(opened)));
    }

    [[nodiscard]] result<> append(std::span<log_record const> batch, std::span<location> out) {
        MKDB_ASSERT(batch.size() == out.size());
        if (batch.empty()) {
            return {};
        }
        MKDB_TRY_ASSIGN(auto const size, detail::size_of(batch));
        MKDB_TRY_ASSIGN(auto* const encoder, state_->writer.begin(size));
        auto const segment = state_->writer.segment_number();
        std::uint64_t tombstones = 0;
        std::uint64_t tombstone_bytes = 0;
        for (std::size_t i = 0; i < batch.size(); ++i) {
            auto const at = encoder->add({static_cast<std::uint8_t>(batch[i].kind), batch[i].sequence, batch[i].created,
                                          batch[i].id, batch[i].value});
            out[i] = {segment, static_cast<std::uint32_t>(at.offset), at.length};
            bool const deletes = batch[i].kind == record_kind::tombstone;
            tombstones += deletes ? 1 : 0;
            tombstone_bytes += deletes ? at.length : 0;
        }
        auto const last = encoder->header().last_sequence;
        if (tombstones > 0) {
            state_->tombstones.make_room(segment);
        }
        MKDB_TRY_ASSIGN(auto const bytes, state_->writer.commit(tombstones));
        if (state_->counted.count_append(segment, batch.size(), bytes, last)) {
            state_->guard.wake(); // The segment before has been sealed.
        }
        state_->tombstones.add(segment, tombstone_bytes);
        return {};
    }

    /// Finds the room that `append` of this batch will need, if nothing is appended before. Errors: those of `append`.
    [[nodiscard]] result<> make_room(std::span<log_record const> batch) {
        if (!batch.empty()) {
            MKDB_TRY_ASSIGN(auto const size, detail::size_of(batch));
            MKDB_TRY(state_->writer.begin(size));
        }
        return {};
    }

    [[nodiscard]] result<> sync() {
        MKDB_TRY(state_->writer.sync());
        state_->counted.syncs.fetch_add(1, std::memory_order_relaxed);
        return {};
    }

    template <class Visit>
    [[nodiscard]] result<> replay(Visit&& visit) {
        return replay_segments(state_->at_opening, visit);
    }

    /// Seals the segment that is being written: the log is then described by digests of what no longer changes.
    [[nodiscard]] result<log_mark> mark() {
        MKDB_TRY(state_->writer.seal());
        state_->guard.wake();
        return state_->list.inspect(
            [&](log::manifest_state const& now) { return detail::mark_of(state_->list.log_id(), now); });
    }

    template <class Visit>
    [[nodiscard]] result<bool> replay_after(log_mark const& from, Visit&& visit) {
        auto const later = detail::segments_after(from, state_->list.log_id(), state_->at_opening);
        if (!later) {
            return false;
        }
        MKDB_TRY(replay_segments(*later, visit));
        return true;
    }

    template <class Wanted>
    [[nodiscard]] result<frozen_log<typename files::file>> freeze(Wanted const& wanted) {
        auto frozen = state_->writer.freeze(wanted);
        state_->guard.wake();
        return frozen;
    }

    [[nodiscard]] result<> spend(std::uint64_t last) {
        MKDB_TRY(state_->writer.spend(last));
        state_->counted.see(last);
        return {};
    }

    [[nodiscard]] result<> close() {
        MKDB_TRY(state_->writer.close());
        state_->guard.protect_up_to(protected_on_close);
        return {};
    }

    /// Damage in a sealed segment is healed, and the record read again.
    [[nodiscard]] result<stored_record> read(location where) const {
        auto found = read_once(where);
        for (int again = 0; again < 2 && !found; ++again) {
            auto const healed = state_->guard.heal(where.segment);
            if (!healed || !healed->sound()) {
                return found;
            }
            found = read_once(where);
        }
        return found;
    }

    void watch(storage_watch watcher) {
        state_->guard.watch({std::move(watcher.on_recovery), std::move(watcher.on_unprotected)});
    }
    [[nodiscard]] result<healing> heal(std::uint32_t segment) { return state_->guard.heal(segment, true); }
    [[nodiscard]] result<std::uint64_t> protect_step() { return state_->guard.protect_step(); }

    [[nodiscard]] result<> seal_lasting() {
        if (state_->guard.makes_parity()) {
            MKDB_TRY(state_->writer.seal_lasting());
            state_->guard.wake();
        }
        return {};
    }

    using scrub = detail::log_scrub<guard_type>;

    [[nodiscard]] result<scrub> begin_scrub(std::uint32_t segment) {
        return scrub::begin(state_->guard, state_->list, state_->table, state_->readers, segment);
    }

    using rewrite = detail::log_rewrite<files, random, guard_type>;

    [[nodiscard]] std::vector<segment_statistics> segments() const {
        auto all =
            state_->list.inspect([this](auto const& list) { return detail::describe_segments(list, state_->limits); });
        for (auto& each : all) {
            each.tombstone_bytes = state_->tombstones.of(each.segment, each.tombstone_bytes);
            each.damaged = each.damaged || state_->salvaged.contains(each.segment);
        }
        return all;
    }

    [[nodiscard]] result<rewrite> begin_rewrite(std::span<std::uint32_t const> victims) {
        MKDB_TRY(state_->list.check_usable());
        MKDB_TRY_ASSIGN(auto entries,
                        state_->list.inspect([&](auto const& list) { return detail::find_victims(list, victims); }));
        return rewrite(state_->rewrite_parts(), state_->counters(), state_->guard, std::move(entries));
    }

    [[nodiscard]] recovery_report const& recovery() const noexcept { return state_->report; }

    [[nodiscard]] std::uint64_t last_sequence() const noexcept {
        return state_->counted.last_sequence.load(std::memory_order_relaxed);
    }

    [[nodiscard]] storage_statistics statistics() const {
        auto const guarded = state_->guard.counts();
        auto all = state_->counted.snapshot();
        all.unprotected_bytes = all.bytes - std::min(all.bytes, guarded.protected_bytes);
        all.parity_bytes = guarded.parity_bytes;
        all.healed_blocks = guarded.healed_blocks;
        all.healed_segments = guarded.healed_segments;
        all.unrecoverable_segments = guarded.unrecoverable_segments;
        return all;
    }

private:
    /// Closing takes no longer than it takes to protect this much.
    static constexpr std::uint64_t protected_on_close = 8 * mebibyte;

    [[nodiscard]] result<stored_record> read_once(location where) const {
        auto const reading = state_->readers.enter();
        auto const* const segment = state_->table.find(where.segment);
        if (segment == nullptr || where.length < log::smallest_record) {
            return fail(errc::corrupt_record, "no record lies at offset " + std::to_string(where.offset) +
                                                  " of segment " + std::to_string(where.segment));
        }
        std::string bytes(where.length, '\0');
        MKDB_TRY_ASSIGN(auto const found, segment->read_record(where.offset, std::as_writable_bytes(std::span(bytes))));
        return stored_record(std::move(bytes), sizeof(log::record_header), found.content.key.size(),
                             found.content.value.size());
    }

    /// Damage that parity can heal is healed first, so that what comes back is delivered as if nothing had been.
    template <class Deliver>
    [[nodiscard]] result<> replay_segment(log::segment_entry const& entry, log::window_buffer& memory,
                                          Deliver const& deliver, log::damage& found) {
        auto reached = log::segment_data_start;
        auto sound = log::replay_sound(*state_->table.find(entry.number), entry, memory, deliver, reached);
        if (!sound) {
            auto const healed = state_->guard.heal(entry.number);
            auto const& told = healed ? healed->message : healed.error().message;
            found.notes.push_back(told.empty() ? "found whole when it was read again: " + sound.error().message : told);
            if (healed && healed->sound()) {
                sound = log::replay_sound(*state_->table.find(entry.number), entry, memory, deliver, reached);
            }
        }
        if (sound) {
            return sound;
        }
        state_->salvaged.insert(entry.number);
        return log::replay(*state_->table.find(entry.number), entry, deliver, found, reached);
    }

    /// Stays in one place while the backend moves: the writer and readers point into it.
    struct state {
        state(Environment& environment, std::filesystem::path const& directory, options const& settings,
              log::opened_log<files> opened)
            : place(directory), limits{settings.segment_threshold, settings.large_record},
              environment_used(&environment), list(std::move(opened.list)),
              guard({&environment.files, directory, &list, &table, &readers},
                    detail::settle_parity<codec>(
                        {settings.parity_blocks, settings.parity_block_bytes, settings.parity_directory}, directory,
                        list.log_id())),
              writer(environment.files, environment.random, directory, list, table, limits) {
            list.inspect([&](log::manifest_state const& known) { note_segments(known); });
            for (auto& segment : opened.segments) {
                table.add(std::move(segment));
            }
            report.torn_bytes = opened.found.torn_bytes;
            report.quarantined = std::move(opened.found.quarantined);
            report.notes = std::move(opened.found.notes);
            guard.count_healed(opened.found.healed_segments, opened.found.healed_blocks);
            if (guard.makes_parity() && guard.directory() != directory) {
                list.inspect([&](log::manifest_state const& known) {
                    detail::prepare_parity(environment.files, guard.directory(), known, report);
                });
            }
            guard.take_stock(report.notes);
            notes_before_replay = report.notes.size();
        }

        void note_segments(log::manifest_state const& known) {
            counted.last_sequence = known.last_sequence();
            for (auto const& [number, entry] : known.segments()) {
                at_opening.push_back(entry);
                report.records += entry.counts.records;
                counted.bytes += entry.length + sizeof(log::segment_footer);
            }
            // What compaction has moved has higher numbers and lower sequences than its neighbours.
            std::ranges::stable_sort(at_opening, {}, [](auto const& entry) { return entry.counts.first_sequence; });
            counted.segments = at_opening.size();
        }

        [[nodiscard]] log::rewrite_parts<files, random> rewrite_parts() {
            return {&environment_used->files, &environment_used->random, place, &list, &table, &readers,
                    limits.threshold};
        }

        [[nodiscard]] detail::rewrite_counters counters() noexcept {
            return {&counted.segments, &counted.bytes, &counted.bytes_rewritten, &tombstones};
        }

        void complete_report(std::uint64_t records, log::damage found) {
            report.records = records;
            report.lost.clear();
            report.notes.resize(notes_before_replay);
            for (auto& loss : found.lost) {
                report.lost.push_back({std::move(loss.key), loss.sequence});
            }
            std::ranges::move(found.notes, std::back_inserter(report.notes));
        }

        std::filesystem::path place;
        log::segment_limits limits;
        Environment* environment_used;
        log::segment_table<typename files::file> table;
        log::reader_epochs readers;
        log::shared_manifest<files> list;
        guard_type guard;
        log::log_writer<files, random> writer;
        detail::tombstone_bytes tombstones;
        std::vector<log::segment_entry> at_opening;
        /// Records may be missing in what `replay` delivered of these: whoever heard it must not decide what in them is
        /// dead, though they be healed later.
        std::set<std::uint32_t> salvaged;
        recovery_report report;
        std::size_t notes_before_replay = 0; ///< A replay may be tried in part before all is read.
        detail::log_counters counted;
    };

    template <class Visit>
    [[nodiscard]] result<> replay_segments(std::vector<log::segment_entry> const& entries, Visit& visit) {
        log::damage found;
        std::uint64_t records = 0;
        auto memory = log::buffer_for(entries);
        for (auto const& entry : entries) {
            state_->tombstones.forget(entry.number);
            auto const deliver = [&](log::record const& each, std::uint64_t offset, std::uint32_t length) {
                ++records;
                state_->counted.see(each.sequence);
                state_->tombstones.add(entry.number, each.kind == log::tombstone_kind ? length : 0);
                visit(
                    log_record{static_cast<record_kind>(each.kind), each.sequence, each.created, each.key, each.value},
                    location{entry.number, static_cast<std::uint32_t>(offset), length});
            };
            MKDB_TRY(replay_segment(entry, memory, deliver, found));
        }
        state_->complete_report(records, std::move(found));
        return {};
    }

    explicit backend(std::unique_ptr<state> opened) : state_(std::move(opened)) {}

    std::unique_ptr<state> state_;
};

} // namespace mkdb::storage
