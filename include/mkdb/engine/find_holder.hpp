#pragma once

#include <mkdb/engine/held_value.hpp>
#include <mkdb/engine/unique_values.hpp>
#include <mkdb/index/condition.hpp>

#include <optional>
#include <string>
#include <utility>

namespace mkdb::engine {
namespace detail {

struct suspected_rows {
    index::row_set named;   ///< By the index, which also names arrays that have the value among others.
    index::row_set unknown; ///< To the index.
};

template <class State>
[[nodiscard]] suspected_rows suspects_of(State const& state, unique_field const& field, index::condition const& equal) {
    auto told = index_that_tells(state, field);
    if (auto named = told.indexes == nullptr ? std::nullopt : told.indexes->lookup(equal)) {
        return {std::move(*named), std::move(told.unknown)};
    }
    return {index::row_set(), state.rows.live()};
}

template <class Partition>
[[nodiscard]] std::string id_of(Partition const& partition, row_id row) {
    return partition.inspect(
        [&](auto const& state) { return state.rows.contains(row) ? std::string(state.rows.id(row)) : std::string(); });
}

} // namespace detail

/// A record of a partition that holds what `equal` asks for in the field, besides those that are `passed_over`.
///
/// A record that the index names and that cannot be read holds the value: it may be whole again another time. One that
/// neither the index knows nor anybody can read holds nothing.
/// Complexity: one question to an index, and as many records read as are named or unknown.
/// Thread safety: safe from any thread, also a leader's; holds the partition's lock only for the question.
template <class Partition>
[[nodiscard]] std::optional<std::string> find_holder(Partition const& partition, unique_field const& field,
                                                     index::condition const& equal, std::string const& key,
                                                     unique_values::id_test const& passed_over) {
    auto const [named, unknown] =
        partition.inspect([&](auto const& state) { return detail::suspects_of(state, field, equal); });
    for (auto const row : named | unknown) {
        auto const held = read_value(partition, row, field);
        std::string holder;
        if (held && *held && (*held)->key == key) {
            holder = (*held)->id;
        } else if (!held && named.contains(row)) {
            holder = detail::id_of(partition, row);
        }
        if (!holder.empty() && !passed_over(holder)) {
            return holder;
        }
    }
    return std::nullopt;
}

} // namespace mkdb::engine
