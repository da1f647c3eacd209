#pragma once

#include <mkdb/core/assert.hpp>
#include <mkdb/core/hash.hpp>
#include <mkdb/core/limits.hpp>
#include <mkdb/engine/live_bytes.hpp>
#include <mkdb/index/row_set.hpp>
#include <mkdb/storage/concept.hpp>

#include <array>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mkdb::engine {

/// A record's number within its partition while the partition is open. Rows are handed out in order of creation and
/// never used twice, so that a bitmap of rows is also an order, and a stale row can never mean another record.
using row_id = std::uint32_t;

/// The newest version of a record.
struct version {
    std::uint64_t sequence = 0;
    std::uint64_t created = 0;
    storage::location where; ///< Segment 0: accepted but not yet in the log.
};

/// From id to newest version, all in RAM: an open-addressed table of rows over chunks of versions and ids.
///
/// Memory: about 44 bytes and the id for each record, and 11 for each slot of the table at its usual load. A chunk of
/// 4,096 rows is freed when its last record goes, so that a queue of short-lived records does not grow.
/// Complexity: one probe and one comparison of ids for each call, expected.
/// Thread safety: distinct objects: safe. One shared object: const calls are safe together.
class directory {
public:
    /// `hash_seed` is secret, so that nobody can choose ids that collide.
    explicit directory(std::uint64_t hash_seed) : seed_(hash_seed), slots_(minimum_slots) {}

    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] index::row_set const& live() const noexcept { return live_; }
    [[nodiscard]] live_bytes const& occupied() const noexcept { return occupied_; }

    [[nodiscard]] std::optional<row_id> find(std::string_view id) const {
        auto const row = slots_[slot_of(id, hash64(id, seed_))].row;
        return row == no_row ? std::nullopt : std::optional(row);
    }

    /// Precondition: the row is live.
    [[nodiscard]] version const& at(row_id row) const { return chunks_[row / chunk_rows]->versions[row % chunk_rows]; }

    [[nodiscard]] bool contains(row_id row) const { return live_.contains(row); }

    /// The view is valid until the next insertion. Precondition: the row is live.
    [[nodiscard]] std::string_view id(row_id row) const {
        auto const& rows = *chunks_[row / chunk_rows];
        auto const& key = rows.keys[row % chunk_rows];
        return std::string_view(rows.key_bytes).substr(key.offset, key.length);
    }

    /// How many rows can still be handed out: reopening the partition numbers its records afresh.
    [[nodiscard]] std::size_t rows_left() const noexcept { return no_row - next_row_; }

    /// Precondition: the id is absent and rows are left.
    row_id insert(std::string_view id, version const& newest) {
        MKDB_ASSERT(rows_left() > 0 && id.size() <= limits::id_bytes);
        if ((size_ + 1) * 4 > slots_.size() * 3) {
            grow();
        }
        auto const row = next_row_++;
        auto& rows = chunk_for(row);
        rows.keys[row % chunk_rows] = {static_cast<std::uint32_t>(rows.key_bytes.size()),
                                       static_cast<std::uint32_t>(id.size())};
        rows.key_bytes.append(id);
        rows.versions[row % chunk_rows] = newest;
        occupied_.add(newest.where);
        ++rows.live;
        auto const hash = hash64(id, seed_);
        slots_[slot_of(id, hash)] = {tag_of(hash), row};
        live_.add(row);
        ++size_;
        return row;
    }

    /// Precondition: the row is live.
    void update(row_id row, version const& newest) {
        auto& held = chunks_[row / chunk_rows]->versions[row % chunk_rows];
        occupied_.remove(held.where);
        occupied_.add(newest.where);
        held = newest;
    }

    /// Precondition: the row is live.
    void erase(row_id row) {
        auto const gone = id(row);
        occupied_.remove(at(row).where);
        close_gap(slot_of(gone, hash64(gone, seed_)));
        live_.remove(row);
        --size_;
        auto& rows = chunks_[row / chunk_rows];
        // The newest chunk stays even when empty: the next insertion goes there.
        if (--rows->live == 0 && row / chunk_rows != next_row_ / chunk_rows) {
            rows.reset();
        }
    }

private:
    static constexpr row_id no_row = std::numeric_limits<row_id>::max();
    static constexpr std::size_t chunk_rows = 4096;
    static constexpr std::size_t minimum_slots = 64;

    struct slot {
        std::uint32_t tag = 0;
        row_id row = no_row;
    };
    struct key_range {
        std::uint32_t offset = 0;
        std::uint32_t length = 0;
    };
    struct chunk {
        std::array<version, chunk_rows> versions;
        std::array<key_range, chunk_rows> keys;
        std::string key_bytes;
        std::uint32_t live = 0;
    };

    [[nodiscard]] static std::uint32_t tag_of(std::uint64_t hash) noexcept { return static_cast<std::uint32_t>(hash >> 32); }
    [[nodiscard]] std::size_t mask() const noexcept { return slots_.size() - 1; }

    /// The slot that holds `id`, or the empty one where it would go.
    [[nodiscard]] std::size_t slot_of(std::string_view id, std::uint64_t hash) const {
        auto at = static_cast<std::size_t>(hash) & mask();
        while (slots_[at].row != no_row && (slots_[at].tag != tag_of(hash) || this->id(slots_[at].row) != id)) {
            at = (at + 1) & mask();
        }
        return at;
    }

    [[nodiscard]] chunk& chunk_for(row_id row) {
        if (row / chunk_rows == chunks_.size()) {
            // An emptied chunk that was the newest until now is freed here, since no erase will come by again.
            if (!chunks_.empty() && chunks_.back() && chunks_.back()->live == 0) {
                chunks_.back().reset();
            }
            chunks_.push_back(std::make_unique<chunk>());
        }
        return *chunks_[row / chunk_rows];
    }

    /// Backward-shift deletion: later members of the run move up, so that no tombstones slow the probes.
    void close_gap(std::size_t gap) {
        for (auto at = (gap + 1) & mask(); slots_[at].row != no_row; at = (at + 1) & mask()) {
            auto const home = static_cast<std::size_t>(hash64(id(slots_[at].row), seed_)) & mask();
            if (((at - home) & mask()) >= ((at - gap) & mask())) {
                slots_[gap] = slots_[at];
                gap = at;
            }
        }
        slots_[gap] = {};
    }

    void grow() {
        auto const old = std::exchange(slots_, std::vector<slot>(slots_.size() * 2));
        for (auto const& entry : old) {
            if (entry.row != no_row) {
                auto at = static_cast<std::size_t>(hash64(id(entry.row), seed_)) & mask();
                while (slots_[at].row != no_row) {
                    at = (at + 1) & mask();
                }
                slots_[at] = entry;
            }
        }
    }

    std::uint64_t seed_;
    std::vector<slot> slots_;
    std::vector<std::unique_ptr<chunk>> chunks_;
    index::row_set live_;
    live_bytes occupied_;
    std::size_t size_ = 0;
    row_id next_row_ = 0;
};

} // namespace mkdb::engine
