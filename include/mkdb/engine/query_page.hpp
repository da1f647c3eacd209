#pragma once

#include <mkdb/engine/record.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace mkdb {

/// What stops a query before its end.
struct query_budget {
    std::optional<std::chrono::milliseconds> time_limit{};
    std::function<bool()> cancelled{}; ///< Asked now and then, without a lock; true when nobody waits any more.
};

/// One page of an answer.
struct query_page {
    std::uint64_t total_matches = 0; ///< All that match, on this page or not.
    std::vector<std::string> ids;
    std::vector<record> records;                    ///< As `ids`, when the query asked to hydrate.
    std::optional<std::vector<double>> scores{};    ///< As `ids`, of a search.
    std::optional<boost::json::array> highlights{}; ///< As `ids`, when a search asked for them.
    std::optional<boost::json::object> aggregate{}; ///< The figures that the query asked for.
    std::optional<std::string> next_cursor{};       ///< Where the next page begins; none: nothing follows.
};

} // namespace mkdb
