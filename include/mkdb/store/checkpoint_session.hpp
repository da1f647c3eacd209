#pragma once

#include <mkdb/engine/checkpoint_run.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace mkdb {

/// Writes checkpoints of the partitions of a store, one after another.
///
/// Thread safety: one thread at a time.
template <class Partition>
class checkpoint_session {
public:
    /// `partitions` outlive it. `is_late()` ends the writing of a state that is too large for a copy.
    explicit checkpoint_session(
        std::vector<std::shared_ptr<Partition>> const& partitions, std::function<bool()> is_late = [] { return false; })
        : partitions_(&partitions), is_late_(std::move(is_late)) {}

    /// Does a bounded part of the work, but for the copying of a partition's state, which is one part, or its writing
    /// where it is too large for a copy; false when all is done. `is_due(partition)` tells which partitions get one.
    template <class IsDue>
    [[nodiscard]] bool step(IsDue const& is_due) {
        if (run_) {
            go_on();
            return true;
        }
        while (at_ < partitions_->size()) {
            auto const& next = (*partitions_)[at_++];
            if (is_due(*next)) {
                begin(next);
                return true;
            }
        }
        return false;
    }

    /// Ends what is under way.
    void abandon() {
        if (run_) {
            if (auto const removed = run_->abandon(); !removed) {
                failure_ = failure_ ? failure_ : removed.error();
            }
            run_.reset();
        }
    }

    /// The first failure to write a checkpoint.
    [[nodiscard]] std::optional<error> const& failure() const noexcept { return failure_; }
    /// The first failure of a log, which made its partition read-only.
    [[nodiscard]] std::optional<error> const& log_failure() const noexcept { return log_failure_; }

private:
    void begin(std::shared_ptr<Partition> const& partition) {
        auto begun = engine::checkpoint_run<Partition>::begin(partition, is_late_);
        if (begun) {
            run_ = std::move(*begun);
        } else if (begun.error().code != errc::closed && begun.error().code != errc::read_only) {
            log_failure_ = log_failure_ ? log_failure_ : begun.error();
        }
    }

    void go_on() {
        auto const more = run_->step();
        if (!more) {
            failure_ = failure_ ? failure_ : more.error();
        }
        if (!more || !*more) {
            run_.reset();
        }
    }

    std::vector<std::shared_ptr<Partition>> const* partitions_;
    std::function<bool()> is_late_;
    std::size_t at_ = 0;
    std::optional<engine::checkpoint_run<Partition>> run_;
    std::optional<error> failure_;
    std::optional<error> log_failure_;
};

} // namespace mkdb
