#pragma once

#include <mkdb/engine/directory.hpp>
#include <mkdb/engine/id_map.hpp>
#include <mkdb/storage/concept.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mkdb::engine {

/// Builds a partition's directory from its log.
class directory_builder {
public:
    explicit directory_builder(std::uint64_t hash_seed)
        : seed_(hash_seed), rows_(hash_seed), graves_(0, seeded_hash{hash_seed}) {}

    /// Versions come in the order of the log; the highest sequence of an id wins, whatever that order.
    void add(storage::log_record const& record, storage::location const& where) {
        if (record.kind == storage::record_kind::redo) {
            note_redo(record);
            return;
        }
        newest_ = std::max(newest_, record.sequence);
        auto& place = ahead_[added_++ % lookahead];
        if (added_ > lookahead) {
            apply(place);
        }
        place.hash = rows_.hash_of(record.id);
        rows_.prefetch(place.hash);
        place.kind = record.kind;
        place.newest = {record.sequence, record.created, where};
        place.id.assign(record.id);
    }

    /// The ids that damage took: those whose lost version no later one replaced. They leave the directory.
    [[nodiscard]] std::map<std::string, std::uint64_t, std::less<>>
    take_lost(std::vector<storage::lost_record> const& candidates) {
        apply_waiting();
        std::map<std::string, std::uint64_t, std::less<>> lost;
        for (auto const& candidate : candidates) {
            auto const row = rows_.find(candidate.id);
            if (candidate.id.empty() || is_buried(candidate.id, candidate.sequence) ||
                (row && rows_.at(*row).sequence > candidate.sequence)) {
                continue;
            }
            if (row) {
                rows_.erase(*row);
            }
            auto& sequence = lost[candidate.id];
            sequence = std::max(sequence, candidate.sequence);
        }
        return lost;
    }

    /// The newest deletion of each id that had one, superseded or not. For the last: `add` and `take_lost` need them.
    [[nodiscard]] id_map<std::uint64_t> take_graves() {
        apply_waiting();
        return std::move(graves_);
    }

    /// What the newest commit over several partitions owes to others, if nothing in this log came after it.
    [[nodiscard]] std::optional<std::string> take_redo() {
        return redo_sequence_ > newest_ ? std::optional(std::move(redo_)) : std::nullopt;
    }

    /// The directory, with its rows in order of creation, so that a restart changes no unsorted answer, and dense.
    [[nodiscard]] directory finish() {
        apply_waiting();
        if (in_order_ && !rows_.is_sparse()) {
            return std::move(rows_);
        }
        std::vector<row_id> order;
        order.reserve(rows_.size());
        for (auto const row : rows_.live()) {
            order.push_back(row);
        }
        std::ranges::sort(order, {}, [&](row_id row) { return rows_.at(row).created; });
        directory sorted(seed_);
        for (auto const row : order) {
            sorted.insert(rows_.id(row), rows_.at(row));
        }
        return sorted;
    }

private:
    /// How many versions wait for what they will look at, which is in memory far from what was looked at last (Chen et
    /// al., "Improving Hash Join Performance through Prefetching", ICDE 2004).
    static constexpr std::size_t lookahead = 16;

    struct waiting {
        std::uint64_t hash = 0;
        storage::record_kind kind = storage::record_kind::put;
        version newest;
        std::string id;
    };

    void note_redo(storage::log_record const& record) {
        if (record.sequence > redo_sequence_) {
            redo_sequence_ = record.sequence;
            redo_.assign(record.value);
        }
    }

    void apply_waiting() {
        for (auto i = added_ - std::min<std::uint64_t>(added_, lookahead); i < added_; ++i) {
            apply(ahead_[i % lookahead]);
        }
        added_ = 0;
    }

    void apply(waiting const& each) {
        auto const& [hash, kind, newest, id] = each;
        auto const row = rows_.find(id, hash);
        if ((row && rows_.at(*row).sequence > newest.sequence) || is_buried(id, newest.sequence)) {
            return;
        }
        if (row && kind == storage::record_kind::put && rows_.at(*row).created == newest.created) {
            rows_.update(*row, newest);
            return;
        }
        if (row) {
            rows_.erase(*row);
        }
        if (kind == storage::record_kind::tombstone) {
            graves_.insert_or_assign(id, newest.sequence);
        } else {
            in_order_ = in_order_ && newest.created > newest_created_;
            newest_created_ = std::max(newest_created_, newest.created);
            rows_.insert(id, hash, newest);
        }
    }

    [[nodiscard]] bool is_buried(std::string const& id, std::uint64_t sequence) const {
        if (graves_.empty()) {
            return false;
        }
        auto const grave = graves_.find(id);
        return grave != graves_.end() && grave->second > sequence;
    }

    std::uint64_t seed_;
    directory rows_;
    std::array<waiting, lookahead> ahead_;
    std::uint64_t added_ = 0;      ///< Those of `ahead_` that were overwritten have been applied.
    id_map<std::uint64_t> graves_; ///< No older version may rise again, though it come later.
    std::uint64_t newest_created_ = 0;
    bool in_order_ = true;
    std::uint64_t newest_ = 0; ///< Sequence, of all but redo records.
    std::uint64_t redo_sequence_ = 0;
    std::string redo_;
};

} // namespace mkdb::engine
