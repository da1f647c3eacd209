#pragma once

#include <mkdb/parity/concept.hpp>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <span>

namespace mkdb::parity::detail {

/// What every codec requires of the blocks that it is handed.
[[nodiscard]] bool are_blocks(auto blocks, std::size_t count, std::size_t length) noexcept {
    return blocks.size() == count &&
           std::ranges::all_of(blocks, [length](auto const& block) { return block.size() == length; });
}

[[nodiscard]] inline bool are_losses(std::span<std::size_t const> lost, geometry shape) noexcept {
    auto const ascending = std::ranges::adjacent_find(lost, std::greater_equal<>()) == lost.end();
    return ascending && (lost.empty() || lost.back() < shape.blocks());
}

[[nodiscard]] inline error too_many_losses(std::size_t lost, geometry shape) {
    return fail(errc::corrupt_record, std::to_string(lost) + " of " + std::to_string(shape.blocks()) +
                                          " blocks are lost, and parity makes up for " + std::to_string(shape.parity) +
                                          " at most");
}

} // namespace mkdb::parity::detail
