#pragma once

#include "pymkdb/source_place.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mkdb::pymkdb {

/// What was found at the place that an index entry names.
enum class sight { nothing, whole, damaged, another };

/// The last word of the index about an id.
struct index_entry {
    std::string id;
    bool deleted = false;
    bool readable = true; ///< False: a damaged line came last, of which only the id can be read.
    source_place where;
    std::uint64_t line = 0; ///< Of the index.
    sight seen = sight::nothing;
    std::string other_id;        ///< When another record was seen there.
    std::uint64_t seen_size = 0; ///< When the record itself was.
};

/// A line of the log that is no record; its id is what stands where an id would, perhaps empty.
struct damaged_line {
    std::string id;
    source_place where;
    std::string reason;
};

/// A line of the index that says neither which record it is about nor where that lies.
struct damaged_entry {
    std::string text;
    std::uint64_t line = 0;
    std::string reason;
};

/// All that index and log of a store say, collected line by line: the index first, then the segments in order.
class sightings {
public:
    explicit sightings(std::string store) : store_(std::move(store)) {}

    void add_index_line(std::uint64_t line, std::string_view text);
    /// Without an index nobody knows what is deleted.
    void miss_index() noexcept { has_index_ = false; }

    /// Call once the index is known, before the lines of the segment.
    void begin_segment(std::uint32_t segment, std::uint64_t bytes);
    /// `text` has no line feed; `size` counts it, if there is one.
    void add_log_line(std::uint32_t segment, std::uint64_t line, std::uint64_t offset, std::uint64_t size,
                      std::string_view text);
    void add_oversized_line(std::uint32_t segment, std::uint64_t line, std::uint64_t offset, std::uint64_t size,
                            std::string reason);

    /// A record in a file of its own. Only asked for without an index, which otherwise names those that count.
    void add_blob(source_record found) { blobs_.push_back(std::move(found)); }

    [[nodiscard]] std::string const& store() const noexcept { return store_; }
    [[nodiscard]] bool has_index() const noexcept { return has_index_; }
    /// In the order in which the index first names them.
    [[nodiscard]] std::vector<index_entry> const& entries() const noexcept { return entries_; }
    [[nodiscard]] std::vector<damaged_entry> const& damaged_entries() const noexcept { return damaged_entries_; }
    [[nodiscard]] std::vector<damaged_line> const& damaged_lines() const noexcept { return damaged_lines_; }
    [[nodiscard]] std::map<std::string, source_place> const& newest() const noexcept { return newest_; }
    [[nodiscard]] std::vector<source_record> const& blobs() const noexcept { return blobs_; }
    [[nodiscard]] bool indexed(std::string const& id) const { return by_id_.contains(id); }
    /// Bytes of a segment; none: it is missing.
    [[nodiscard]] std::optional<std::uint64_t> segment_bytes(std::uint32_t segment) const;

private:
    void add_damaged_entry(std::uint64_t line, std::string_view text, std::string reason);
    index_entry& entry_of(std::string_view id);
    [[nodiscard]] index_entry* entry_at(source_place const& where);
    void sort_places();

    std::string store_;
    bool has_index_ = true;
    std::vector<index_entry> entries_;
    std::map<std::string, std::size_t> by_id_;
    std::vector<std::size_t> by_place_; ///< Live entries of the log, by place.
    bool places_sorted_ = false;
    std::vector<damaged_entry> damaged_entries_;
    std::vector<damaged_line> damaged_lines_;
    std::map<std::string, source_place> newest_; ///< The last whole line of each id.
    std::map<std::uint32_t, std::uint64_t> segments_;
    std::vector<source_record> blobs_;
};

} // namespace mkdb::pymkdb
