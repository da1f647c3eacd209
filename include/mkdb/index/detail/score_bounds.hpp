#pragma once

#include <mkdb/index/detail/ranked_list.hpp>
#include <mkdb/index/detail/row_lengths.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace mkdb::index::detail {

/// Ranking goes by windows of so many rows.
inline constexpr std::uint32_t window_rows = row_lengths::chunk_rows;

/// Sums of doubles depend on their order, by far less than this: what is compared across orders is moved by it first.
inline constexpr double rounding = 1e-9;
[[nodiscard]] constexpr double raised(double bound) noexcept {
    return bound * (1 + rounding);
}
[[nodiscard]] constexpr double lowered(double bound) noexcept {
    return bound * (1 - rounding);
}

/// How much each list can add to the score of a row, for each window of rows and each block of postings.
class score_bounds {
public:
    explicit score_bounds(std::span<ranked_list const> lists) : blocks_(lists.size()), lists_(lists.size()) {
        std::uint32_t last = 0;
        for (auto const& list : lists) {
            last = std::max(last, list.postings->blocks().back().last());
        }
        windows_ = last / window_rows + 1;
        bounds_.resize(std::size_t{windows_} * lists_);
        for (std::size_t i = 0; i < lists_; ++i) {
            find(i, lists[i]);
        }
    }

    [[nodiscard]] std::uint32_t windows() const noexcept { return windows_; }
    [[nodiscard]] double of_list(std::size_t list, std::uint32_t window) const noexcept {
        return bounds_[window * lists_ + list];
    }
    [[nodiscard]] double of_block(std::size_t list, std::size_t block) const noexcept { return blocks_[list][block]; }

    /// Of a row in this window; with `missing_one` of one that is not in all lists.
    [[nodiscard]] double of_window(std::uint32_t window, bool missing_one) const noexcept {
        double sum = 0;
        auto lowest = std::numeric_limits<double>::max();
        for (std::size_t i = 0; i < lists_; ++i) {
            sum += of_list(i, window);
            lowest = std::min(lowest, of_list(i, window));
        }
        return raised(missing_one ? sum - lowest : sum);
    }

private:
    void find(std::size_t list, ranked_list const& from) {
        for (auto const& block : from.postings->blocks()) {
            auto const bound = block.highest().bound(from.score);
            blocks_[list].push_back(bound);
            if ((block.last() - block.first()) / window_rows <= most_windows) {
                for (auto i = block.first() / window_rows; i <= block.last() / window_rows; ++i) {
                    raise(list, i, bound);
                }
            } else {
                find_one_by_one(list, from, block);
            }
        }
    }

    /// A block of a rare term reaches over many windows and has rows in few of them.
    void find_one_by_one(std::size_t list, ranked_list const& from, posting_block const& block) {
        block.view().visit(0, UINT64_MAX, [&](std::uint32_t row, std::uint8_t frequency) {
            raise(list, row / window_rows, from.score(frequency, (*from.lengths)[row]));
        });
    }

    void raise(std::size_t list, std::uint32_t window, double bound) noexcept {
        auto& highest = bounds_[window * lists_ + list];
        highest = std::max(highest, raised(bound));
    }

    static constexpr std::uint32_t most_windows = 8;

    std::vector<std::vector<double>> blocks_;
    std::vector<double> bounds_; ///< Window by window, those of all lists.
    std::size_t lists_;
    std::uint32_t windows_ = 0;
};

} // namespace mkdb::index::detail
