#pragma once

#include <mkdb/index/scored_row.hpp>

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace mkdb::index::detail {

/// The best few of the rows that it is offered, in whatever order they come.
class best_rows {
public:
    /// Precondition: at least one is wanted.
    explicit best_rows(std::size_t wanted) : wanted_(wanted) {}

    /// Each row once.
    void offer(scored_row const& candidate) {
        if (!is_full()) {
            rows_.push_back(candidate);
            std::ranges::push_heap(rows_, ranks_before);
        } else if (ranks_before(candidate, rows_.front())) {
            std::ranges::pop_heap(rows_, ranks_before);
            rows_.back() = candidate;
            std::ranges::push_heap(rows_, ranks_before);
        }
    }

    /// A row with a lower score is not among the best.
    [[nodiscard]] double threshold() const noexcept { return is_full() ? rows_.front().score : 0; }
    [[nodiscard]] std::size_t wanted() const noexcept { return wanted_; }

    /// The best first.
    [[nodiscard]] std::vector<scored_row> take() && {
        std::ranges::sort(rows_, ranks_before);
        return std::move(rows_);
    }

private:
    [[nodiscard]] bool is_full() const noexcept { return rows_.size() == wanted_; }

    std::size_t wanted_;
    std::vector<scored_row> rows_; ///< A heap: the worst in front.
};

} // namespace mkdb::index::detail
