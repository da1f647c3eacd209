#include "cli/nearest_name.hpp"

#include <algorithm>
#include <cstddef>

namespace mkdb::cli {
namespace {

constexpr std::size_t most_slips = 2;

/// Letters to insert, delete, replace or swap with their neighbour to make one word of the other.
std::size_t slips_between(std::string_view one, std::string_view other) {
    std::vector<std::vector<std::size_t>> slips(one.size() + 1, std::vector<std::size_t>(other.size() + 1));
    for (std::size_t i = 0; i <= one.size(); ++i) {
        for (std::size_t j = 0; j <= other.size(); ++j) {
            if (i == 0 || j == 0) {
                slips[i][j] = i + j;
                continue;
            }
            std::size_t const differs = one[i - 1] == other[j - 1] ? 0 : 1;
            slips[i][j] = std::min({slips[i - 1][j] + 1, slips[i][j - 1] + 1, slips[i - 1][j - 1] + differs});
            if (i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1]) {
                slips[i][j] = std::min(slips[i][j], slips[i - 2][j - 2] + 1);
            }
        }
    }
    return slips[one.size()][other.size()];
}

} // namespace

std::optional<std::string> nearest_name(std::string_view word, std::vector<std::string> const& names) {
    std::optional<std::string> nearest;
    auto fewest = std::min(most_slips + 1, (word.size() + 1) / 2);
    for (auto const& name : names) {
        if (auto const slips = slips_between(word, name); slips < fewest) {
            fewest = slips;
            nearest = name;
        }
    }
    return nearest;
}

} // namespace mkdb::cli
