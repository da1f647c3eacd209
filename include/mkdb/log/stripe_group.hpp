#pragma once

#include <mkdb/core/bytes.hpp>
#include <mkdb/log/parity_layout.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace mkdb::log {

/// The blocks of some neighbouring stripes in memory, as a codec takes them: what the stripes have at one position is
/// one long block. What no block of the file fills is zero.
class stripe_group {
public:
    stripe_group(parity_layout const& layout, std::uint64_t first_stripe, std::uint64_t count)
        : block_bytes_(layout.block_bytes), count_(count),
          bytes_((layout.stripe_data + layout.stripe_parity) * count * layout.block_bytes) {
        auto const size = count * block_bytes_;
        for (std::uint64_t i = 0; i < std::uint64_t{layout.stripe_data} + layout.stripe_parity; ++i) {
            blocks_.push_back(std::span(bytes_).subspan(i * size, size));
        }
        data_blocks_ = layout.stripe_data;
        for (std::uint64_t position = 0; position < data_blocks_; ++position) {
            for (std::uint64_t i = 0; i < count; ++i) {
                auto const block = layout.block_at(first_stripe + i, position);
                lengths_.push_back(block < layout.blocks() ? layout.block_size(block) : 0);
            }
        }
    }

    /// As many stripes as make eight mebibytes, and no more than there are.
    [[nodiscard]] static std::uint64_t usual_count(parity_layout const& layout, std::uint64_t first_stripe) noexcept {
        auto const stripe = std::uint64_t{layout.stripe_data} * layout.block_bytes;
        return std::min(std::max<std::uint64_t>(1, 8 * mebibyte / stripe), layout.stripes() - first_stripe);
    }

    [[nodiscard]] std::uint64_t count() const noexcept { return count_; }

    /// The part of a data block that the file has; empty where it has none.
    [[nodiscard]] std::span<std::byte> data_block(std::uint64_t stripe, std::uint64_t position) {
        return blocks_[position].subspan(stripe * block_bytes_, lengths_[position * count_ + stripe]);
    }

    /// All, data first.
    [[nodiscard]] std::span<std::span<std::byte> const> blocks() const noexcept { return blocks_; }
    [[nodiscard]] std::span<std::span<std::byte> const> parity() const noexcept {
        return blocks().subspan(data_blocks_);
    }
    [[nodiscard]] std::vector<std::span<std::byte const>> const_data() const {
        return {blocks_.begin(), blocks_.begin() + static_cast<std::ptrdiff_t>(data_blocks_)};
    }

private:
    std::uint64_t block_bytes_;
    std::uint64_t count_;
    std::vector<std::byte> bytes_;
    std::vector<std::span<std::byte>> blocks_;
    std::size_t data_blocks_ = 0;
    std::vector<std::uint64_t> lengths_; ///< Of the data blocks, by position, then stripe.
};

} // namespace mkdb::log
