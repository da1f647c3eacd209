#pragma once

#include <mkdb/core/hash.hpp>
#include <mkdb/log/record_format.hpp>

#include <optional>

// Byte by byte in docs/formats/segment.md.
namespace mkdb::log {

/// "MKBT" in the file.
inline constexpr std::uint32_t batch_magic = 0x54424B4D;

/// Two GiB: every offset of a segment fits 32 bits even when one batch fills it.
inline constexpr std::uint64_t largest_batch = std::uint64_t{1} << 31;

/// What a batch begins with; its records follow, `body_length` bytes. A batch counts whole or not at all.
struct batch_header {
    std::uint32_t magic = batch_magic;
    std::uint32_t header_crc = 0; ///< Of the rest of the header, seeded with its place.
    std::uint64_t body_length = 0;
    std::uint64_t first_sequence = 0;
    std::uint64_t last_sequence = 0;
    std::uint64_t body_digest = 0; ///< XXH3-64 of the body, seeded with its place.
    std::uint32_t record_count = 0;
    std::uint32_t durable_segment = 0; ///< With the next: everything before here was synced when this was written,
    std::uint32_t durable_offset = 0;  ///< so damage before here is rot, never a torn write.
    std::uint32_t flags = 0;
    std::uint64_t reserved = 0;
};
static_assert(sizeof(batch_header) == 64 && std::is_trivially_copyable_v<batch_header>);

/// Recovery or compaction copied this batch out of earlier segments.
inline constexpr std::uint32_t batch_carried = 1;

/// The checksum that belongs into a header at `offset`.
[[nodiscard]] inline std::uint32_t header_checksum(batch_header const& header, place const& where,
                                                   std::uint64_t offset) noexcept {
    constexpr auto skipped = sizeof header.magic + sizeof header.header_crc;
    return crc32c(std::as_bytes(std::span(&header, 1)).subspan(skipped), where.seed(offset));
}

/// The header at the start of `bytes`, if there is one that belongs to `offset`: nothing in it is trusted before that.
[[nodiscard]] inline std::optional<batch_header>
decode_batch_header(std::span<std::byte const> bytes, place const& where, std::uint64_t offset) noexcept {
    if (bytes.size() < sizeof(batch_header) || load<std::uint32_t>(bytes.data()) != batch_magic) {
        return std::nullopt;
    }
    auto const header = load<batch_header>(bytes.data());
    if (header_checksum(header, where, offset) != header.header_crc || header.body_length > largest_batch ||
        header.body_length % alignment != 0) {
        return std::nullopt;
    }
    return header;
}

/// A body belongs behind its header. Another kind of sum than the records' own: a CRC over bytes that end with their
/// CRC says nothing that the inner one does not say, whatever the bytes are.
[[nodiscard]] inline std::uint64_t body_digest(std::span<std::byte const> body, place const& where,
                                               std::uint64_t batch_offset) noexcept {
    return hash64(as_text(body), where.seed(batch_offset));
}

} // namespace mkdb::log
