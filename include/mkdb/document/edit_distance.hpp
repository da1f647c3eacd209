#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

namespace mkdb::document {

/// Whether `most` edits at most make `a` of `b`. An edit inserts, removes or replaces one character, or swaps two
/// neighbours; no part of the text is edited twice (the "optimal string alignment" distance).
///
/// Complexity: the length times `most`; constant when the lengths differ by more than `most`.
[[nodiscard]] inline bool within_edits(std::u32string_view a, std::u32string_view b, std::size_t most) {
    if (a.size() > b.size()) {
        std::swap(a, b);
    }
    if (b.size() - a.size() > most) {
        return false;
    }
    // Row i holds the distances of the first i characters of b to each beginning of a, as far as they can be `most`:
    // that is where the lengths differ by no more.
    auto const far = most + 1;
    std::vector<std::size_t> before(a.size() + 1, far);
    std::vector<std::size_t> last(a.size() + 1, far);
    std::vector<std::size_t> now(a.size() + 1, far);
    for (std::size_t j = 0; j <= std::min(most, a.size()); ++j) {
        last[j] = j;
    }
    for (std::size_t i = 1; i <= b.size(); ++i) {
        if (i > most) {
            now[i - most - 1] = far; // An older row left something here, and the first cell looks at it.
        }
        auto nearest = far;
        for (auto j = i > most ? i - most : 0; j <= std::min(a.size(), i + most); ++j) {
            auto& cell = now[j];
            if (j == 0) {
                cell = i;
            } else {
                cell = std::min({last[j - 1] + (b[i - 1] == a[j - 1] ? 0 : 1), last[j] + 1, now[j - 1] + 1});
                if (i > 1 && j > 1 && b[i - 1] == a[j - 2] && b[i - 2] == a[j - 1]) {
                    cell = std::min(cell, before[j - 2] + 1);
                }
            }
            nearest = std::min(nearest, cell);
        }
        if (nearest > most) {
            return false;
        }
        std::swap(before, last);
        std::swap(last, now);
    }
    return last[a.size()] <= most;
}

} // namespace mkdb::document
