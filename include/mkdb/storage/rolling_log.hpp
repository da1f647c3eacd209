#pragma once

#include <mkdb/core/assert.hpp>
#include <mkdb/log/log_writer.hpp>
#include <mkdb/log/open_log.hpp>
#include <mkdb/log/replay.hpp>
#include <mkdb/storage/concept.hpp>
#include <mkdb/storage/detail/log_mark.hpp>
#include <mkdb/storage/detail/log_rewrite.hpp>
#include <mkdb/storage/detail/tombstone_bytes.hpp>
#include <mkdb/storage/frozen.hpp>

#include <algorithm>
#include <atomic>
#include <memory>

namespace mkdb::storage {

static_assert(static_cast<std::uint8_t>(record_kind::tombstone) == log::tombstone_kind);

/// A log on disk, in checksummed segments that roll: the storage of a database that stays.
struct rolling_log {
    static constexpr std::string_view name = "rolling_log";

    struct options {
        /// A segment ends before it would grow over this; one batch that is larger gets a segment of its own.
        std::uint64_t segment_threshold = 52428800;
    };

    static constexpr std::uint64_t smallest_threshold = kibibyte;
    static constexpr std::uint64_t largest_threshold = log::largest_batch;

    /// The threshold may change between two openings: it does not shape the bytes.
    [[nodiscard]] static std::string format_name(options const& /*settings*/) { return "rolling_log/1"; }

    /// Any of its files tells: a log that lost some of them is damaged, not absent. Errors: `io`.
    template <class Files>
    [[nodiscard]] static result<bool> is_present(Files& files, std::filesystem::path const& directory,
                                                 options const& /*settings*/) {
        MKDB_TRY_ASSIGN(bool const there, files.exists(directory));
        if (!there) {
            return false;
        }
        MKDB_TRY_ASSIGN(auto const names, files.list(directory));
        return std::ranges::any_of(names, [](std::string const& name) {
            return name == log::names::current || name.starts_with("manifest-") || name.starts_with("segment-");
        });
    }

    template <class Environment>
    class backend;
};

/// See `storage_backend`. `recovery()` is complete when `replay` has returned: sealed segments are read then.
///
/// `append` fails with `limit_exceeded` for a batch over 2 GiB or an id over 65,535 bytes, and with `no_space` when the
/// disk cannot reserve room for it; both change nothing. Any other failure is final.
/// Complexity: `append` copies the batch once and writes it in one call; `read` is one positioned read.
template <class Environment>
class rolling_log::backend {
public:
    using files = typename Environment::file_system_type;
    using random = typename Environment::random_type;

    [[nodiscard]] static result<backend> open(Environment& environment, std::filesystem::path const& directory,
                                              options const& settings) {
        if (settings.segment_threshold < smallest_threshold || settings.segment_threshold > largest_threshold) {
            return fail(errc::invalid_argument, "a segment threshold is between 1024 and 2147483648 bytes, not " +
                                                    std::to_string(settings.segment_threshold));
        }
        MKDB_TRY_ASSIGN(auto opened, log::open_log(environment.files, environment.random, directory));
        return backend(std::make_unique<state>(environment, directory, settings, std::move(opened)));
    }

    [[nodiscard]] result<> append(std::span<log_record const> batch, std::span<location> out) {
        MKDB_ASSERT(batch.size() == out.size());
        if (batch.empty()) {
            return {};
        }
        std::uint64_t body_length = 0;
        for (auto const& record : batch) {
            if (record.id.size() > log::largest_key || record.value.size() > log::largest_batch) {
                return fail(errc::limit_exceeded, "a record whose id is over 65535 bytes or whose value is over 2 GiB");
            }
            body_length += log::record_size(record.id.size(), record.value.size());
        }
        MKDB_TRY_ASSIGN(auto* const encoder, state_->writer.begin(body_length, batch.front().sequence));
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
        MKDB_TRY_ASSIGN(auto const bytes, state_->writer.commit(tombstones));
        state_->count_append(segment, batch.size(), bytes, last);
        state_->tombstones.add(segment, tombstone_bytes);
        return {};
    }

    [[nodiscard]] result<> sync() {
        MKDB_TRY(state_->writer.sync());
        state_->syncs.fetch_add(1, std::memory_order_relaxed);
        return {};
    }

    template <class Visit>
    [[nodiscard]] result<> replay(Visit&& visit) {
        return replay_segments(state_->at_opening, visit);
    }

    /// Seals the segment that is being written: the log is then described by digests of what no longer changes.
    [[nodiscard]] result<log_mark> mark() {
        MKDB_TRY(state_->writer.seal());
        return state_->list.inspect([&](log::manifest_state const& now) {
            return detail::mark_of(state_->list.log_id(), now);
        });
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
        return state_->writer.freeze(wanted);
    }

    [[nodiscard]] result<> close() { return state_->writer.close(); }

