#pragma once

#include <mkdb/log/batch_encoder.hpp>
#include <mkdb/log/frozen_log.hpp>
#include <mkdb/log/new_segment.hpp>
#include <mkdb/log/segment_table.hpp>
#include <mkdb/log/shared_manifest.hpp>

#include <optional>
#include <string>
#include <utility>

namespace mkdb::log {

/// When a segment ends.
struct segment_limits {
    std::uint64_t threshold = 0;    ///< Before it would grow over this.
    std::uint64_t large_record = 0; ///< A batch with a record of so many bytes is alone in its segment; 0: none is.
};

/// What the writer must know of a batch to find room for it.
struct batch_size {
    std::uint64_t body = 0; ///< Bytes of all its records.
    std::uint64_t largest_record = 0;
    std::uint64_t first_sequence = 0;
};

/// Writes batches to the end of a log and rolls from segment to segment.
///
/// The first failure of a write or sync is final: the kernel may have dropped what it failed to write, so nothing is
/// tried again, and every later call is refused with `read_only` (R12). Only a refused reservation of space is
/// harmless, because then nothing has been written.
/// Memory: `std::bad_alloc` comes out of it only while nothing of what was asked for is on the disk. From the first
/// byte that may be there until the log and what this knows of it agree again, no memory ends the process. Thread
/// safety: one thread at a time; readers use the table meanwhile.
template <class Files, class Random>
class log_writer {
public:
    using file = typename Files::file;

    log_writer(Files& files, Random& random, std::filesystem::path directory, shared_manifest<Files>& list,
               segment_table<file>& table, segment_limits limits)
        : files_(&files), random_(&random), directory_(std::move(directory)), list_(&list), table_(&table),
          limits_(limits) {}

    /// Finds room for a batch, in a new segment if need be, and begins it.
    /// Errors: `limit_exceeded` and `no_space`, which change nothing; `read_only`; `io`.
    [[nodiscard]] result<batch_encoder*> begin(batch_size const& wanted) {
        MKDB_TRY(check_usable());
        auto const size = sizeof(batch_header) + wanted.body;
        if (size > largest_batch) {
            return fail(errc::limit_exceeded,
                        "a batch of " + std::to_string(size) + " bytes is over the limit of 2 GiB");
        }
        bool const apart = limits_.large_record != 0 && wanted.largest_record >= limits_.large_record;
        if (!active_ || is_full_for(size, apart)) {
            MKDB_TRY(roll(size, wanted.first_sequence));
            apart_ = apart;
        } else if (auto room = active_->reserve(size); !room) {
            return keep_unless_harmless(room.error());
        }
        encoder_.begin(active_->where(), active_->end(), wanted.body);
        return &encoder_;
    }

    /// Where the batch that was begun will be.
    [[nodiscard]] std::uint32_t segment_number() const noexcept { return active_->number(); }

    /// Writes the batch that was begun and filled.
    [[nodiscard]] result<std::uint64_t> commit(std::uint64_t tombstones) noexcept {
        auto const bytes = encoder_.finish(active_->number(), static_cast<std::uint32_t>(active_->durable_end()));
        MKDB_TRY(final(active_->append(bytes, tombstones)));
        return std::uint64_t{bytes.size()};
    }

    /// Errors: `outcome_unknown` when what was written may or may not be on the disk; `read_only`.
    [[nodiscard]] result<> sync() {
        MKDB_TRY(check_usable());
        if (!active_ || active_->durable_end() == active_->end()) {
            return {};
        }
        if (auto synced = final(active_->sync()); !synced) {
            return fail(errc::outcome_unknown, "written, but perhaps not kept: " + synced.error().message);
        }
        return {};
    }

    /// Seals what was being written, so that the next opening has nothing to recover.
    [[nodiscard]] result<> close() {
        if (closed_) {
            return {};
        }
        closed_ = true;
        if (active_ && !failure_ && !list_->failure()) {
            MKDB_TRY(final(seal_active()));
        }
        return list_->close();
    }

    /// Ends the segment that is being written; the next append begins another. Errors: `read_only`; `io`, final.
    [[nodiscard]] result<> seal() {
        MKDB_TRY(check_usable());
        return final(seal_active());
    }

    /// As `seal`, if the segment that is being written was that at the last call already.
    [[nodiscard]] result<> seal_lasting() {
        MKDB_TRY(check_usable());
        auto const now = active_ ? std::optional(active_->number()) : std::nullopt;
        bool const lasts = std::exchange(seen_, now) == now;
        return lasts ? final(seal_active()) : result<>();
    }

    /// The log as it is now. The segment that was being written ends here, the next append begins another. Segments are
    /// opened whose key `wanted(key)` asks for: what is open stays readable whatever becomes of its name.
    /// Errors: `read_only`; `io`, final when it met the segment or the manifest, and not when opening for reading did.
    template <class Wanted>
    [[nodiscard]] result<frozen_log<file>> freeze(Wanted const& wanted) {
        MKDB_TRY(seal());
        MKDB_TRY_ASSIGN(auto const manifest_id, make_uuid(*random_));
        // Under the manifest's lock: a compaction removes the file of no segment that is still listed.
        return list_->inspect([&](manifest_state const& state) { return open_parts(state, manifest_id, wanted); });
    }

