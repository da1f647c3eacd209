#pragma once

#include <mkdb/index/detail/intersect.hpp>
#include <mkdb/index/detail/posting_cursor.hpp>
#include <mkdb/index/detail/term_postings.hpp>
#include <mkdb/index/detail/varint.hpp>
#include <mkdb/index/row_set.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace mkdb::index::detail {

/// Keeps of `starts` those that have a position of the term `distance` behind them. Both ascend.
inline void keep_followed(std::vector<std::uint32_t>& starts, std::string_view positions, std::uint32_t distance) {
    std::size_t kept = 0;
    std::size_t next = 0;
    for (std::uint64_t position = 0; !positions.empty() && next < starts.size();) {
        position += take_varint(positions);
        while (next < starts.size() && std::uint64_t{starts[next]} + distance < position) {
            ++next;
        }
        if (next < starts.size() && std::uint64_t{starts[next]} + distance == position) {
            starts[kept++] = starts[next++];
        }
    }
    starts.resize(kept);
}

/// Whether the terms follow each other in the row that all of the cursors have found.
[[nodiscard]] inline bool has_phrase(std::vector<posting_cursor> const& terms, std::vector<std::uint32_t>& starts) {
    starts.clear();
    auto positions = terms.front().positions();
    for (std::uint32_t position = 0; !positions.empty();) {
        position += take_varint(positions);
        starts.push_back(position);
    }
    for (std::size_t i = 1; i < terms.size() && !starts.empty(); ++i) {
        keep_followed(starts, terms[i].positions(), static_cast<std::uint32_t>(i));
    }
    return !starts.empty();
}

/// The rows in which the terms follow each other. Precondition: there is a term.
[[nodiscard]] inline row_set phrase_rows(std::vector<term_postings const*> const& phrase) {
    auto const common = intersect(phrase);
    if (phrase.size() == 1) {
        return common;
    }
    std::vector<posting_cursor> terms;
    for (auto const* list : phrase) {
        terms.emplace_back(*list);
    }
    std::vector<std::uint32_t> starts;
    std::vector<std::uint32_t> found;
    for (auto const row : common) {
        bool everywhere = true;
        for (auto& term : terms) {
            everywhere = term.seek(row) && everywhere;
        }
        if (everywhere && has_phrase(terms, starts)) {
            found.push_back(row);
        }
    }
    return {found.size(), found.data()};
}

} // namespace mkdb::index::detail
