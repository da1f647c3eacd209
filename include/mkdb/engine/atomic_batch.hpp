#pragma once

#include <mkdb/core/hash.hpp>
#include <mkdb/core/limits.hpp>
#include <mkdb/core/result.hpp>
#include <mkdb/engine/change_feed.hpp>
#include <mkdb/engine/partition_context.hpp>
#include <mkdb/engine/partition_part.hpp>
#include <mkdb/engine/redo_record.hpp>
#include <mkdb/engine/reserved_sequences.hpp>
#include <mkdb/engine/staging.hpp>
#include <mkdb/engine/unique_guard.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mkdb::engine {

/// The error of one operation of a batch; positions begin with 0.
[[nodiscard]] inline error at_position(std::size_t position, error failure) {
    failure.message += " (operation " + std::to_string(position) + " of the batch)";
    return failure;
}

/// Commits operations on records of several partitions as one: all of them or none, also over a crash.
///
/// The partition with the highest number that has anything to write is written first, with a redo record of what the
/// others get; when its log is synced the batch is committed. A start that finds the redo record at the end of the log
/// writes what a crash kept from the others (`complete_batch`).
/// Thread safety: one run is one thread's; runs and all other commits go on side by side, except in the same
/// partitions.
template <class Partition>
class atomic_batch {
public:
    using outcomes = std::vector<write_outcome>;

    atomic_batch(std::span<std::shared_ptr<Partition> const> partitions, partition_context& context)
        : partitions_(partitions), context_(&context) {}

    /// Commits; synced when it returns. Readers may meet a part of it before the whole is visible.
    ///
    /// Errors: those of single writes, with the position of the operation, and those of the log: nothing changed.
    /// `outcome_unknown`: a log failed under it; whether the batch is committed as a whole or not at all shows when the
    /// store is opened again. `std::bad_alloc` comes out of it only while nothing has happened.
    [[nodiscard]] result<outcomes> run(std::vector<operation>& operations) {
        take_turns(operations);
        MKDB_TRY(check_obstacles(operations));
        reserved_sequences sequences(*context_->feed, operations.size() + 1);
        // Settings reach the first partition first.
        auto const kept_unique = parts_.front().turn.unique();
        std::optional<unique_guard> unique; // Until all is visible or refused.
        if (kept_unique) {
            unique.emplace(*kept_unique);
        }
        staging work([this](std::string_view id) { return part_of(id).turn.base_of(id); }, context_->nested,
                     sequences.first(), parts_.front().turn.hash_seed(), unique ? &*unique : nullptr);
        MKDB_TRY_ASSIGN(auto all, apply_all(operations, work));
        auto changes = work.take_changes();
        distribute(work.versions());
        auto done = commit(sequences.first() + operations.size());
        if (!done) {
            if (unique && done.error().code == errc::outcome_unknown) {
                unique->keep_claims();
            }
            return std::move(done).error(); // A copy could run out of memory, and be taken for a batch that never was.
        }
        sequences.complete(std::move(changes));
        return all;
    }

private:
    using part = partition_part<Partition>;

    /// In ascending order, as everybody who takes several.
    void take_turns(std::vector<operation> const& operations) {
        std::set<std::uint32_t> numbers;
        for (auto const& each : operations) {
            numbers.insert(number_of(each.id));
        }
        for (auto const number : numbers) {
            parts_.emplace_back(number, *partitions_[number]);
        }
    }

    [[nodiscard]] std::uint32_t number_of(std::string_view id) const noexcept {
        return partition_of(id, static_cast<std::uint32_t>(partitions_.size()));
    }

    [[nodiscard]] part& part_of(std::string_view id) {
        return *std::ranges::find(parts_, number_of(id), &part::number);
    }

    [[nodiscard]] result<> check_obstacles(std::vector<operation> const& operations) {
        makes_room_ =
            std::ranges::all_of(operations, [](operation const& each) { return each.what == change::kind::erase; });
        for (auto& each : parts_) {
            if (auto const why = each.turn.obstacle(operations.size())) {
                return *why;
            }
            if (!makes_room_ && each.turn.log().is_full()) {
                return each.turn.log().disk_is_full();
            }
        }
        return {};
    }

    /// Ends with the first operation that is too much: many small ones may each leave a large record, and all writers
    /// of these partitions wait.
    template <class Staging>
    [[nodiscard]] static result<outcomes> apply_all(std::vector<operation>& operations, Staging& work) {
        outcomes all;
        for (auto& each : operations) {
            auto outcome = work.apply(each);
            if (outcome && work.bytes() > limits::batch_bytes) {
                outcome = fail(errc::limit_exceeded, "A batch may leave records of at most " +
                                                         std::to_string(limits::batch_bytes) +
                                                         " bytes, each counted as often as it is written");
            }
            if (!outcome) {
                return at_position(all.size(), std::move(outcome).error());
            }
            all.push_back(std::move(*outcome));
        }
        return all;
    }

