#pragma once

#include <mkdb/core/result.hpp>
#include <mkdb/document/parse.hpp>
#include <mkdb/index/row_set.hpp>

namespace mkdb::engine {

/// An index over the records of a partition, and the rows that it lacks since their records could not be read.
template <class IndexInstance>
struct filled_index {
    IndexInstance index;
    index::row_set unread{};
};

/// What a record may be that is set aside instead of ending the work.
enum class set_aside {
    rotten,
    rotten_or_withheld, ///< By the disk: where failing would keep a store from opening.
};

/// Fills an empty index from the records of a partition. Errors: `io` of a record that is not set aside.
/// Complexity: reads every record, unless there is nothing to fill.
template <class Partition, class IndexInstance>
[[nodiscard]] result<filled_index<IndexInstance>> fill_index(Partition const& partition, IndexInstance empty,
                                                             set_aside spared = set_aside::rotten) {
    filled_index<IndexInstance> filled{std::move(empty)};
    if (filled.index.empty()) {
        return filled;
    }
    auto const rows = partition.inspect([](auto const& state) { return state.rows.live(); });
    for (auto const row : rows) {
        auto const record = partition.read_for_scan(row);
        bool const withheld = !record && record.error().code == errc::io;
        if (!record && record.error().code != errc::corrupt_record &&
            !(withheld && spared == set_aside::rotten_or_withheld)) {
            return record.error();
        }
        if (!record) {
            filled.unread.add(row);
        } else if (*record) {
            MKDB_TRY_ASSIGN(auto const fields, document::parse_object((*record)->text()));
            filled.index.insert(row, fields);
        }
    }
    return filled;
}

} // namespace mkdb::engine
