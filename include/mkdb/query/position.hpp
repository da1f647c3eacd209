#pragma once

#include <mkdb/query/order.hpp>

#include <compare>
#include <cstdint>
#include <span>
#include <string>

namespace mkdb::query {

/// A record's place in an answer: what it is compared by, so that the place stays when the record goes or changes.
struct position {
    std::string id;
    std::uint64_t created = 0; ///< Decides without sort keys; no two records of a store have the same.
    sort_values values;        ///< Decides with them, and then the id.
    double score = 0;          ///< Of a search, before everything else: the higher one comes first.
};

/// The order of an answer. Preconditions: the values of both were made with these keys.
[[nodiscard]] inline std::strong_ordering compare(position const& a, position const& b,
                                                  std::span<sort_key const> sort) {
    if (a.score != b.score) {
        return a.score > b.score ? std::strong_ordering::less : std::strong_ordering::greater;
    }
    if (sort.empty()) {
        return a.created <=> b.created;
    }
    auto const order = compare(a.values, b.values, sort);
    return order != 0 ? order : a.id.compare(b.id) <=> 0;
}

} // namespace mkdb::query
