#pragma once

#include <mkdb/log/parity_layout.hpp>
#include <mkdb/log/segment_format.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

// Byte by byte in docs/formats/parity.md.
namespace mkdb::log {

inline constexpr std::array<char, 8> parity_magic{'M', 'K', 'D', 'B', '.', 'P', 'A', 'R'};
inline constexpr std::uint32_t parity_version = 1;

/// What a parity file begins and ends with.
struct parity_header {
    std::array<char, 8> magic = parity_magic;
    std::uint32_t version = parity_version;
    std::uint32_t byte_order = byte_order_mark;
    uuid segment_id{}; ///< Of the segment that it protects; seeds every other checksum.
    std::uint32_t number = 0;
    std::uint32_t block_bytes = 0;
    std::uint32_t stripe_data = 0;
    std::uint32_t stripe_parity = 0;
    std::uint64_t protected_length = 0; ///< Of the segment's file, footer and all.
    segment_digest digest{};            ///< Of that whole file.
    std::array<char, 64> codec{};       ///< The `format_name` of what made the parity blocks, then zeros.
    std::array<std::byte, 52> reserved{};
    std::uint32_t crc = 0; ///< Of all before it; in this place in every version.

    [[nodiscard]] std::string_view codec_name() const noexcept {
        auto const end = std::ranges::find(codec, '\0');
        return {codec.data(), static_cast<std::size_t>(end - codec.begin())};
    }

    [[nodiscard]] parity_layout layout() const noexcept {
        return {protected_length, block_bytes, stripe_data, stripe_parity};
    }
};
static_assert(sizeof(parity_header) == 192 && std::is_trivially_copyable_v<parity_header>);

/// The checksum of one block, of the segment or of parity. Bound to its place in its file.
using block_checksum = std::uint32_t;

[[nodiscard]] inline block_checksum checksum_of(std::span<std::byte const> block, place const& where,
                                                std::uint64_t offset) noexcept {
    return crc32c(block, where.seed(offset));
}

[[nodiscard]] inline parity_header sealed(parity_header header) noexcept {
    header.crc = detail::trailing_checksum(header, 0);
    return header;
}

/// Where the parts of a parity file lie: header, table, parity blocks, the table and the header once more.
class parity_map {
public:
    explicit parity_map(parity_layout const& layout) noexcept : layout_(layout) {}

    /// A checksum for each block, of the segment first, then one of the table.
    [[nodiscard]] std::uint64_t table_bytes() const noexcept {
        return align_up((layout_.blocks() + layout_.parity_blocks() + 1) * sizeof(block_checksum), alignment);
    }
    [[nodiscard]] std::uint64_t table_offset(unsigned copy) const noexcept {
        return copy == 0 ? sizeof(parity_header) : parity_offset(layout_.parity_blocks());
    }
    [[nodiscard]] std::uint64_t parity_offset(std::uint64_t parity_block) const noexcept {
        return sizeof(parity_header) + table_bytes() + parity_block * layout_.block_bytes;
    }
    [[nodiscard]] std::uint64_t header_offset(unsigned copy) const noexcept {
        return copy == 0 ? 0 : table_offset(1) + table_bytes();
    }
    [[nodiscard]] std::uint64_t file_bytes() const noexcept { return header_offset(1) + sizeof(parity_header); }

private:
    parity_layout layout_;
};

/// The bytes of one copy of the table.
[[nodiscard]] inline std::vector<std::byte> encode_table(std::span<block_checksum const> sums, parity_map const& map,
                                                         place const& where, unsigned copy) {
    std::vector<std::byte> bytes(map.table_bytes());
    auto* const end = copy_bytes(bytes.data(), std::as_bytes(sums));
    store_at(end, checksum_of(std::as_bytes(sums), where, map.table_offset(copy)));
    return bytes;
}

/// The checksums in one copy of the table, if it is whole.
[[nodiscard]] inline std::optional<std::vector<block_checksum>>
decode_table(std::span<std::byte const> bytes, parity_layout const& layout, place const& where, unsigned copy) {
    parity_map const map(layout);
    if (bytes.size() != map.table_bytes()) {
        return std::nullopt;
    }
    std::vector<block_checksum> sums(layout.blocks() + layout.parity_blocks());
    auto const body = bytes.first(sums.size() * sizeof(block_checksum));
    auto const padding = bytes.subspan(body.size() + sizeof(block_checksum));
    if (load<block_checksum>(bytes.data() + body.size()) != checksum_of(body, where, map.table_offset(copy)) ||
        std::ranges::any_of(padding, [](std::byte each) { return each != std::byte{0}; })) {
        return std::nullopt;
    }
    std::memcpy(sums.data(), body.data(), body.size());
    return sums;
}

/// What a header says about using a parity file for the segment `segment_id` of `length` bytes.
[[nodiscard]] inline header_verdict judge_header(parity_header const& header, uuid const& segment_id,
                                                 std::uint64_t length) noexcept {
    if (header.magic != parity_magic || detail::trailing_checksum(header, 0) != header.crc) {
        return header_verdict::damaged;
    }
    if (header.version > parity_version || header.byte_order != byte_order_mark) {
        return header_verdict::newer;
    }
    bool const sensible = header.block_bytes >= smallest_parity_block && header.block_bytes <= largest_parity_block &&
                          header.stripe_data > 0 && header.stripe_parity > 0 && header.stripe_data <= stripe_blocks &&
                          header.stripe_parity <= stripe_blocks;
    bool const right = sensible && header.segment_id == segment_id && header.protected_length == length;
    return right ? header_verdict::good : header_verdict::foreign;
}

} // namespace mkdb::log