    [[nodiscard]] result<stored_record> read(location where) const {
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

    using rewrite = detail::log_rewrite<files, random>;

    [[nodiscard]] std::vector<segment_statistics> segments() const {
        auto all = state_->list.inspect(
            [this](auto const& list) { return detail::describe_segments(list, state_->threshold); });
        for (auto& each : all) {
            each.tombstone_bytes = state_->tombstones.of(each.segment, each.tombstone_bytes);
        }
        return all;
    }

    [[nodiscard]] result<rewrite> begin_rewrite(std::span<std::uint32_t const> victims) {
        MKDB_TRY(state_->list.check_usable());
        MKDB_TRY_ASSIGN(auto entries,
                        state_->list.inspect([&](auto const& list) { return detail::find_victims(list, victims); }));
        return rewrite(state_->rewrite_parts(), state_->counters(), std::move(entries));
    }

    [[nodiscard]] recovery_report const& recovery() const noexcept { return state_->report; }

    [[nodiscard]] std::uint64_t last_sequence() const noexcept {
        return state_->last_sequence.load(std::memory_order_relaxed);
    }

    [[nodiscard]] storage_statistics statistics() const noexcept {
        return {.segments = state_->segments.load(std::memory_order_relaxed),
                .bytes = state_->bytes.load(std::memory_order_relaxed),
                .records_appended = state_->records_appended.load(std::memory_order_relaxed),
                .batches_appended = state_->batches_appended.load(std::memory_order_relaxed),
                .bytes_appended = state_->bytes_appended.load(std::memory_order_relaxed),
                .syncs = state_->syncs.load(std::memory_order_relaxed),
                .bytes_rewritten = state_->bytes_rewritten.load(std::memory_order_relaxed)};
    }

private:
    /// Stays in one place while the backend moves: the writer and readers point into it.
    struct state {
        state(Environment& environment, std::filesystem::path const& directory, options const& settings,
              log::opened_log<files> opened)
            : place(directory), threshold(settings.segment_threshold), environment_used(&environment),
              list(std::move(opened.list)),
              writer(environment.files, environment.random, directory, list, table, settings.segment_threshold) {
            list.inspect([&](log::manifest_state const& known) { note_segments(known); });
            for (auto& segment : opened.segments) {
                table.add(std::move(segment));
            }
            report.torn_bytes = opened.found.torn_bytes;
            report.quarantined = std::move(opened.found.quarantined);
            report.notes = std::move(opened.found.notes);
            notes_before_replay = report.notes.size();
        }

        void note_segments(log::manifest_state const& known) {
            last_sequence = known.last_sequence();
            for (auto const& [number, entry] : known.segments()) {
                at_opening.push_back(entry);
                report.records += entry.counts.records;
                bytes += entry.length + sizeof(log::segment_footer);
            }
            // What compaction has moved has higher numbers and lower sequences than its neighbours.
            std::ranges::stable_sort(at_opening, {}, [](auto const& entry) { return entry.counts.first_sequence; });
            segments = at_opening.size();
        }

        [[nodiscard]] log::rewrite_parts<files, random> rewrite_parts() {
            return {&environment_used->files, &environment_used->random, place, &list, &table, &readers, threshold};
        }

        [[nodiscard]] detail::rewrite_counters counters() noexcept {
            return {&segments, &bytes, &bytes_rewritten, &tombstones};
        }

        void see(std::uint64_t sequence) noexcept {
            if (sequence > last_sequence.load(std::memory_order_relaxed)) {
                last_sequence.store(sequence, std::memory_order_relaxed);
            }
        }

        void count_append(std::uint32_t segment, std::uint64_t records, std::uint64_t size,
                          std::uint64_t sequence) noexcept {
            see(sequence);
            bool const fresh = std::exchange(last_segment, segment) != segment;
            segments.fetch_add(fresh ? 1 : 0, std::memory_order_relaxed);
            bytes.fetch_add(size + (fresh ? sizeof(log::segment_header) + sizeof(log::segment_footer) : 0),
                            std::memory_order_relaxed);
            records_appended.fetch_add(records, std::memory_order_relaxed);
            batches_appended.fetch_add(1, std::memory_order_relaxed);
            bytes_appended.fetch_add(size, std::memory_order_relaxed);
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
        std::uint64_t threshold;
        Environment* environment_used;
        log::segment_table<typename files::file> table;
        log::reader_epochs readers;
        log::shared_manifest<files> list;
        log::log_writer<files, random> writer;
        detail::tombstone_bytes tombstones;
        std::vector<log::segment_entry> at_opening;
        recovery_report report;
        std::size_t notes_before_replay = 0; ///< A replay may be tried in part before all is read.
        std::uint32_t last_segment = 0;
        std::atomic<std::uint64_t> last_sequence{0};
        std::atomic<std::uint64_t> segments{0};
        std::atomic<std::uint64_t> bytes{0};
        std::atomic<std::uint64_t> records_appended{0};
        std::atomic<std::uint64_t> batches_appended{0};
        std::atomic<std::uint64_t> bytes_appended{0};
        std::atomic<std::uint64_t> syncs{0};
        std::atomic<std::uint64_t> bytes_rewritten{0};
    };

    template <class Visit>
    [[nodiscard]] result<> replay_segments(std::vector<log::segment_entry> const& entries, Visit& visit) {
        log::damage found;
        std::uint64_t records = 0;
        for (auto const& entry : entries) {
            state_->tombstones.forget(entry.number);
            auto const* const segment = state_->table.find(entry.number);
            MKDB_TRY(log::replay(
                *segment, entry,
                [&](log::record const& each, std::uint64_t offset, std::uint32_t length) {
                    ++records;
                    state_->see(each.sequence);
                    state_->tombstones.add(entry.number, each.kind == log::tombstone_kind ? length : 0);
                    visit(log_record{static_cast<record_kind>(each.kind), each.sequence, each.created, each.key,
                                     each.value},
                          location{entry.number, static_cast<std::uint32_t>(offset), length});
                },
                found));
        }
        state_->complete_report(records, std::move(found));
        return {};
    }

    explicit backend(std::unique_ptr<state> opened) : state_(std::move(opened)) {}

    std::unique_ptr<state> state_;
};

} // namespace mkdb::storage
