#pragma once

#include <mkdb/core/assert.hpp>
#include <mkdb/core/hash.hpp>
#include <mkdb/core/limits.hpp>
#include <mkdb/engine/detail/directory_parts.hpp>
#include <mkdb/engine/live_bytes.hpp>
#include <mkdb/index/row_set.hpp>
#include <mkdb/storage/concept.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace mkdb::engine {

/// From id to newest version, all in RAM: an open-addressed table of rows over chunks of versions and ids.
///
/// Memory: about 44 bytes and the id for each record, and 11 for each slot of the table at its usual load. A chunk of
/// 4,096 rows goes with its last record and makes room for the next, so that a queue of short-lived records does not
/// grow. What was taken from the system goes back with the directory.
/// Complexity: one probe and one comparison of ids for each call, expected.
/// Thread safety: distinct objects: safe. One shared object: const calls are safe together.
class directory {
public:
    /// `hash_seed` is secret, so that nobody can choose ids that collide.
    explicit directory(std::uint64_t hash_seed) {
        parts_.seed = hash_seed;
        parts_.slots.resize(detail::minimum_slots);
    }

    /// Precondition: the parts are those of a directory.
    explicit directory(detail::directory_parts parts) : parts_(std::move(parts)), size_(parts_.live.cardinality()) {}

    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] index::row_set const& live() const noexcept { return parts_.live; }
    [[nodiscard]] live_bytes const& occupied() const noexcept { return parts_.occupied; }
    [[nodiscard]] detail::directory_parts const& parts() const noexcept { return parts_; }

    /// Of hashes of ids; secret.
    [[nodiscard]] std::uint64_t seed() const noexcept { return parts_.seed; }
    /// For the calls that take an id's hash beside it.
    [[nodiscard]] std::uint64_t hash_of(std::string_view id) const noexcept { return hash64(id, parts_.seed); }

    /// Begins to load what `find` and `insert` look at first.
    void prefetch(std::uint64_t hash) const noexcept {
        __builtin_prefetch(&parts_.slots[static_cast<std::size_t>(hash) & mask()]);
    }

    [[nodiscard]] std::optional<row_id> find(std::string_view id) const { return find(id, hash_of(id)); }

    [[nodiscard]] std::optional<row_id> find(std::string_view id, std::uint64_t hash) const {
        auto const row = parts_.slots[slot_of(id, hash)].row;
        return row == no_row ? std::nullopt : std::optional(row);
    }

    /// Precondition: the row is live.
    [[nodiscard]] version const& at(row_id row) const {
        return parts_.chunks[row / chunk_rows]->versions[row % chunk_rows];
    }

    /// Begins to load what `at` and `id` look at first. Precondition: the row is live.
    void prefetch_row(row_id row) const {
        auto const& rows = *parts_.chunks[row / chunk_rows];
        __builtin_prefetch(&rows.versions[row % chunk_rows]);
        __builtin_prefetch(&rows.keys[row % chunk_rows]);
    }

    [[nodiscard]] bool contains(row_id row) const { return parts_.live.contains(row); }

    /// The view is valid until the next insertion. Precondition: the row is live.
    [[nodiscard]] std::string_view id(row_id row) const {
        auto const& rows = *parts_.chunks[row / chunk_rows];
        auto const& key = rows.keys[row % chunk_rows];
        return std::string_view(rows.key_bytes).substr(key.offset, key.length);
    }

    /// How many rows can still be handed out: opening the partition without a checkpoint numbers its records afresh.
    [[nodiscard]] std::size_t rows_left() const noexcept { return no_row - parts_.next_row; }

    /// Whether less than a quarter of the rows are in use that its chunks, but for the newest, have room for.
    [[nodiscard]] bool is_sparse() const noexcept {
        std::size_t chunks = 0;
        for (auto const& each : parts_.chunks) {
            chunks += each == nullptr ? 0 : 1;
        }
        return chunks > 1 && size_ * 4 < (chunks - 1) * chunk_rows;
    }

    /// Precondition: the id is absent and rows are left.
    row_id insert(std::string_view id, version const& newest) { return insert(id, hash_of(id), newest); }

    row_id insert(std::string_view id, std::uint64_t hash, version const& newest) {
        MKDB_ASSERT(rows_left() > 0 && id.size() <= limits::id_bytes);
        if ((size_ + 1) * 4 > parts_.slots.size() * 3) {
            grow();
        }
        auto const row = parts_.next_row++;
        auto& rows = chunk_for(row);
        rows.keys[row % chunk_rows] = {static_cast<std::uint32_t>(rows.key_bytes.size()),
                                       static_cast<std::uint32_t>(id.size())};
        rows.key_bytes.append(id);
        rows.versions[row % chunk_rows] = newest;
        parts_.occupied.add(newest.where);
        ++rows.live;
        parts_.slots[empty_slot(hash)] = {tag_of(hash), row};
        parts_.live.add(row);
        ++size_;
        return row;
    }

    /// Precondition: the row is live.
    void update(row_id row, version const& newest) {
        auto& held = parts_.chunks[row / chunk_rows]->versions[row % chunk_rows];
        parts_.occupied.remove(held.where);
        parts_.occupied.add(newest.where);
        held = newest;
    }

    /// Precondition: the row is live.
    void erase(row_id row) {
        auto const gone = id(row);
        parts_.occupied.remove(at(row).where);
        close_gap(slot_of(gone, hash64(gone, parts_.seed)));
        parts_.live.remove(row);
        --size_;
        auto& rows = parts_.chunks[row / chunk_rows];
        // The newest chunk stays even when empty: the next insertion goes there.
        if (--rows->live == 0 && row / chunk_rows != parts_.next_row / chunk_rows) {
            rows.reset();
        }
    }

