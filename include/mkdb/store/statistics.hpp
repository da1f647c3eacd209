#pragma once

#include <mkdb/cache/options.hpp>
#include <mkdb/engine/change_feed.hpp>
#include <mkdb/storage/concept.hpp>
#include <mkdb/store/compaction_report.hpp>
#include <mkdb/store/scrub_report.hpp>

#include <algorithm>
#include <cstdint>

namespace mkdb {

/// What a store holds and has done since it was opened.
struct store_statistics {
    std::uint64_t records = 0;
    std::uint64_t damaged_records = 0;  ///< Committed ids that damage took and nobody has replaced.
    bool lost_unnamed = false;          ///< Damage also took records of which not even the id is left.
    std::uint64_t buffered_records = 0; ///< Acknowledged and not in the log yet (durability `buffered`).
    std::uint64_t last_sequence = 0;
    std::uint32_t partitions = 0;
    std::uint64_t live_bytes = 0; ///< Of the log: what newest versions take.
    storage::storage_statistics storage;
    cache::statistics cache;
    std::uint64_t index_ram_bytes = 0;  ///< Keys, lists and bitmaps of all indexes.
    std::uint64_t index_disk_bytes = 0; ///< Besides, on disks (`store_options::index_ram_bytes`).
    compaction_statistics compaction;
    scrub_statistics scrub;

    /// Of the log: superseded versions, deletions and the log's own marks.
    [[nodiscard]] std::uint64_t dead_bytes() const noexcept {
        return storage.bytes - std::min(storage.bytes, live_bytes);
    }

    /// Bytes of the log for each live one; 0 while nothing is live.
    [[nodiscard]] double space_amplification() const noexcept { return ratio(storage.bytes, live_bytes); }

    /// Bytes written to the log, with those of compaction, for each that commits wrote; 0 while none did.
    [[nodiscard]] double write_amplification() const noexcept {
        return ratio(storage.bytes_appended + storage.bytes_rewritten, storage.bytes_appended);
    }

private:
    [[nodiscard]] static double ratio(std::uint64_t all, std::uint64_t part) noexcept {
        return part == 0 ? 0 : static_cast<double>(all) / static_cast<double>(part);
    }
};

namespace detail {

inline void add(storage::storage_statistics& sum, storage::storage_statistics const& more) {
    sum.segments += more.segments;
    sum.bytes += more.bytes;
    sum.records_appended += more.records_appended;
    sum.batches_appended += more.batches_appended;
    sum.bytes_appended += more.bytes_appended;
    sum.syncs += more.syncs;
    sum.bytes_rewritten += more.bytes_rewritten;
    sum.unprotected_bytes += more.unprotected_bytes;
    sum.parity_bytes += more.parity_bytes;
    sum.healed_blocks += more.healed_blocks;
    sum.healed_segments += more.healed_segments;
    sum.unrecoverable_segments += more.unrecoverable_segments;
}

inline void add(cache::statistics& sum, cache::statistics const& more) {
    sum.entries += more.entries;
    sum.estimated_bytes += more.estimated_bytes;
    sum.hits += more.hits;
    sum.misses += more.misses;
    sum.evictions += more.evictions;
    sum.max_size += more.max_size;
}

} // namespace detail

template <class Partitions>
[[nodiscard]] store_statistics collect_statistics(Partitions const& partitions, engine::change_feed const& feed) {
    store_statistics sum;
    for (auto const& partition : partitions) {
        partition->inspect([&](auto const& state) {
            sum.records += state.rows.size();
            sum.live_bytes += state.rows.occupied().total();
            sum.damaged_records += state.lost.size();
            sum.lost_unnamed = sum.lost_unnamed || state.lost_unnamed;
            sum.buffered_records += state.pending.size();
        });
        sum.index_ram_bytes += partition->index_memory()->ram_bytes();
        sum.index_disk_bytes += partition->index_memory()->disk_bytes();
        detail::add(sum.storage, partition->backend().statistics());
        detail::add(sum.cache, partition->cache().stats());
    }
    sum.last_sequence = feed.last_sequence();
    sum.partitions = static_cast<std::uint32_t>(partitions.size());
    return sum;
}

} // namespace mkdb
