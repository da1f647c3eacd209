#pragma once

#include <mkdb/log/record_format.hpp>

#include <algorithm>
#include <cstdint>

namespace mkdb::log {

/// What a segment holds.
struct segment_counts {
    std::uint64_t batches = 0;
    std::uint64_t records = 0;
    std::uint64_t tombstones = 0;
    std::uint64_t first_sequence = 0; ///< Zero while there are no records.
    std::uint64_t last_sequence = 0;

    void add_records(std::uint64_t count, std::uint64_t deletions, std::uint64_t first, std::uint64_t last) noexcept {
        first_sequence = records == 0 ? first : std::min(first_sequence, first);
        last_sequence = std::max(last_sequence, last);
        records += count;
        tombstones += deletions;
    }

    friend bool operator==(segment_counts const&, segment_counts const&) = default;
};

} // namespace mkdb::log
