#pragma once

#include <mkdb/core/result.hpp>
#include <mkdb/log/batch_format.hpp>

#include <array>
#include <string>

// Byte by byte in docs/formats/segment.md.
namespace mkdb::log {

inline constexpr std::array<char, 8> segment_magic{'M', 'K', 'D', 'B', '.', 'S', 'E', 'G'};
inline constexpr std::array<char, 8> footer_magic{'M', 'K', 'D', 'B', '.', 'E', 'N', 'D'};
inline constexpr std::uint32_t segment_version = 1;
/// Reads as itself only on machines of the byte order that wrote it.
inline constexpr std::uint32_t byte_order_mark = 0x01020304;

/// XXH3-128 of all bytes of a segment before its footer, low half first.
using segment_digest = std::array<std::uint64_t, 2>;

struct segment_header {
    std::array<char, 8> magic = segment_magic;
    std::uint32_t version = segment_version;
    std::uint32_t byte_order = byte_order_mark;
    uuid log_id{};     ///< Of the log (one partition of a store) that the segment belongs to.
    uuid segment_id{}; ///< Seeds every checksum of the segment.
    std::uint32_t number = 0;
    std::uint32_t parity_data_blocks = 0; ///< Geometry of its parity; zeros: none was planned.
    std::uint64_t first_sequence = 0;     ///< No record of the segment has a lower one.
    std::uint32_t parity_blocks = 0;
    std::uint32_t parity_block_bytes = 0;
    std::array<std::byte, 52> reserved{};
    std::uint32_t crc = 0; ///< Of all before it.
};
static_assert(sizeof(segment_header) == 128 && std::is_trivially_copyable_v<segment_header>);

/// What a sealed segment ends with.
struct segment_footer {
    std::array<char, 8> magic = footer_magic;
    std::uint32_t number = 0;
    std::uint32_t flags = 0;
    uuid segment_id{};
    std::uint64_t data_end = 0; ///< Where the footer begins.
    std::uint64_t batch_count = 0;
    std::uint64_t record_count = 0;
    std::uint64_t tombstone_count = 0;
    std::uint64_t first_sequence = 0;
    std::uint64_t last_sequence = 0;
    segment_digest digest{};
    std::array<std::byte, 28> reserved{};
    std::uint32_t crc = 0; ///< Of all before it, seeded with its place.
};
static_assert(sizeof(segment_footer) == 128 && std::is_trivially_copyable_v<segment_footer>);

/// The segment was sealed with damage inside: its digest tells it from other bytes, not that they are good.
inline constexpr std::uint32_t sealed_with_damage = 1;

/// Where the first batch begins.
inline constexpr std::uint64_t segment_data_start = sizeof(segment_header);

namespace detail {

/// The checksum of a block that ends with it.
template <class Block>
[[nodiscard]] std::uint32_t trailing_checksum(Block const& block, std::uint32_t seed) noexcept {
    return crc32c(std::as_bytes(std::span(&block, 1)).first(sizeof block - sizeof block.crc), seed);
}

} // namespace detail

[[nodiscard]] inline segment_header sealed(segment_header header) noexcept {
    header.crc = detail::trailing_checksum(header, 0);
    return header;
}

[[nodiscard]] inline segment_footer sealed(segment_footer footer) noexcept {
    footer.crc = detail::trailing_checksum(footer, place(footer.segment_id).seed(footer.data_end));
    return footer;
}

/// The footer in `bytes` if it is the one that belongs to this segment and offset.
[[nodiscard]] inline std::optional<segment_footer> decode_footer(std::span<std::byte const> bytes, place const& where,
                                                                 std::uint64_t offset) noexcept {
    if (bytes.size() < sizeof(segment_footer)) {
        return std::nullopt;
    }
    auto const footer = load<segment_footer>(bytes.data());
    bool const right = footer.magic == footer_magic && footer.data_end == offset &&
                       detail::trailing_checksum(footer, where.seed(offset)) == footer.crc;
    return right ? std::optional(footer) : std::nullopt;
}

/// What a segment's header says about opening it.
enum class header_verdict {
    good,
    damaged, ///< Rot: the manifest still knows what the segment is.
    foreign, ///< Whole, but of another segment.
    newer,   ///< Whole, and written by a newer version.
};

[[nodiscard]] inline header_verdict judge_header(std::span<std::byte const> bytes, uuid const& segment_id) noexcept {
    if (bytes.size() < sizeof(segment_header)) {
        return header_verdict::damaged;
    }
    auto const header = load<segment_header>(bytes.data());
    if (header.magic != segment_magic || detail::trailing_checksum(header, 0) != header.crc) {
        return header_verdict::damaged;
    }
    if (header.version > segment_version || header.byte_order != byte_order_mark) {
        return header_verdict::newer;
    }
    return header.segment_id == segment_id ? header_verdict::good : header_verdict::foreign;
}

} // namespace mkdb::log