    /// Makes it durable that no new version gets a sequence up to `last`. Errors: `no_space`, which changes nothing;
    /// `read_only`; `io`, final.
    [[nodiscard]] result<> spend(std::uint64_t last) {
        MKDB_TRY(check_usable());
        if (auto room = list_->reserve(1); !room) {
            return keep_unless_harmless(room.error());
        }
        manifest_entry const entry{.kind = entry_kind::spend, .last_sequence = last};
        return final(list_->append({&entry, 1}));
    }

private:
    template <class Wanted>
    [[nodiscard]] result<frozen_log<file>> open_parts(manifest_state const& state, uuid const& manifest_id,
                                                      Wanted const& wanted) {
        frozen_log<file> frozen{state.last_sequence(), frozen_manifest<file>(list_->log_id(), manifest_id, state)};
        for (auto const& [number, entry] : state.segments()) {
            auto& part = frozen.files.emplace_back(frozen_file<file>{.name = names::segment(number),
                                                                     .key = segment_key(entry),
                                                                     .size = entry.length + sizeof(segment_footer),
                                                                     .digest_bytes = entry.length,
                                                                     .digest = entry.digest});
            if (wanted(part.key)) {
                MKDB_TRY_ASSIGN(part.file, files_->open(directory_ / part.name, mkdb::file::open_mode::read_only));
            }
        }
        return frozen;
    }

    /// An empty segment takes any batch.
    [[nodiscard]] bool is_full_for(std::uint64_t size, bool apart) const noexcept {
        bool const outgrown = active_->end() + size + sizeof(segment_footer) > limits_.threshold;
        return active_->counts().batches > 0 && (outgrown || apart || apart_);
    }

    [[nodiscard]] result<> seal_active() noexcept {
        if (!active_) {
            return {};
        }
        MKDB_TRY_ASSIGN(auto const footer, active_->seal());
        manifest_entry const entry = sealed_entry(footer).to_entry(entry_kind::seal_segment);
        MKDB_TRY(list_->append({&entry, 1}));
        active_.reset();
        return {};
    }

    [[nodiscard]] result<> check_usable() {
        if (closed_) {
            return fail(errc::closed, "the log in " + directory_.string() + " is closed");
        }
        if (!failure_) {
            failure_ = list_->failure();
        }
        if (failure_) {
            return fail(errc::read_only, "the log in " + directory_.string() +
                                             " takes no more writes until it is opened again, because: " + *failure_);
        }
        return {};
    }

    /// Whoever is told `no_space` may try again, which is over: when the disk was too full for a write or sync that had
    /// begun, only the message says so.
    [[nodiscard]] result<> final(result<> outcome) noexcept {
        if (!outcome) {
            failure_ = outcome.error().message;
            if (outcome.error().code == errc::no_space) {
                return fail(errc::io, *failure_);
            }
        }
        return outcome;
    }

    [[nodiscard]] error keep_unless_harmless(error refused) noexcept {
        if (refused.code != errc::no_space) {
            failure_ = refused.message;
        }
        return refused;
    }

    /// R15: the new segment is on the disk, header and name, and the old one ended, before the manifest says so.
    [[nodiscard]] result<> roll(std::uint64_t size, std::uint64_t first_sequence) {
        MKDB_TRY_ASSIGN(auto const number, list_->take_number(numbers_for_upkeep));
        auto rolled = roll_to(number, size, first_sequence);
        if (!rolled && !failure_) {
            list_->give_back(number);
        }
        return rolled;
    }

    [[nodiscard]] result<> roll_to(std::uint32_t number, std::uint64_t size, std::uint64_t first_sequence) {
        if (auto room = list_->reserve(2); !room) {
            return keep_unless_harmless(room.error());
        }
        MKDB_TRY_ASSIGN(auto const id, make_uuid(*random_));
        segment_identity const identity{list_->log_id(), id, number, first_sequence};
        auto made = make_segment(*files_, directory_, identity);
        if (!made) {
            return keep_unless_harmless(made.error());
        }
        segment_writer<file> writer(**made);
        if (auto room = writer.reserve(sizeof(segment_header) + size); !room) {
            MKDB_TRY(final(files_->remove(directory_ / names::segment(number))));
            return keep_unless_harmless(room.error());
        }
        return final(switch_to(std::move(*made), std::move(writer), identity));
    }

    [[nodiscard]] result<> switch_to(std::unique_ptr<segment<file>> made, segment_writer<file> writer,
                                     segment_identity const& identity) noexcept {
        MKDB_TRY(writer.begin(identity));
        MKDB_TRY(files_->sync_directory(directory_));
        std::vector<manifest_entry> edit;
        if (active_) {
            MKDB_TRY_ASSIGN(auto const footer, active_->seal());
            edit.push_back(sealed_entry(footer).to_entry(entry_kind::seal_segment));
        }
        edit.push_back({.kind = entry_kind::add_segment,
                        .number = identity.number,
                        .segment_id = identity.segment_id,
                        .length = writer.end(),
                        .first_sequence = identity.first_sequence});
        MKDB_TRY(list_->append(edit));
        table_->add(std::move(made));
        active_ = std::move(writer);
        return {};
    }

    Files* files_;
    Random* random_;
    std::filesystem::path directory_;
    shared_manifest<Files>* list_;
    segment_table<file>* table_;
    segment_limits limits_;
    std::optional<segment_writer<file>> active_;
    std::optional<std::uint32_t> seen_; ///< The active segment when `seal_lasting` was called last.
    bool apart_ = false;                ///< The active segment holds a large record, and takes no other batch.
    batch_encoder encoder_;
    std::optional<std::string> failure_; ///< Of the first write, sync or edit of the manifest that failed.
    bool closed_ = false;
};

} // namespace mkdb::log
