#pragma once

#include <mkdb/log/reader_epochs.hpp>
#include <mkdb/log/rewrite_output.hpp>
#include <mkdb/log/segment_table.hpp>
#include <mkdb/log/strict_reader.hpp>

#include <algorithm>
#include <limits>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace mkdb::log {

/// The parts of an open log that a rewrite works with.
template <class Files, class Random>
struct rewrite_parts {
    Files* files;
    Random* random;
    std::filesystem::path directory;
    shared_manifest<Files>* list;
    segment_table<typename Files::file>* table;
    reader_epochs* readers;
    std::uint64_t threshold;
};

/// No record of the other segments has a sequence below this: an older tombstone has nothing left to hide there (R20).
/// What a segment that was sealed with damage holds is not known.
[[nodiscard]] inline std::uint64_t tombstone_horizon(manifest_state const& state,
                                                     std::span<segment_entry const> victims) {
    auto horizon = std::numeric_limits<std::uint64_t>::max();
    for (auto const& [number, entry] : state.segments()) {
        bool const inside = std::ranges::find(victims, number, &segment_entry::number) != victims.end();
        bool const counted = !entry.sealed || ((entry.flags & sealed_with_damage) == 0);
        bool const holds_none = entry.sealed && counted && entry.counts.records == 0;
        if (!inside && !holds_none) {
            horizon = std::min(horizon, counted ? entry.counts.first_sequence : 0);
        }
    }
    return horizon;
}

/// Moves what is still wanted of some sealed segments into fresh ones, and the old ones out of the log. Sequences and
/// times of creation stay. In order: `step` until it says that all is copied and has been read back; `commit`, from
/// when on the copies count; `release`, when nobody is told the old places any more. Before `commit`, whatever fails
/// harms nothing, and `abandon` removes the copies.
///
/// Thread safety: one thread at a time; the log is written and read meanwhile.
template <class Files, class Random>
class segment_rewrite {
public:
    using file = typename Files::file;

    struct moved_record {
        record_extent from;
        record_extent to;
        bool tombstone = false;
    };

    /// Preconditions: the victims are sealed, in the order in which they are to be copied, and nobody else takes them.
    segment_rewrite(rewrite_parts<Files, Random> parts, std::vector<segment_entry> victims)
        : parts_(std::move(parts)), victims_(std::move(victims)),
          horizon_(parts_.list->inspect([&](auto const& state) { return tombstone_horizon(state, victims_); })),
          output_(*parts_.files, *parts_.random, parts_.directory, *parts_.list, parts_.threshold, first_sequence()) {}

    /// Copies a bounded part: about a mebibyte, or one batch that is larger. `keep(record, extent)` tells what is
    /// wanted. Returns how many bytes it went through; zero when all is copied, synced and verified.
    /// Errors: `corrupt_file` and `io` of a victim, which `unreadable` then names; `no_space`, `limit_exceeded`, `io`
    /// of the output.
    template <class Keep>
    [[nodiscard]] result<std::uint64_t> step(Keep&& keep) {
        std::uint64_t seen = 0;
        while (seen < step_bytes && next_ < victims_.size()) {
            if (!source_) {
                MKDB_TRY(open_victim(victims_[next_]));
            }
            if (source_->at_end()) {
                source_.reset();
                victim_.reset();
                ++next_;
                continue;
            }
            MKDB_TRY_ASSIGN(auto const size, copy_batch(keep));
            seen += size;
        }
        if (seen > 0) {
            return seen;
        }
        MKDB_TRY(output_.finish([this](record_extent const& to) { note_place(to); }));
        MKDB_TRY(parts_.files->sync_directory(parts_.directory));
        return std::uint64_t{0};
    }

    /// The victim that could not be read, after `step` has failed for that.
    [[nodiscard]] std::optional<std::uint32_t> unreadable() const noexcept { return unreadable_; }

    /// What was kept, in the order in which `keep` allowed it.
    [[nodiscard]] std::vector<moved_record> const& moved() const noexcept { return moved_; }
    [[nodiscard]] std::vector<segment_entry> const& victims() const noexcept { return victims_; }
    [[nodiscard]] std::vector<segment_entry> const& outputs() const noexcept { return output_.entries(); }
    /// How much tombstones take in each output.
    [[nodiscard]] std::map<std::uint32_t, std::uint64_t> const& tombstone_bytes() const noexcept {
        return tombstone_bytes_;
    }
    [[nodiscard]] std::uint64_t tombstones_dropped() const noexcept { return tombstones_dropped_; }

