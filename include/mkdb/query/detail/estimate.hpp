#pragma once

#include <mkdb/query/detail/lookup.hpp>
#include <mkdb/query/filter.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>

namespace mkdb::query::detail {

/// How many rows a set is expected to have, put together as sets are: at most so many.
struct row_count {
    std::uint64_t rows = 0;

    row_count& operator-=(row_count const& other) noexcept {
        rows -= std::min(rows, other.rows);
        return *this;
    }
    friend row_count operator&(row_count const& a, row_count const& b) noexcept { return {std::min(a.rows, b.rows)}; }
};

/// Answers `lookup` by counts, so that estimates follow the same rules as answers.
template <class Statistics>
struct counting_indexes {
    Statistics const* statistics;

    [[nodiscard]] std::optional<row_count> lookup(condition const& asked) const {
        auto const rows = statistics->estimate(asked);
        return rows ? std::optional(row_count{*rows}) : std::nullopt;
    }
};

/// What an index is expected to say of a condition.
struct expectation {
    std::uint64_t rows = 0;     ///< That meet the condition.
    std::uint64_t gathered = 0; ///< That the index puts into a set for it.
};

template <class Statistics>
[[nodiscard]] std::optional<expectation> expect_of_field(condition const& asked, Statistics const& statistics) {
    auto const answer = lookup_field(asked, counting_indexes<Statistics>{&statistics});
    if (!answer) {
        return std::nullopt;
    }
    auto const live = statistics.live();
    auto const named = std::min(answer->rows.rows, live);
    return expectation{answer->complement ? live - named : named, answer->rows.rows};
}

/// As `lookup_id`: nothing for comparisons of ids.
[[nodiscard]] inline std::optional<expectation> expect_of_ids(condition const& asked, std::uint64_t live) {
    auto const* list = asked.operand.if_array();
    std::uint64_t const named = list == nullptr ? 1 : list->size();
    switch (asked.op) {
    case operation::eq:
    case operation::in: return expectation{std::min(named, live), named};
    case operation::neq:
    case operation::nin: return expectation{live - std::min(named, live), named};
    default: return std::nullopt;
    }
}

/// What share of the records is taken to meet a condition of which no index knows anything: the guesses of System R
/// (Selinger et al., "Access Path Selection in a Relational Database Management System", 1979), a tenth for equality
/// and a third for what is ordered; the others after them.
[[nodiscard]] constexpr double assumed_share(operation op) noexcept {
    switch (op) {
    case operation::eq:
    case operation::all:
    case operation::contains:
    case operation::phrase:
    case operation::fuzzy:
    case operation::prefix:
    case operation::regex: return 0.1;
    case operation::neq:
    case operation::nin: return 0.9;
    case operation::exists: return 0.5;
    default: return 1.0 / 3.0;
    }
}

} // namespace mkdb::query::detail
