#pragma once

#include <mkdb/cache/options.hpp>
#include <mkdb/core/bytes.hpp>
#include <mkdb/document/field_rules.hpp>
#include <mkdb/document/json_schema/json_schema.hpp>
#include <mkdb/text/field_tokenizers.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>

namespace mkdb {

/// What an acknowledged write survives.
enum class durability {
    sync,     ///< kill -9 and power loss: acknowledged after the sync that covers it.
    interval, ///< kill -9; on power loss at most the last `debounce_window`.
    buffered, ///< Neither, for at most `debounce_window`: changes to one record are merged in memory first.
};

/// How ids are made by the server.
struct id_options {
    std::string characters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    std::size_t length = 16;
    bool auto_expand = false; ///< Make ids longer by one when a length is exhausted, instead of failing.
};

/// What one store may be told. Everything but `partitions` may change between two openings, most while open.
struct store_options {
    std::string description{};
    std::uint32_t partitions = 0; ///< 0: one a hardware thread, at most 8. Fixed at creation.
    durability mode = durability::sync;
    std::chrono::milliseconds debounce_window{5000};
    std::size_t max_pending = 10000;             ///< Buffered records that wait in memory before writers do.
    std::uint64_t default_query_limit = 300;     ///< 0: none.
    std::chrono::milliseconds max_query_time{0}; ///< 0: no limit.
    std::size_t query_recursion_limit = 12;
    bool nested_queries = false;
    bool auto_discover_on_write = false; ///< Adds unseen fields to `schema`, until it has `limits::discovered_fields`.
    bool auto_discover_on_boot = false;  ///< As `auto_discover_on_write`, from the records that there are.
    double compaction_dead_ratio = 0.3;  ///< A segment is rewritten when this part of it is dead; at least 0.05 counts.
    std::chrono::milliseconds compaction_interval{60000}; ///< Between two looks for such segments; 0: only when asked.
    std::uint64_t compaction_bytes_per_second = 0;        ///< Of segments read for rewriting; 0: as fast as it goes.
    std::chrono::milliseconds scrub_interval{
        std::chrono::hours(24 * 7)}; ///< Between two passes over all that is stored; 0: only when asked.
    std::uint64_t scrub_bytes_per_second =
        64 * mebibyte; ///< Read by passes that nobody asked for; 0: as fast as it goes.
    /// Between two looks at what is being written: a segment that was there at the last one ends, and gets parity; 0:
    /// it ends when it is full.
    std::chrono::milliseconds seal_interval{600000};
    /// Of a partition's log since its checkpoint, about; 0: when closing only. Also when closing only where many of its
    /// indexes lie on a disk (`index_ram_bytes`).
    std::uint64_t checkpoint_bytes = 67108864;
    id_options ids{};
    cache::options cache{}; ///< For the whole store; each partition gets its share.
    /// RAM for all indexes: what does not fit, but for bitmaps, lies on the store's disks; 0: no limit. Another limit
    /// moves nothing until indexes are rebuilt, or the store is opened again.
    std::uint64_t index_ram_bytes = 0;
    /// Index kind by field ("exact", "numeric", "full-text", or a kind of the program's own); empty: not indexed.
    std::map<std::string, std::string> schema{};
    /// In which language the text of a field is, indexed or not; the others have the tokenizer's own.
    text::field_languages languages{};
    /// A field that holds when a record is over, in milliseconds since 1970 (UTC): from then on there is no such
    /// record, and it is deleted before long. It needs an index of kind "numeric". Empty: records stay.
    std::string ttl_field{};
    /// What every record that is written must hold from now on. Records that there are stay as they are.
    document::field_rules rules{};
    /// What every record that is written must look like, as `rules`.
    document::json_schema json_schema{};
    /// Fields of which no two records may hold the same value. Each needs an index of its own that knows all values, as
    /// "exact" does.
    std::set<std::string, std::less<>> unique{};
};

} // namespace mkdb
