#pragma once

#include <mkdb/core/result.hpp>
#include <mkdb/document/parse.hpp>

namespace mkdb::engine {

/// Fills an empty index from the records of a partition. Unreadable records are left out: they are not answers.
/// Errors: `io`. Complexity: reads every record, unless there is nothing to fill.
template <class Partition, class IndexInstance>
[[nodiscard]] result<IndexInstance> fill_index(Partition const& partition, IndexInstance empty) {
    if (empty.empty()) {
        return empty;
    }
    auto const rows = partition.inspect([](auto const& state) { return state.rows.live(); });
    for (auto const row : rows) {
        auto const record = partition.read_for_scan(row);
        if (!record && record.error().code != errc::corrupt_record) {
            return record.error();
        }
        if (record && *record) {
            MKDB_TRY_ASSIGN(auto const fields, document::parse_object((*record)->text()));
            empty.insert(row, fields);
        }
    }
    return empty;
}

} // namespace mkdb::engine
