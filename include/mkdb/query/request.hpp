#pragma once

#include <mkdb/query/filter.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace mkdb::query {

struct sort_key {
    std::string field;
    bool descending = false;

    friend bool operator==(sort_key const&, sort_key const&) = default;
};

/// A query, understood and checked.
struct request {
    filter where;
    std::vector<sort_key> sort; ///< Empty: the order in which records were created.
    std::uint64_t limit = 0;    ///< Records on the page; 0: all.
    std::uint64_t offset = 0;
    bool hydrate = false; ///< Answer with records, not only their ids.
};

} // namespace mkdb::query
