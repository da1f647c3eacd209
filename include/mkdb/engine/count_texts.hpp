#pragma once

#include <mkdb/core/result.hpp>
#include <mkdb/document/parse.hpp>
#include <mkdb/engine/query_watch.hpp>
#include <mkdb/engine/search_scores.hpp>
#include <mkdb/index/row_set.hpp>

namespace mkdb::engine {

/// Adds up what the scores of a search rest on, of all records that there are: where indexes do not know it, they are
/// read. Errors: of the watch, and of reading.
template <class Partitions, class Clock, class Tokenizer>
[[nodiscard]] result<> count_texts(Partitions const& partitions, query_watch<Clock>& watch,
                                   search_scores<Tokenizer>& scores) {
    for (auto const& partition : partitions) {
        MKDB_TRY(watch.check());
        auto const unknown = partition->inspect([&](auto const& state) {
            if (!scores.are_known_to(state)) {
                return state.rows.live();
            }
            scores.count(state.indexes);
            return index::row_set();
        });
        for (auto const row : unknown) {
            MKDB_TRY_ASSIGN(auto const found, partition->read_for_scan(row));
            MKDB_TRY(watch.spend(found ? found->text().size() : 0));
            if (found) {
                MKDB_TRY_ASSIGN(auto const fields, document::parse_object(found->text()));
                scores.count(fields);
            }
        }
    }
    return {};
}

} // namespace mkdb::engine
