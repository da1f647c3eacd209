#pragma once

#include <mkdb/core/assert.hpp>
#include <mkdb/storage/concept.hpp>

#include <tsl/robin_map.h>

#include <cstdint>

namespace mkdb::engine {

/// How many bytes of each segment hold newest versions: the rest is what compaction may win. Kept up to date with every
/// version that comes or goes, so that nothing has to be counted when victims are chosen.
///
/// Complexity: one lookup in a small table for each change.
class live_bytes {
public:
    void add(storage::location const& where) {
        if (where.segment != 0) {
            add(where.segment, where.length);
        }
    }

    /// Many versions of one segment at once.
    void add(std::uint32_t segment, std::uint64_t bytes) {
        by_segment_[segment] += bytes;
        total_ += bytes;
    }

    void remove(storage::location const& where) {
        if (where.segment == 0) {
            return;
        }
        auto const found = by_segment_.find(where.segment);
        MKDB_ASSERT(found != by_segment_.end() && found->second >= where.length);
        total_ -= where.length;
        if (found->second == where.length) {
            by_segment_.erase(found);
        } else {
            found.value() -= where.length;
        }
    }

    [[nodiscard]] std::uint64_t of(std::uint32_t segment) const {
        auto const found = by_segment_.find(segment);
        return found == by_segment_.end() ? 0 : found->second;
    }

    [[nodiscard]] std::uint64_t total() const noexcept { return total_; }

private:
    tsl::robin_map<std::uint32_t, std::uint64_t> by_segment_;
    std::uint64_t total_ = 0;
};

} // namespace mkdb::engine
