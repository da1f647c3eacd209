#pragma once

#include <mkdb/log/segment_format.hpp>

#include <array>
#include <cstdint>
#include <span>

// Byte by byte in docs/formats/checkpoint.md.
namespace mkdb::log {

inline constexpr std::array<char, 8> checkpoint_magic{'M', 'K', 'D', 'B', '.', 'C', 'K', 'P'};
inline constexpr std::uint32_t checkpoint_version = 1;

/// What a section holds. Values are format: append, never renumber.
enum class section_kind : std::uint32_t {
    mark = 1,      ///< How far the log had come, as its storage says it.
    directory = 2, ///< Ids and newest versions.
    lost = 3,      ///< Ids that damage took.
    index = 4,     ///< One index; there may be many.
};

struct checkpoint_header {
    std::array<char, 8> magic = checkpoint_magic;
    std::uint32_t version = checkpoint_version;
    std::uint32_t byte_order = byte_order_mark;
    std::uint64_t file_length = 0;
    std::uint32_t section_count = 0;
    std::uint32_t reserved = 0;
    segment_digest table_digest{}; ///< Of the section table, which follows.
    std::array<std::byte, 12> reserved_too{};
    std::uint32_t crc = 0; ///< Of all before it.
};
static_assert(sizeof(checkpoint_header) == 64 && std::is_trivially_copyable_v<checkpoint_header>);

/// Sections lie one behind another, in the order of the table.
struct section_entry {
    section_kind kind = section_kind::mark;
    std::uint32_t reserved = 0;
    std::uint64_t length = 0;
    segment_digest digest{}; ///< Of its bytes.
};
static_assert(sizeof(section_entry) == 32 && std::is_trivially_copyable_v<section_entry>);

[[nodiscard]] inline checkpoint_header sealed(checkpoint_header header) noexcept {
    header.crc = detail::trailing_checksum(header, 0);
    return header;
}

} // namespace mkdb::log