private:
    using slot = detail::directory_slot;
    using chunk = detail::directory_chunk;
    static constexpr row_id no_row = detail::no_row;
    static constexpr std::size_t chunk_rows = detail::chunk_rows;

    [[nodiscard]] static std::uint32_t tag_of(std::uint64_t hash) noexcept {
        return static_cast<std::uint32_t>(hash >> 32);
    }
    [[nodiscard]] std::size_t mask() const noexcept { return parts_.slots.size() - 1; }

    /// The slot that holds `id`, or the empty one where it would go.
    [[nodiscard]] std::size_t slot_of(std::string_view id, std::uint64_t hash) const {
        auto at = static_cast<std::size_t>(hash) & mask();
        while (parts_.slots[at].row != no_row &&
               (parts_.slots[at].tag != tag_of(hash) || this->id(parts_.slots[at].row) != id)) {
            at = (at + 1) & mask();
        }
        return at;
    }

    [[nodiscard]] std::size_t empty_slot(std::uint64_t hash) const noexcept {
        auto at = static_cast<std::size_t>(hash) & mask();
        while (parts_.slots[at].row != no_row) {
            at = (at + 1) & mask();
        }
        return at;
    }

    [[nodiscard]] chunk& chunk_for(row_id row) {
        if (row / chunk_rows == parts_.chunks.size()) {
            if (!parts_.chunks.empty() && parts_.chunks.back()) {
                complete(parts_.chunks.back());
            }
            parts_.chunks.push_back(std::make_unique<chunk>(parts_.memory));
        }
        return *parts_.chunks[row / chunk_rows];
    }

    /// What happens to a chunk when the next one begins. Empty, it goes, since no erase will come by again; else the
    /// room for ids that it will not have goes.
    static void complete(std::unique_ptr<chunk>& newest) {
        if (newest->live == 0) {
            newest.reset();
        } else {
            newest->key_bytes.shrink_to_fit();
        }
    }

    /// Backward-shift deletion: later members of the run move up, so that no tombstones slow the probes.
    void close_gap(std::size_t gap) {
        for (auto at = (gap + 1) & mask(); parts_.slots[at].row != no_row; at = (at + 1) & mask()) {
            auto const home = static_cast<std::size_t>(hash64(id(parts_.slots[at].row), parts_.seed)) & mask();
            if (((at - home) & mask()) >= ((at - gap) & mask())) {
                parts_.slots[gap] = parts_.slots[at];
                gap = at;
            }
        }
        parts_.slots[gap] = {};
    }

    /// Rows find their new slots in the order in which their ids lie in memory, and some at a time, since slots do not.
    void grow() {
        parts_.slots = std::pmr::vector<slot>(parts_.slots.size() * 2, huge_pages());
        std::array<std::pair<std::uint64_t, row_id>, 16> group;
        std::size_t count = 0;
        auto const place = [&] {
            for (auto const& [hash, row] : std::span(group).first(std::exchange(count, 0))) {
                parts_.slots[empty_slot(hash)] = {tag_of(hash), row};
            }
        };
        for (auto const row : parts_.live) {
            auto const hash = hash_of(id(row));
            prefetch(hash);
            group[count++] = {hash, row};
            if (count == group.size()) {
                place();
            }
        }
        place();
    }

    detail::directory_parts parts_;
    std::size_t size_ = 0;
};

} // namespace mkdb::engine
