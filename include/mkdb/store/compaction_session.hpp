#pragma once

#include <mkdb/engine/compaction_run.hpp>
#include <mkdb/storage/scrubbable.hpp>
#include <mkdb/store/compaction_report.hpp>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace mkdb {

/// Compacts the partitions of a store one after another, each until nothing in it is worth a rewrite. What the session
/// itself wrote is not looked at again, so that it comes to an end.
///
/// Thread safety: one thread at a time.
template <class Partition>
class compaction_session {
public:
    /// By partition: segments that were found damaged and are not tried again.
    using set_aside = std::vector<std::set<std::uint32_t>>;

    compaction_session(std::vector<std::shared_ptr<Partition>> const& partitions, set_aside& damaged)
        : partitions_(&partitions), damaged_(&damaged) {}

    /// Does a bounded part of the work; returns how many bytes it went through, zero when all is done.
    [[nodiscard]] std::uint64_t step(engine::victim_options const& options) {
        while (at_ < partitions_->size()) {
            if (!run_ && !begin(options)) {
                next_partition();
                continue;
            }
            auto const bytes = run_->step();
            if (!bytes) {
                end_early(bytes.error());
                return 1;
            }
            if (*bytes == 0) {
                finish_run();
                return 1;
            }
            return *bytes;
        }
        return 0;
    }

    [[nodiscard]] compaction_report& report() noexcept { return report_; }

    /// The first thing that ended a run early, if anything did. Damage does not count: the rest is compacted without
    /// it.
    [[nodiscard]] std::optional<error> const& failure() const noexcept { return failure_; }

private:
    [[nodiscard]] Partition& partition() const { return *(*partitions_)[at_]; }

    [[nodiscard]] bool begin(engine::victim_options const& options) {
        if (!below_) {
            below_ = 1;
            for (auto const& each : partition().backend().segments()) {
                below_ = std::max(*below_, each.segment + 1);
            }
        }
        auto begun =
            engine::compaction_run<Partition>::begin((*partitions_)[at_], options, {(*damaged_)[at_], *below_});
        if (!begun) {
            fail_with(begun.error());
            return false;
        }
        run_ = std::move(*begun);
        return run_.has_value();
    }

    void next_partition() {
        ++at_;
        below_.reset();
    }

    void finish_run() {
        report_ += run_->counts();
        if (auto const& left = run_->left_behind()) {
            report_.notes.push_back("compacted segments could not be removed: " + left->message);
        }
        run_.reset();
    }

    /// Damage: the run begins again, without that segment if it cannot be healed. Anything else: on with the next
    /// partition.
    void end_early(error const& why) {
        auto const unreadable = run_->unreadable();
        run_.reset();
        if (unreadable) {
            if (!heal(*unreadable)) {
                (*damaged_)[at_].insert(*unreadable);
                report_.notes.push_back("left in place by compaction: " + why.message);
            }
        } else {
            fail_with(why);
            next_partition();
        }
    }

    /// Once for each segment: one that cannot be read although it is whole is left in place too.
    [[nodiscard]] bool heal(std::uint32_t segment) {
        if constexpr (storage::scrubbable_storage<typename Partition::backend_type>) {
            if (!tried_.emplace(at_, segment).second) {
                return false;
            }
            auto const healed = partition().backend().heal(segment);
            if (healed && healed->outcome == storage::healing_outcome::healed) {
                report_.notes.push_back(healed->message);
            }
            return healed && healed->sound();
        } else {
            return false;
        }
    }

    void fail_with(error const& why) {
        report_.notes.push_back("compaction ended early and is tried again later: " + why.message);
        failure_ = failure_ ? failure_ : why;
    }

    std::vector<std::shared_ptr<Partition>> const* partitions_;
    set_aside* damaged_;
    std::size_t at_ = 0;
    std::optional<std::uint32_t> below_;
    std::set<std::pair<std::size_t, std::uint32_t>> tried_; ///< Segments, by partition, that were healed or not.
    std::optional<engine::compaction_run<Partition>> run_;
    compaction_report report_;
    std::optional<error> failure_;
};

} // namespace mkdb