    void distribute(std::vector<staged_version>& versions) {
        for (auto& each : versions) {
            part_of(each.id).versions.push_back(std::move(each));
        }
    }

    /// What these partitions acknowledged before is made durable first: a redo record brings back the batch, and not
    /// what came before it.
    [[nodiscard]] result<> commit(std::uint64_t redo_sequence) {
        std::vector<part*> writing;
        for (auto& each : parts_) {
            MKDB_TRY(flush(each));
            each.make_batch();
            if (each.writes()) {
                writing.push_back(&each);
                MKDB_TRY(make_room(each)); // Later it could not be refused any more.
            }
        }
        if (writing.empty()) {
            return {};
        }
        auto& first = *writing.back();
        writing.pop_back();
        auto const redo = encode_redo(owed(writing));
        if (!writing.empty()) {
            first.batch.records.push_back({storage::record_kind::redo, redo_sequence, redo_sequence, {}, redo});
            first.batch.locations.emplace_back();
        }
        auto committed = write_first(first);
        if (committed) {
            return finish(first, writing);
        }
        if (!storage::left_no_trace(committed.error())) {
            stop(writing, committed.error()); // A start may find it committed: nothing may come before their parts.
            return in_doubt("Whether the batch is there shows when store '", committed.error());
        }
        return committed;
    }

    /// Errors: `no_space`; `read_only` for any other of the log's, since nothing of the batch has happened.
    [[nodiscard]] static result<> flush(part& of) {
        auto const flushed = of.turn.flush();
        return flushed || storage::left_no_trace(flushed.error())
                   ? flushed
                   : fail(errc::read_only, "nothing of the batch was written: " + flushed.error().message);
    }

    /// What is kept for a full disk is for what makes room.
    [[nodiscard]] result<> make_room(part& in) {
        auto& log = in.turn.log();
        auto found = log.make_room(in.batch);
        if (!found && log.frees_space(found.error())) {
            found = makes_room_ ? log.make_room(in.batch) : result<>(log.disk_is_full());
        }
        return found || storage::left_no_trace(found.error())
                   ? found
                   : fail(errc::read_only, "nothing of the batch was written: " + found.error().message);
    }

    [[nodiscard]] static std::vector<redo_part> owed(std::vector<part*> const& to) {
        std::vector<redo_part> all;
        for (auto const* each : to) {
            for (auto const& version : each->versions) {
                if (version.to_log()) {
                    all.push_back({each->number, as_log_record(version)});
                }
            }
        }
        return all;
    }

    [[nodiscard]] result<> write_first(part& first) {
        auto& log = first.turn.log();
        if (makes_room_) {
            return log.write_at_all_costs(first.batch);
        }
        auto written = log.write(first.batch, durability::sync);
        if (!written && log.frees_space(written.error())) {
            written = log.disk_is_full();
        }
        return written;
    }

    /// The batch is committed: it must become visible, and no later commit may come before a part of it. No memory for
    /// that ends the process; the next one finds the redo record.
    [[nodiscard]] result<> finish(part& first, std::vector<part*> const& others) noexcept {
        for (auto* each : others) {
            if (auto const written = each->turn.log().write_at_all_costs(each->batch); !written) {
                first.turn.log().stop(written.error());
                stop(others, written.error());
                return in_doubt("A part could not be written; the batch will be complete when store '",
                                written.error());
            }
        }
        for (auto* each : others) {
            each->turn.publish(each->versions, each->batch);
        }
        first.turn.publish(first.versions, first.batch);
        return {};
    }

    /// Something may be on the disk: no memory to say so ends the process.
    [[nodiscard]] error in_doubt(std::string_view what, error const& why) const noexcept {
        return fail(errc::outcome_unknown,
                    std::string(what) + context_->store_name + "' is opened again: " + why.message);
    }

    static void stop(std::vector<part*> const& parts, error const& why) {
        for (auto* each : parts) {
            if (!each->turn.log().failure()) {
                each->turn.log().stop(why);
            }
        }
    }

    std::span<std::shared_ptr<Partition> const> partitions_;
    partition_context* context_;
    std::deque<part> parts_; ///< By ascending number.
    bool makes_room_ = false;
};

} // namespace mkdb::engine
