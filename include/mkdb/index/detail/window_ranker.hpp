#pragma once

#include <mkdb/index/detail/ranked_list.hpp>
#include <mkdb/index/detail/score_bounds.hpp>
#include <mkdb/index/row_set.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <utility>
#include <vector>

namespace mkdb::index::detail {

/// Which rows are looked at.
struct row_choice {
    row_set const* among = nullptr; ///< Only these; null: all.
    row_set const* but = nullptr;   ///< Not these; null: all.

    [[nodiscard]] bool has(std::uint32_t row) const {
        return (among == nullptr || among->contains(row)) && (but == nullptr || !but->contains(row));
    }
};

/// Finds the best rows of some lists, window after window of rows, those first that may have the highest scores, until
/// no other can have one that is high enough.
///
/// In a window only those lists are summed up without which no row can win; of the others the rows that still may are
/// asked for. Blocks of postings that cannot lift a row far enough are skipped.
/// Source: H. Turtle, J. Flood, "Query Evaluation: Strategies and Optimizations" (MaxScore), Inf. Process. Manage. 31
/// (1995); S. Ding, T. Suel, "Faster Top-k Document Retrieval Using Block-Max Indexes", SIGIR 2011.
class window_ranker {
public:
    window_ranker(std::span<ranked_list const> lists, row_choice rows, best_rows& best)
        : lists_(lists), bounds_(lists), rows_(rows), best_(&best) {}

    /// `missing_one`: no row that is still looked at is in all lists. False when `go_on()`, asked before each window,
    /// said no: then the best are not found.
    template <class GoOn>
    [[nodiscard]] bool run(bool missing_one, GoOn&& go_on) {
        struct candidate {
            double bound;
            std::uint32_t window;
        };
        std::vector<candidate> windows;
        for (std::uint32_t i = 0; i < bounds_.windows(); ++i) {
            if (auto const bound = bounds_.of_window(i, missing_one); bound > 0) {
                windows.push_back({bound, i});
            }
        }
        std::ranges::make_heap(windows, {}, &candidate::bound);
        while (!windows.empty() && windows.front().bound >= best_->threshold()) {
            if (!go_on()) {
                return false;
            }
            search(windows.front().window);
            std::ranges::pop_heap(windows, {}, &candidate::bound);
            windows.pop_back();
        }
        return true;
    }

private:
    void search(std::uint32_t window) {
        auto const threshold = best_->threshold();
        auto const [needed, rest] = needed_lists(window, threshold);
        sums_.fill(0);
        candidates_.clear();
        auto const enough = std::max(lowered(threshold) - rest, std::numeric_limits<double>::min());
        for (auto const list : needed) {
            sum_up(list, window, threshold, enough);
        }
        keep_candidates(window, rest);
        offer_rows(lists_, std::span<std::uint32_t const>(candidates_), *best_);
    }

    /// The lists without which no row can reach the threshold, and how much the others may add.
    [[nodiscard]] std::pair<std::vector<std::size_t>, double> needed_lists(std::uint32_t window,
                                                                           double threshold) const {
        std::vector<std::size_t> lists;
        for (std::size_t i = 0; i < lists_.size(); ++i) {
            if (bounds_.of_list(i, window) > 0) {
                lists.push_back(i);
            }
        }
        std::ranges::sort(lists, {}, [&](std::size_t list) { return bounds_.of_list(list, window); });
        double rest = 0;
        auto first = lists.begin();
        while (first != lists.end() && rest + bounds_.of_list(*first, window) < threshold) {
            rest += bounds_.of_list(*first++, window);
        }
        lists.erase(lists.begin(), first);
        return {std::move(lists), rest};
    }

    /// Adds the scores of one list; rows of which the sum becomes `enough` are candidates.
    void sum_up(std::size_t list, std::uint32_t window, double threshold, double enough) {
        auto const& postings = *lists_[list].postings;
        auto const& score = lists_[list].score;
        auto const blocks = postings.blocks();
        auto const first = window * window_rows;
        auto const end = std::uint64_t{first} + window_rows;
        auto const others = bounds_.of_window(window, false) - bounds_.of_list(list, window);
        auto const* const texts = lists_[list].lengths->chunk_of(first);
        for (auto i = postings.find_block(first); i < blocks.size() && blocks[i].first() < end; ++i) {
            if (raised(bounds_.of_block(list, i) + others) < threshold) {
                continue;
            }
            auto const view = blocks[i].view();
            view.visit(view.find(first), end, [&](std::uint32_t row, std::uint8_t frequency) {
                auto& sum = sums_[row - first];
                auto const before = std::exchange(sum, sum + score(frequency, texts[row - first]));
                if (before < enough && sum >= enough) {
                    candidates_.push_back(row);
                }
            });
        }
    }

    /// Drops those that are not asked for, and when more than wanted are left, those that so many others beat.
    void keep_candidates(std::uint32_t window, double rest) {
        auto const sum_of = [&](std::uint32_t row) { return sums_[row - window * window_rows]; };
        std::erase_if(candidates_, [&](std::uint32_t row) { return !rows_.has(row); });
        if (candidates_.size() > best_->wanted()) {
            std::vector<double> sums;
            std::ranges::transform(candidates_, std::back_inserter(sums), sum_of);
            auto const worst = sums.begin() + static_cast<std::ptrdiff_t>(best_->wanted() - 1);
            std::ranges::nth_element(sums, worst, std::greater<>());
            auto const enough = lowered(*worst) - rest;
            std::erase_if(candidates_, [&](std::uint32_t row) { return sum_of(row) < enough; });
        }
        std::ranges::sort(candidates_);
    }

    std::span<ranked_list const> lists_;
    score_bounds bounds_;
    row_choice rows_;
    best_rows* best_;
    std::array<double, window_rows> sums_; ///< Of the window's rows, only over the needed lists and in any order.
    std::vector<std::uint32_t> candidates_;
};

} // namespace mkdb::index::detail
