#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <vector>

/// Measures of a ranking, from the grades of what it found, the best first, and the grades of all that it could find.
namespace mkdb::bench::peers {

namespace detail {

/// Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR techniques", 2002, with gains of 2^grade - 1.
[[nodiscard]] inline double cumulated_gain(std::vector<unsigned> const& grades, std::size_t depth) {
    double gain = 0;
    for (std::size_t i = 0; i < std::min(depth, grades.size()); ++i) {
        gain += (std::exp2(grades[i]) - 1) / std::log2(static_cast<double>(i) + 2);
    }
    return gain;
}

} // namespace detail

/// 1 when nothing better could stand on the first `depth` places. Precondition: something is relevant.
[[nodiscard]] inline double normalized_gain(std::vector<unsigned> const& found, std::vector<unsigned> all,
                                            std::size_t depth) {
    std::ranges::sort(all, std::greater<>());
    return detail::cumulated_gain(found, depth) / detail::cumulated_gain(all, depth);
}

/// The precision at the place of each relevant document, on average; those that were not found count as zero.
/// Precondition: something is relevant.
[[nodiscard]] inline double average_precision(std::vector<unsigned> const& found, std::vector<unsigned> const& all) {
    double sum = 0;
    double relevant = 0;
    for (std::size_t i = 0; i < found.size(); ++i) {
        if (found[i] > 0) {
            sum += ++relevant / static_cast<double>(i + 1);
        }
    }
    return sum / static_cast<double>(std::ranges::count_if(all, [](unsigned grade) { return grade > 0; }));
}

/// The part of the first `depth` places that something relevant stands on.
[[nodiscard]] inline double precision(std::vector<unsigned> const& found, std::size_t depth) {
    auto const looked_at = found.begin() + static_cast<std::ptrdiff_t>(std::min(depth, found.size()));
    return static_cast<double>(std::count_if(found.begin(), looked_at, [](unsigned grade) { return grade > 0; })) /
           static_cast<double>(depth);
}

} // namespace mkdb::bench::peers
