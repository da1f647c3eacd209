#pragma once

#include <cstdint>

namespace mkdb::index {

/// A row that answers a question, and how well.
struct scored_row {
    double score = 0;
    std::uint32_t row = 0;

    friend bool operator==(scored_row const&, scored_row const&) = default;
};

/// Whether `a` comes before `b` in an answer: of rows with the same score the older one does.
[[nodiscard]] constexpr bool ranks_before(scored_row const& a, scored_row const& b) noexcept {
    return a.score != b.score ? a.score > b.score : a.row < b.row;
}

} // namespace mkdb::index
