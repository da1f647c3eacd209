#pragma once

#include <mkdb/engine/detail/directory_parts.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>

// Byte by byte in docs/formats/checkpoint.md. What the arrays of a directory hold is kept as it lies in memory, so that
// it is read straight to where it belongs.
namespace mkdb::engine::detail {

struct directory_image_head {
    std::uint64_t seed = 0;
    std::uint64_t slot_count = 0;
    std::uint64_t live_rows_bytes = 0;
    std::uint32_t next_row = 0;
    std::uint32_t chunk_count = 0;
};
static_assert(sizeof(directory_image_head) == 32 && std::is_trivially_copyable_v<directory_image_head>);

/// In the list of chunks, in the place of how many bytes its ids take: there is nothing of this chunk.
inline constexpr std::uint32_t absent_chunk = std::numeric_limits<std::uint32_t>::max();

/// A `version`, with what the compiler leaves open set to zero.
struct version_image {
    std::uint64_t sequence = 0;
    std::uint64_t created = 0;
    std::uint32_t segment = 0;
    std::uint32_t offset = 0;
    std::uint32_t length = 0;
    std::uint32_t reserved = 0;
};
static_assert(sizeof(version) == sizeof(version_image) && std::is_trivially_copyable_v<version>);
static_assert(offsetof(version, created) == offsetof(version_image, created) &&
              offsetof(version, where) == offsetof(version_image, segment) &&
              offsetof(storage::location, offset) == 4 && offsetof(storage::location, length) == 8);
static_assert(sizeof(directory_slot) == 8 && sizeof(key_range) == 8);

/// How many rows of chunk `number` there are when rows end before `next_row`.
[[nodiscard]] inline std::size_t rows_of_chunk(std::size_t number, row_id next_row) noexcept {
    auto const first = number * chunk_rows;
    return next_row - first < chunk_rows ? next_row - first : chunk_rows;
}

} // namespace mkdb::engine::detail
