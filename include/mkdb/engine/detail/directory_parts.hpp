#pragma once

#include <mkdb/core/huge_pages.hpp>
#include <mkdb/core/slab_pool.hpp>
#include <mkdb/engine/live_bytes.hpp>
#include <mkdb/index/row_set.hpp>
#include <mkdb/storage/concept.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <memory_resource>
#include <string>
#include <utility>
#include <vector>

namespace mkdb::engine {

/// A record's number within its partition. Rows are handed out in order of creation and never used twice while the
/// partition is open, so that a bitmap of rows is also an order, and a stale row can never mean another record.
using row_id = std::uint32_t;

/// The newest version of a record.
struct version {
    std::uint64_t sequence = 0;
    std::uint64_t created = 0;
    storage::location where; ///< Segment 0: accepted but not yet in the log.
};

namespace detail {

inline constexpr row_id no_row = std::numeric_limits<row_id>::max();
inline constexpr std::size_t chunk_rows = 4096;
inline constexpr std::size_t minimum_slots = 64;

struct directory_slot {
    std::uint32_t tag = 0; ///< The upper half of the hash.
    row_id row = no_row;
};

struct key_range {
    std::uint32_t offset = 0;
    std::uint32_t length = 0;
};

struct directory_chunk {
    explicit directory_chunk(std::shared_ptr<slab_pool> in)
        : memory(std::move(in)), versions(chunk_rows, memory.get()), keys(chunk_rows, memory.get()),
          key_bytes(memory.get()) {}

    std::shared_ptr<slab_pool> memory;  ///< Outlives what lies in it.
    std::pmr::vector<version> versions; ///< As long as a chunk, like `keys`.
    std::pmr::vector<key_range> keys;
    std::pmr::string key_bytes;
    std::uint32_t live = 0;
};

/// What a directory is made of: a checkpoint keeps it as it lies, so that opening hashes nothing anew.
///
/// What must hold: `slots` has a power of two of them, at most three quarters taken, one for each live row, none for
/// any other; a row's slot is the first free one, at the time, from its id's hash on. Chunks are there for live rows.
struct directory_parts {
    std::uint64_t seed = 0;
    std::pmr::vector<directory_slot> slots{huge_pages()};
    std::shared_ptr<slab_pool> memory = std::make_shared<slab_pool>(huge_pages());
    std::vector<std::unique_ptr<directory_chunk>> chunks;
    index::row_set live;
    live_bytes occupied;
    row_id next_row = 0;
};

} // namespace detail
} // namespace mkdb::engine
