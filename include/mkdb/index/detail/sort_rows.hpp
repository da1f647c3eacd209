#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <vector>

namespace mkdb::index::detail {

/// Puts rows in order: few by comparing them, many by one digit after the other, the least significant first.
///
/// Complexity: linear, with one more vector of the same size.
inline void sort_rows(std::vector<std::uint32_t>& rows) {
    constexpr std::size_t compared_at_most = 512;
    constexpr unsigned digit_bits = 11;
    constexpr std::uint32_t digits = 1U << digit_bits;
    if (rows.size() <= compared_at_most) {
        std::ranges::sort(rows);
        return;
    }
    auto const greatest = *std::ranges::max_element(rows);
    std::vector<std::uint32_t> sorted(rows.size());
    for (unsigned shift = 0; shift < 32 && greatest >> shift != 0; shift += digit_bits) {
        std::array<std::size_t, digits> places{};
        for (auto const row : rows) {
            ++places[row >> shift & (digits - 1)];
        }
        std::exclusive_scan(places.begin(), places.end(), places.begin(), std::size_t{0});
        for (auto const row : rows) {
            sorted[places[row >> shift & (digits - 1)]++] = row;
        }
        rows.swap(sorted);
    }
}

} // namespace mkdb::index::detail
