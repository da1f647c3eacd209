#pragma once

#include <bit>
#include <cstdint>

// Sizes with eight steps to each doubling: 1, 2, … 16, 18, … 32, 36, … What is rounded up to one wastes an eighth at
// most. They are numbered in order from 0 on.
namespace mkdb::index::detail {

/// How many doublings lie between the step 8 and the ones around `size`, which is not 0.
[[nodiscard]] constexpr std::uint32_t doublings_above_eight(std::uint32_t size) noexcept {
    auto const width = static_cast<std::uint32_t>(std::bit_width(size));
    return width > 4 ? width - 4 : 0;
}

/// The number of the last step that is not above `size`, which is not 0.
[[nodiscard]] constexpr std::uint32_t size_class(std::uint32_t size) noexcept {
    auto const doublings = doublings_above_eight(size);
    return 8 * doublings + (size >> doublings) - 1;
}

[[nodiscard]] constexpr std::uint32_t size_of_class(std::uint32_t number) noexcept {
    auto const eighths = number + 1;
    auto const doublings = eighths < 16 ? 0 : eighths / 8 - 1;
    return (eighths - 8 * doublings) << doublings;
}

/// The first step that is not below `size`, which is not 0.
[[nodiscard]] constexpr std::uint32_t round_to_class(std::uint32_t size) noexcept {
    auto const below = (std::uint32_t{1} << doublings_above_eight(size)) - 1;
    return (size + below) & ~below;
}

} // namespace mkdb::index::detail
