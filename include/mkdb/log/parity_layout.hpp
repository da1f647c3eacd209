#pragma once

#include <mkdb/core/bytes.hpp>

#include <algorithm>
#include <cstdint>

namespace mkdb::log {

/// How the blocks of a file lie in stripes, and their parity in its file. Pure.
///
/// Block b belongs to stripe b modulo `stripes()`, so that a burst of damage is shared by as many stripes as there are;
/// the parity blocks lie in the same order. A stripe that is shorter than the others counts as filled up with zeros.
struct parity_layout {
    std::uint64_t protected_length = 0; ///< Of the whole file.
    std::uint32_t block_bytes = 0;
    std::uint32_t stripe_data = 0; ///< Data blocks of the longest stripe.
    std::uint32_t stripe_parity = 0;

    [[nodiscard]] std::uint64_t blocks() const noexcept { return (protected_length + block_bytes - 1) / block_bytes; }
    [[nodiscard]] std::uint64_t stripes() const noexcept { return (blocks() + stripe_data - 1) / stripe_data; }
    [[nodiscard]] std::uint64_t parity_blocks() const noexcept { return stripes() * stripe_parity; }
    [[nodiscard]] std::uint64_t block_at(std::uint64_t stripe, std::uint64_t position) const noexcept {
        return position * stripes() + stripe;
    }

    [[nodiscard]] std::uint64_t block_offset(std::uint64_t block) const noexcept { return block * block_bytes; }
    /// The last block may be shorter than the others.
    [[nodiscard]] std::uint64_t block_size(std::uint64_t block) const noexcept {
        return std::min<std::uint64_t>(block_bytes, protected_length - block_offset(block));
    }

    friend bool operator==(parity_layout const&, parity_layout const&) = default;
};

/// A smaller block would be all checksum.
inline constexpr std::uint32_t smallest_parity_block = 64;
inline constexpr std::uint32_t largest_parity_block = 1U << 20;
/// A stripe has as many blocks as there are bytes but zero.
inline constexpr std::uint32_t stripe_blocks = 255;

/// The layout for a file of `length` bytes, when a full stripe has `parity_blocks` of parity: as few stripes as can be,
/// of equal length, and none with more parity than data. Preconditions: nothing is zero; `parity_blocks` < 255.
[[nodiscard]] inline parity_layout plan_parity(std::uint64_t length, std::uint32_t parity_blocks,
                                               std::uint32_t block_bytes) noexcept {
    parity_layout layout{.protected_length = length};
    layout.block_bytes =
        static_cast<std::uint32_t>(std::min<std::uint64_t>(block_bytes, align_up(length, smallest_parity_block)));
    auto const most = stripe_blocks - parity_blocks;
    auto const stripes = (layout.blocks() + most - 1) / most;
    layout.stripe_data = static_cast<std::uint32_t>((layout.blocks() + stripes - 1) / stripes);
    layout.stripe_parity = std::min(parity_blocks, layout.stripe_data);
    return layout;
}

} // namespace mkdb::log
