#pragma once

#include <mkdb/log/segment_format.hpp>
#include <mkdb/log/segment_numbers.hpp>

#include <algorithm>
#include <vector>

// Byte by byte in docs/formats/manifest.md.
namespace mkdb::log {

inline constexpr std::array<char, 8> manifest_magic{'M', 'K', 'D', 'B', '.', 'M', 'A', 'N'};
inline constexpr std::uint32_t manifest_version = 1;
/// "MKED" in the file.
inline constexpr std::uint32_t edit_magic = 0x44454B4D;

struct manifest_header {
    std::array<char, 8> magic = manifest_magic;
    std::uint32_t version = manifest_version;
    std::uint32_t byte_order = byte_order_mark;
    uuid log_id{};
    uuid manifest_id{}; ///< Seeds every checksum of the manifest.
    std::uint32_t generation = 0;
    std::uint32_t copy = 0; ///< 0 or 1.
    std::uint32_t reserved = 0;
    std::uint32_t crc = 0; ///< Of all before it; in this place in every version.
};
static_assert(sizeof(manifest_header) == 64 && std::is_trivially_copyable_v<manifest_header>);

/// What an edit begins with; its entries follow. An edit counts whole or not at all.
struct edit_header {
    std::uint32_t magic = edit_magic;
    std::uint32_t header_crc = 0; ///< Of the rest of the header, seeded with its place.
    std::uint64_t index = 0; ///< Counts edits of one generation from zero; edit zero holds the state to start from.
    std::uint32_t entry_count = 0;
    std::uint32_t body_crc = 0;
    std::uint64_t reserved = 0;
};
static_assert(sizeof(edit_header) == 32 && std::is_trivially_copyable_v<edit_header>);

/// Append, never renumber.
enum class entry_kind : std::uint32_t {
    add_segment = 1,    ///< The segment may be written to; `length` of it is durable.
    seal_segment = 2,   ///< The segment ends at `length` and will not change.
    remove_segment = 3, ///< The segment's content is elsewhere or no longer needed.
    spend = 4,          ///< Segment numbers up to `number` and sequences up to `last_sequence` are never used again.
};

struct manifest_entry {
    entry_kind kind = entry_kind::add_segment;
    std::uint32_t number = 0;
    uuid segment_id{};
    std::uint64_t length = 0; ///< Where the footer of a sealed segment begins; at least this much must be there.
    std::uint64_t batch_count = 0;
    std::uint64_t record_count = 0;
    std::uint64_t tombstone_count = 0;
    std::uint64_t first_sequence = 0;
    std::uint64_t last_sequence = 0;
    segment_digest digest{};
    std::uint32_t flags = 0; ///< As in the footer.
    std::uint32_t reserved = 0;
};
static_assert(sizeof(manifest_entry) == 96 && std::is_trivially_copyable_v<manifest_entry>);

/// In entries. A compaction of every segment that there can be makes the largest edit: it names each of them, and as
/// many that take their place.
inline constexpr std::uint32_t largest_edit = 1U << 24;
static_assert(largest_edit >= 2 * segment_number_limit);

[[nodiscard]] inline manifest_header sealed(manifest_header header) noexcept {
    header.crc = detail::trailing_checksum(header, 0);
    return header;
}

namespace detail {

[[nodiscard]] inline std::uint32_t edit_header_checksum(edit_header const& header, place const& where,
                                                        std::uint64_t offset) noexcept {
    constexpr auto skipped = sizeof header.magic + sizeof header.header_crc;
    return crc32c(std::as_bytes(std::span(&header, 1)).subspan(skipped), where.seed(offset));
}

} // namespace detail

/// The bytes of an edit that will lie at `offset`.
[[nodiscard]] inline std::vector<std::byte> encode_edit(std::span<manifest_entry const> entries, std::uint64_t index,
                                                        place const& where, std::uint64_t offset) {
    auto const body = std::as_bytes(entries);
    edit_header header{.index = index, .entry_count = static_cast<std::uint32_t>(entries.size())};
    header.body_crc = crc32c(body, where.seed(offset + sizeof header));
    header.header_crc = detail::edit_header_checksum(header, where, offset);
    std::vector<std::byte> bytes(sizeof header + body.size());
    store_at(bytes.data(), header);
    std::ranges::copy(body, bytes.begin() + sizeof header);
    return bytes;
}

/// How many bytes of the file an edit takes.
[[nodiscard]] constexpr std::uint64_t edit_size(std::size_t entries) noexcept {
    return sizeof(edit_header) + entries * sizeof(manifest_entry);
}

struct manifest_edit {
    std::uint64_t index = 0;
    std::uint64_t size = 0; ///< In the file.
    std::vector<manifest_entry> entries;
};

/// The edit at the start of `bytes`, if a whole one that belongs to `offset` is there.
[[nodiscard]] inline std::optional<manifest_edit> decode_edit(std::span<std::byte const> bytes, place const& where,
                                                              std::uint64_t offset) {
    if (bytes.size() < sizeof(edit_header) || load<std::uint32_t>(bytes.data()) != edit_magic) {
        return std::nullopt;
    }
    auto const header = load<edit_header>(bytes.data());
    if (detail::edit_header_checksum(header, where, offset) != header.header_crc || header.entry_count > largest_edit ||
        header.entry_count * sizeof(manifest_entry) > bytes.size() - sizeof header) {
        return std::nullopt;
    }
    auto const body = bytes.subspan(sizeof header, header.entry_count * sizeof(manifest_entry));
    if (crc32c(body, where.seed(offset + sizeof header)) != header.body_crc) {
        return std::nullopt;
    }
    manifest_edit edit{header.index, sizeof header + body.size(), std::vector<manifest_entry>(header.entry_count)};
    std::memcpy(edit.entries.data(), body.data(), body.size());
    return edit;
}

} // namespace mkdb::log
