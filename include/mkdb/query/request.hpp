#pragma once

#include <mkdb/query/aggregate.hpp>
#include <mkdb/query/filter.hpp>
#include <mkdb/query/order.hpp>
#include <mkdb/query/position.hpp>
#include <mkdb/query/search.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mkdb::query {

/// A query, understood and checked.
struct request {
    filter where;
    std::vector<sort_key> sort; ///< Empty: the order in which records were created, or by score.
    std::uint64_t limit = 0;    ///< Records on the page; 0: all.
    std::uint64_t offset = 0;
    bool hydrate = false;                             ///< Answer with records, not only their ids.
    std::optional<std::vector<std::string>> fields{}; ///< Of the records, only these; none: all.
    std::optional<position> after{};                  ///< Answer with what comes after it.
    bool count_only = false;                          ///< Answer with the total, without ids and records.
    std::optional<aggregate_request> aggregate{};     ///< And with these figures.
    std::optional<search_request> search{}; ///< The best first. `where` holds for what it finds and nothing else.
    /// Whether records that no index has read are read to tell if they match, when `where` alone does not say so.
    std::optional<bool> checks_unread{};
};

[[nodiscard]] inline bool checks_unread(request const& asked) {
    return asked.checks_unread.value_or(asks_for_fields(asked.where));
}

} // namespace mkdb::query
