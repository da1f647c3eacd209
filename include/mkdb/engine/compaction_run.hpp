#pragma once

#include <mkdb/core/out_of_memory.hpp>
#include <mkdb/engine/choose_victims.hpp>
#include <mkdb/engine/directory.hpp>
#include <mkdb/storage/concept.hpp>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <utility>
#include <vector>

namespace mkdb::engine {

/// Which segments of a partition are not looked at.
struct victim_filter {
    std::set<std::uint32_t> set_aside; ///< Found damaged: left in place until something mends them.
    std::uint32_t below = std::numeric_limits<std::uint32_t>::max(); ///< Only segments with lower numbers.
};

/// Every segment of a partition with what is live in it.
template <class Partition>
[[nodiscard]] std::vector<segment_usage> segments_in_use(Partition const& partition, victim_filter const& filter) {
    auto const segments = partition.backend().segments();
    return partition.inspect([&](auto const& state) {
        std::vector<segment_usage> all;
        for (auto const& each : segments) {
            bool const left_out = each.segment >= filter.below || filter.set_aside.contains(each.segment);
            all.push_back({each, state.rows.occupied().of(each.segment), left_out});
        }
        return all;
    });
}

/// One compaction of one partition, in bounded steps. Commits and reads go on meanwhile; whatever fails before the last
/// step leaves everything as it was.
///
/// Thread safety: one thread at a time, and one run of a partition at a time.
template <class Partition>
class compaction_run {
public:
    using rewrite = typename Partition::backend_type::rewrite;

    /// None when nothing is worth it. Errors: `read_only`, `closed`, and what flushing gives.
    [[nodiscard]] static result<std::optional<compaction_run>>
    begin(std::shared_ptr<Partition> partition, victim_options const& options, victim_filter const& filter) {
        auto const victims = choose_victims(segments_in_use(*partition, filter), options);
        if (victims.empty()) {
            return std::optional<compaction_run>{};
        }
        // Tells before anything is copied if the partition takes no writes.
        MKDB_TRY(partition->flush());
        MKDB_TRY_ASSIGN(auto begun, partition->backend().begin_rewrite(victims));
        return std::optional(compaction_run(std::move(partition), std::move(begun)));
    }

    /// Copies a part, or, when all is copied, puts the copies in the place of the old segments and ends. Returns how
    /// many bytes it went through; zero at the end. Errors: those of the log; with `outcome_unknown` the partition
    /// takes no more writes, with any other nothing has changed.
    [[nodiscard]] result<std::uint64_t> step() {
        if (!copied_) {
            MKDB_TRY_ASSIGN(auto const bytes, rewrite_.step([this](auto const& record, auto const& where) {
                return is_wanted(record, where);
            }));
            copied_ = bytes == 0;
            return std::max<std::uint64_t>(bytes, 1);
        }
        MKDB_TRY(switch_over());
        return std::uint64_t{0};
    }

    [[nodiscard]] std::optional<std::uint32_t> unreadable() const { return rewrite_.unreadable(); }
    [[nodiscard]] storage::rewrite_counts counts() const { return rewrite_.counts(); }

    /// Why the old segments are still on the disk, though they no longer count, if so.
    [[nodiscard]] std::optional<error> const& left_behind() const noexcept { return left_behind_; }

private:
    static constexpr row_id no_row = std::numeric_limits<row_id>::max();
    /// How many places are changed under one hold of the lock.
    static constexpr std::size_t relocation_step = 256;

    compaction_run(std::shared_ptr<Partition> partition, rewrite begun)
        : partition_(std::move(partition)), rewrite_(std::move(begun)) {}

    /// A version that the directory points to, and a tombstone unless a newer version hides the same as it does.
    [[nodiscard]] bool is_wanted(storage::log_record const& record, storage::location const& where) {
        auto const wanted = partition_->inspect([&](auto const& state) -> std::optional<row_id> {
            auto const row = state.rows.find(record.id);
            if (record.kind == storage::record_kind::tombstone) {
                bool const hidden = row && state.rows.at(*row).sequence > record.sequence;
                return hidden ? std::nullopt : std::optional(no_row);
            }
            return row && state.rows.at(*row).where == where ? row : std::nullopt;
        });
        if (wanted) {
            rows_.push_back(*wanted);
        }
        return wanted.has_value();
    }

    [[nodiscard]] result<> switch_over() {
        // What was not copied was replaced by something newer: that must outlive a crash before the old may go.
        MKDB_TRY(partition_->flush());
        MKDB_TRY_ASSIGN(auto const moving, partition_->checkpoint().begin_move());
        auto const moved = rewrite_.moved();
        MKDB_TRY(follow(rewrite_.commit(), moved));
        release_victims();
        return {};
    }

    /// The directory must follow the log: no memory for that ends the process.
    [[nodiscard]] result<> follow(result<> committed, std::span<storage::relocation const> moved) noexcept {
        if (!committed && committed.error().code == errc::outcome_unknown) {
            partition_->stop_writes(committed.error());
        }
        for (std::size_t at = 0; committed && at < moved.size(); at += relocation_step) {
            relocate(moved.subspan(at, std::min(relocation_step, moved.size() - at)), at);
        }
        return committed;
    }

    void release_victims() {
        result<> released;
        if (!if_memory_allows([&] { released = rewrite_.release(); })) {
            released = error{errc::out_of_memory, "no memory"};
        }
        if (!released) {
            left_behind_ = released.error();
        }
    }

    void relocate(std::span<storage::relocation const> moved, std::size_t first) {
        partition_->adjust([&](auto& state) {
            for (std::size_t i = 0; i < moved.size(); ++i) {
                auto const row = rows_[first + i];
                if (row != no_row && state.rows.contains(row) && state.rows.at(row).where == moved[i].from) {
                    auto newest = state.rows.at(row);
                    newest.where = moved[i].to;
                    state.rows.update(row, newest);
                }
            }
        });
    }

    std::shared_ptr<Partition> partition_;
    rewrite rewrite_;
    std::vector<row_id> rows_; ///< Of what `moved()` lists, in its order; `no_row` for a tombstone.
    bool copied_ = false;
    std::optional<error> left_behind_;
};

} // namespace mkdb::engine
