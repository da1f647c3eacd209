#pragma once

#include <mkdb/engine/directory.hpp>
#include <mkdb/storage/concept.hpp>

#include <tsl/robin_map.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mkdb::engine {

/// Builds a partition's directory from its log.
class directory_builder {
public:
    explicit directory_builder(std::uint64_t hash_seed) : seed_(hash_seed), rows_(hash_seed) {}

    /// Versions come in the order of the log; the highest sequence of an id wins, whatever that order.
    void add(storage::log_record const& record, storage::location const& where) {
        auto const row = rows_.find(record.id);
        if ((row && rows_.at(*row).sequence > record.sequence) || is_buried(record.id, record.sequence)) {
            return;
        }
        if (row && record.kind == storage::record_kind::put && rows_.at(*row).created == record.created) {
            rows_.update(*row, {record.sequence, record.created, where});
            return;
        }
        if (row) {
            rows_.erase(*row);
        }
        if (record.kind == storage::record_kind::tombstone) {
            graves_.insert_or_assign(std::string(record.id), record.sequence);
        } else {
            in_order_ = in_order_ && record.created > newest_created_;
            newest_created_ = std::max(newest_created_, record.created);
            rows_.insert(record.id, {record.sequence, record.created, where});
        }
    }

    /// The ids that damage took: those whose lost version no later one replaced. They leave the directory.
    [[nodiscard]] std::map<std::string, std::uint64_t, std::less<>>
    take_lost(std::vector<storage::lost_record> const& candidates) {
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
    [[nodiscard]] tsl::robin_map<std::string, std::uint64_t> take_graves() noexcept { return std::move(graves_); }

    /// The directory, with its rows in order of creation, so that a restart changes no unsorted answer, and dense.
    [[nodiscard]] directory finish() {
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
    [[nodiscard]] bool is_buried(std::string_view id, std::uint64_t sequence) const {
        if (graves_.empty()) {
            return false;
        }
        auto const grave = graves_.find(std::string(id));
        return grave != graves_.end() && grave->second > sequence;
    }

    std::uint64_t seed_;
    directory rows_;
    tsl::robin_map<std::string, std::uint64_t> graves_; ///< No older version may rise again, though it come later.
    std::uint64_t newest_created_ = 0;
    bool in_order_ = true;
};

} // namespace mkdb::engine