    /// One edit puts the copies in the place of the victims. Whatever made a record unwanted must be durable by now.
    /// Errors: `outcome_unknown` when the edit may or may not be on the disk: the log takes no more writes, and both
    /// victims and copies stay; `read_only` and `closed`, which changed nothing, like `std::bad_alloc`.
    [[nodiscard]] result<> commit() {
        MKDB_TRY(parts_.list->check_usable());
        std::vector<manifest_entry> edit;
        for (auto const& each : output_.entries()) {
            edit.push_back(each.to_entry(entry_kind::seal_segment));
        }
        for (auto const& each : victims_) {
            edit.push_back(each.to_entry(entry_kind::remove_segment));
        }
        MKDB_TRY(parts_.list->reserve(edit.size()));
        return take_over(parts_.list->append(edit));
    }

    /// Closes and removes the victims when their readers are gone. Errors: `io`; what is left is moved aside when the
    /// log is opened next.
    [[nodiscard]] result<> release() {
        std::vector<std::unique_ptr<segment<file>>> taken;
        taken.reserve(victims_.size());
        for (auto const& each : victims_) {
            taken.push_back(parts_.table->take(each.number));
        }
        parts_.readers->wait_for_readers();
        taken.clear();
        result<> outcome;
        for (auto const& each : victims_) {
            if (auto removed = parts_.files->remove(parts_.directory / names::segment(each.number));
                !removed && outcome) {
                outcome = removed;
            }
        }
        auto const synced = parts_.files->sync_directory(parts_.directory);
        return outcome ? synced : outcome;
    }

    [[nodiscard]] result<> abandon() { return output_.remove(); }

private:
    static constexpr std::uint64_t step_bytes = mebibyte;

    /// What the manifest says must be found: no memory for that ends the process.
    [[nodiscard]] result<> take_over(result<> edited) noexcept {
        if (!edited && (edited.error().code == errc::read_only || edited.error().code == errc::closed)) {
            return edited;
        }
        for (auto& each : output_.take_segments()) {
            parts_.table->add(std::move(each));
        }
        if (!edited) {
            return fail(errc::outcome_unknown,
                        "a compaction may or may not have been recorded: " + edited.error().message);
        }
        return {};
    }

    [[nodiscard]] std::uint64_t first_sequence() const noexcept {
        auto lowest = std::numeric_limits<std::uint64_t>::max();
        for (auto const& each : victims_) {
            lowest = std::min(lowest, each.counts.first_sequence);
        }
        return victims_.empty() ? 0 : lowest;
    }

    /// By its name, not by the table: a healing may put another file in its place there meanwhile.
    [[nodiscard]] result<> open_victim(segment_entry const& victim) {
        auto opened =
            parts_.files->open(parts_.directory / names::segment(victim.number), mkdb::file::open_mode::read_only);
        if (!opened) {
            unreadable_ = victim.number;
            return opened.error();
        }
        victim_ = std::make_unique<segment<file>>(victim.number, victim.id, *std::move(opened));
        source_.emplace(*victim_, victim);
        return {};
    }

    template <class Keep>
    [[nodiscard]] result<std::uint64_t> copy_batch(Keep& keep) {
        result<> written;
        auto const number = source_->number();
        auto const size = source_->next([&](record const& one, std::uint64_t at, std::span<std::byte const> bytes) {
            record_extent const from{number, static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(bytes.size())};
            if (written && is_wanted(one, from, keep)) {
                moved_.push_back({from, {}, one.kind == tombstone_kind});
                written = output_.add(bytes, [this](record_extent const& to) { note_place(to); });
            }
        });
        if (!size) {
            unreadable_ = number;
            return size.error();
        }
        MKDB_TRY(written);
        return *size;
    }

    template <class Keep>
    [[nodiscard]] bool is_wanted(record const& one, record_extent const& from, Keep& keep) {
        bool const tombstone = one.kind == tombstone_kind;
        bool const wanted = (!tombstone || one.sequence > horizon_) && keep(one, from);
        tombstones_dropped_ += tombstone && !wanted ? 1 : 0;
        return wanted;
    }

    void note_place(record_extent const& to) {
        auto& placed = moved_[placed_++];
        placed.to = to;
        if (placed.tombstone) {
            tombstone_bytes_[to.segment] += to.length;
        }
    }

    rewrite_parts<Files, Random> parts_;
    std::vector<segment_entry> victims_;
    std::uint64_t horizon_;
    rewrite_output<Files, Random> output_;
    std::unique_ptr<segment<file>> victim_; ///< That is being read.
    std::optional<strict_reader<file>> source_;
    std::size_t next_ = 0;   ///< Of the victims: the one that is being read.
    std::size_t placed_ = 0; ///< How many of `moved_` have their new place.
    std::vector<moved_record> moved_;
    std::map<std::uint32_t, std::uint64_t> tombstone_bytes_;
    std::uint64_t tombstones_dropped_ = 0;
    std::optional<std::uint32_t> unreadable_;
};

} // namespace mkdb::log
