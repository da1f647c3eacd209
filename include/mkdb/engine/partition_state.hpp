#pragma once

#include <mkdb/engine/directory.hpp>
#include <mkdb/engine/growing_indexes.hpp>
#include <mkdb/engine/id_map.hpp>
#include <mkdb/engine/staging.hpp>
#include <mkdb/index/row_set.hpp>

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace mkdb::engine {

/// An accepted change that is not in the log yet (durability `buffered`).
struct pending_change {
    std::uint64_t sequence = 0;
    std::uint64_t created = 0;
    bool present = false;
    shared_text text;
};

/// The log records of one commit: what was buffered and is not replaced now, then what is staged, by sequence.
struct commit_batch {
    std::vector<storage::log_record> records;
    std::vector<storage::location> locations;

    [[nodiscard]] bool empty() const noexcept { return records.empty(); }

    /// Where the version of this sequence went. Precondition: it is in the batch.
    [[nodiscard]] storage::location location_of(std::uint64_t sequence) const {
        auto const at = std::ranges::lower_bound(records, sequence, {}, &storage::log_record::sequence);
        MKDB_ASSERT(at != records.end() && at->sequence == sequence);
        return locations[static_cast<std::size_t>(at - records.begin())];
    }
};

/// The visible state of a partition: directory, indexes, buffered changes and the ids that damage took.
///
/// Invariant: every row of the directory is in the indexes, with the text that its newest version holds, or in
/// `unread`.
/// Thread safety: none of its own; the partition's lock guards it.
template <class IndexInstance>
class partition_state {
public:
    /// `hash_seed` is secret.
    partition_state(std::uint64_t hash_seed, IndexInstance empty)
        : rows(hash_seed), indexes(std::move(empty)), pending(0, seeded_hash{hash_seed}) {}

    directory rows;
    IndexInstance indexes;
    id_map<pending_change> pending;
    std::map<std::string, std::uint64_t, std::less<>> lost; ///< Damaged ids and the sequence that was lost.
    bool lost_unnamed = false; ///< Damage also took records of which not even the id is left.
    /// Rows whose records could not be read when an index was built. No index tells whether they match.
    index::row_set unread;
    /// Rows that are gone and still in indexes, since the records could not be read to take them out. Indexes answer
    /// with them, and count them.
    index::row_set ghosts;
    std::optional<growing_indexes<IndexInstance>> growing; ///< While others are built to be asked later.

    /// Makes a staged version visible. `where` has segment 0 for a buffered one. Returns its row when it has one.
    std::optional<row_id> publish(staged_version const& staged, storage::location where) {
        version const newest{staged.sequence, staged.created, where};
        forget_damage(staged);
        // A record made and erased in one commit logs nothing: a buffered tombstone of before must stay.
        if (staged.to_log()) {
            drop_pending(staged.id);
        }
        if (staged.keeps_row()) {
            unindex(*staged.before);
            rows.update(staged.before->row, newest);
            add_to_indexes(staged.before->row, staged.fields);
            return staged.before->row;
        }
        bool const is_known = staged.before && rows.contains(staged.before->row) && !staged.before->damaged;
        if (is_known) {
            unindex(*staged.before);
        }
        if (auto const old = rows.find(staged.id)) {
            forget_row(*old, is_known);
        }
        if (!staged.present) {
            return std::nullopt;
        }
        auto const row = rows.insert(staged.id, newest);
        add_to_indexes(row, staged.fields);
        return row;
    }

    /// Remembers a published version until it is in the log.
    void buffer(staged_version const& staged) {
        pending_bytes_ += staged.text ? staged.text->size() : 0;
        pending.insert_or_assign(staged.id,
                                 pending_change{staged.sequence, staged.created, staged.present, staged.text});
    }

    /// The buffered versions of the batch are in the log now: their rows point there. One that a staged version
    /// replaces stays readable until that is published.
    void settle(commit_batch const& batch) {
        for (std::size_t i = 0; i < batch.records.size(); ++i) {
            auto const& written = batch.records[i];
            std::string const id(written.id);
            auto const buffered = pending.find(id);
            if (buffered == pending.end() || buffered->second.sequence != written.sequence) {
                continue;
            }
            if (auto const row = rows.find(id)) {
                rows.update(*row, {written.sequence, written.created, batch.locations[i]});
            }
            settled_.push_back(id);
        }
        // Only now: the views of the batch point into what goes here.
        for (auto const& id : settled_) {
            drop_pending(id);
        }
        settled_.clear();
    }

    [[nodiscard]] std::size_t pending_bytes() const noexcept { return pending_bytes_; }

private:
    void add_to_indexes(row_id row, boost::json::object const& fields) {
        indexes.insert(row, fields);
        if (growing) {
            growing->insert(row, fields);
        }
    }

    void unindex(base_state const& before) {
        if (growing) {
            growing->erase(before.row, before.fields);
        }
        // Some may not have it, when others were built without it.
        indexes.erase(before.row, before.fields);
        unread.remove(before.row);
    }

    void forget_row(row_id row, bool unindexed) {
        if (!unindexed && !indexes.empty()) {
            ghosts.add(row);
        }
        unread.remove(row);
        if (growing) {
            growing->forget(row);
        }
        rows.erase(row);
    }

    void drop_pending(std::string const& id) {
        if (auto const buffered = pending.find(id); buffered != pending.end()) {
            pending_bytes_ -= buffered->second.text ? buffered->second.text->size() : 0;
            pending.erase(id);
        }
    }

    void forget_damage(staged_version const& staged) {
        if (!lost.empty()) {
            lost.erase(staged.id);
        }
    }

    std::size_t pending_bytes_ = 0;
    std::vector<std::string> settled_;
};

/// As it goes to the log; its views point into the version.
[[nodiscard]] inline storage::log_record as_log_record(staged_version const& staged) {
    return {staged.present ? storage::record_kind::put : storage::record_kind::tombstone, staged.sequence,
            staged.created, staged.id, staged.present ? std::string_view(*staged.text) : std::string_view()};
}

/// The views of the batch point into `pending` and `staged`, which must outlive it unchanged. `hash_seed` is secret.
template <class Pending>
[[nodiscard]] commit_batch make_batch(Pending const& pending, std::span<staged_version const> staged,
                                      std::uint64_t hash_seed) {
    commit_batch batch;
    id_view_set replaced(0, seeded_hash{hash_seed});
    for (auto const& version : staged) {
        if (version.to_log()) {
            replaced.insert(version.id);
            batch.records.push_back(as_log_record(version));
        }
    }
    for (auto const& [id, change] : pending) {
        if (!replaced.contains(id)) {
            batch.records.push_back({change.present ? storage::record_kind::put : storage::record_kind::tombstone,
                                     change.sequence, change.created, id,
                                     change.present ? std::string_view(*change.text) : std::string_view()});
        }
    }
    std::ranges::sort(batch.records, {}, &storage::log_record::sequence);
    batch.locations.resize(batch.records.size());
    return batch;
}

} // namespace mkdb::engine
