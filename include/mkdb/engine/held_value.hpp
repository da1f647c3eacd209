#pragma once

#include <mkdb/core/result.hpp>
#include <mkdb/document/parse.hpp>
#include <mkdb/engine/directory.hpp>
#include <mkdb/engine/unique_field.hpp>
#include <mkdb/index/row_set.hpp>

#include <boost/json/value.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

/// Who holds the values of a unique field, as indexes and records tell it.
namespace mkdb::engine {

/// What a record holds in a unique field.
struct held_value {
    std::string id;
    std::uint64_t revision = 0;
    std::string key; ///< Empty: nothing that counts.
    boost::json::value value;
};

/// What the newest version of a row holds; none when the row is gone. Errors: `corrupt_record`, `io`.
template <class Partition>
[[nodiscard]] result<std::optional<held_value>> read_value(Partition const& partition, row_id row,
                                                           unique_field const& field) {
    MKDB_TRY_ASSIGN(auto found, partition.read_for_scan(row));
    if (!found) {
        return std::optional<held_value>();
    }
    MKDB_TRY_ASSIGN(auto const fields, document::parse_object(found->text()));
    auto const* value = field.find_in(fields);
    return std::optional(held_value{std::move(found->id), found->revision, unique_key(field, fields),
                                    value == nullptr ? boost::json::value() : *value});
}

/// The index of a partition that knows a field's values, and the rows whose values it does not know.
template <class IndexInstance>
struct telling_index {
    IndexInstance const* indexes = nullptr; ///< Null: no index knows any.
    index::row_set unknown;
};

/// While an index is built to be asked later, it tells as well: with the rows that it lacks. For whoever holds the
/// partition's lock.
template <class State>
[[nodiscard]] auto index_that_tells(State const& state, unique_field const& field) {
    using index_type = decltype(state.indexes);
    auto const knows = [&](index_type const& indexes) {
        return field.is_meant_by(indexes.nested()) && indexes.is_keyed(indexes.kind_of(field.name));
    };
    if (knows(state.indexes)) {
        return telling_index<index_type>{&state.indexes, state.unread};
    }
    if (state.growing && knows(state.growing->indexes())) {
        return telling_index<index_type>{&state.growing->indexes(), state.growing->missing()};
    }
    return telling_index<index_type>{nullptr, state.rows.live()};
}

} // namespace mkdb::engine
