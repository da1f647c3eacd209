#pragma once

#include <mkdb/core/result.hpp>
#include <mkdb/storage/scrubbable.hpp>
#include <mkdb/store/scrub_progress.hpp>
#include <mkdb/store/scrub_report.hpp>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mkdb {

/// One pass over a store: every segment of every partition, by number, and at the end of a partition the parity that it
/// lacks. Segments that are begun meanwhile are for the next pass.
///
/// Thread safety: one thread at a time.
template <class Partition>
class scrub_session {
public:
    using partition_list = std::vector<std::shared_ptr<Partition>>;

    scrub_session(partition_list const& partitions, scrub_progress const& from)
        : partitions_(&partitions), progress_(from) {}

    /// Does a bounded part of the work; returns how many bytes it went through, zero when all is done.
    [[nodiscard]] std::uint64_t step() {
        while (progress_.partition < partitions_->size()) {
            if (!work_ && !begin_segment()) {
                if (auto const bytes = protect(); bytes > 0) {
                    return bytes;
                }
                next_partition();
                continue;
            }
            auto const bytes = work_->step();
            if (!bytes) {
                fail_with(bytes.error());
                end_segment();
                return 1;
            }
            report_.bytes += *bytes;
            if (*bytes == 0) {
                judge(work_->finding());
                end_segment();
                return 1;
            }
            return *bytes;
        }
        return 0;
    }

    /// Changes only when a segment or a partition is done.
    [[nodiscard]] scrub_progress const& progress() const noexcept { return progress_; }
    [[nodiscard]] scrub_report& report() noexcept { return report_; }
    [[nodiscard]] std::optional<error> const& failure() const noexcept { return failure_; }

private:
    using backend_type = typename Partition::backend_type;
    using scrub_type = typename backend_type::scrub;

    [[nodiscard]] Partition& partition() const { return *(*partitions_)[progress_.partition]; }

    void list_segments() {
        waiting_.emplace();
        for (auto const& each : partition().backend().segments()) {
            if (each.segment > progress_.segment) {
                waiting_->push_back(each.segment);
            }
        }
        std::ranges::sort(*waiting_, std::ranges::greater());
    }

    [[nodiscard]] bool begin_segment() {
        if (!waiting_) {
            list_segments();
        }
        while (!waiting_->empty()) {
            number_ = waiting_->back();
            waiting_->pop_back();
            auto begun = partition().backend().begin_scrub(number_);
            if (begun) {
                work_.emplace(*std::move(begun));
                return true;
            }
            // What compaction has taken out of the log meanwhile is no business of the pass.
            if (begun.error().code != errc::not_found) {
                fail_with(begun.error());
            }
        }
        return false;
    }

    void end_segment() {
        work_.reset();
        ++report_.segments;
        progress_.segment = number_;
    }

    void judge(storage::scrub_finding const& found) {
        auto const& segment = found.segment;
        report_.damaged_blocks += segment.damaged_blocks;
        if (found.parity_damaged) {
            ++report_.parity_rebuilt;
            note(found.parity_message);
        }
        if (segment.outcome == storage::healing_outcome::healed) {
            ++report_.healed_segments;
            report_.healed_blocks += segment.damaged_blocks;
            note(segment.message);
        } else if (segment.outcome == storage::healing_outcome::unrecoverable) {
            ++report_.unrecoverable_segments;
            report_.unrecoverable.push_back({progress_.partition, number_, segment.message});
            name_lost();
        }
    }

    void note(std::string const& sentence) {
        report_.notes.push_back("partition " + std::to_string(progress_.partition) + ": " + sentence);
    }

    /// The directory knows the ids also where not even a key can be read any more. What was lost before this run of the
    /// program left the directory then.
    void name_lost() {
        std::vector<std::pair<std::string, storage::location>> there;
        partition().inspect([&](auto const& state) {
            for (auto const row : state.rows.live()) {
                if (state.rows.at(row).where.segment == number_) {
                    there.emplace_back(state.rows.id(row), state.rows.at(row).where);
                }
            }
            for (auto const& [id, sequence] : state.lost) {
                report_.lost_ids.push_back(id);
            }
        });
        for (auto const& [id, where] : there) {
            if (!partition().backend().read(where)) {
                report_.lost_ids.push_back(id);
            }
        }
        std::ranges::sort(report_.lost_ids);
        auto const doubled = std::unique(report_.lost_ids.begin(), report_.lost_ids.end());
        report_.lost_ids.erase(doubled, report_.lost_ids.end());
    }

    /// What fails here is tried again later, and so costs only protection.
    [[nodiscard]] std::uint64_t protect() {
        auto const bytes = partition().backend().protect_step();
        if (!bytes) {
            fail_with(bytes.error());
            return 0;
        }
        return *bytes;
    }

    void next_partition() {
        ++progress_.partition;
        progress_.segment = 0;
        waiting_.reset();
    }

    void fail_with(error const& why) {
        note("not finished, and tried again with the next pass: " + why.message);
        failure_ = failure_ ? failure_ : why;
    }

    partition_list const* partitions_;
    scrub_progress progress_;
    std::optional<std::vector<std::uint32_t>> waiting_; ///< Numbers of the partition's segments, the next one last.
    std::optional<scrub_type> work_;
    std::uint32_t number_ = 0; ///< Of the segment that is being read.
    scrub_report report_;
    std::optional<error> failure_;
};

} // namespace mkdb
