#pragma once

#include <mkdb/index/detail/posting_cursor.hpp>
#include <mkdb/index/detail/row_bits.hpp>
#include <mkdb/index/detail/term_postings.hpp>
#include <mkdb/index/row_set.hpp>

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

namespace mkdb::index::detail {

/// Removes the rows that a list has not. They ascend.
inline void keep_in(std::vector<std::uint32_t>& rows, term_postings const& list) {
    if (auto const* const bits = list.bits()) {
        std::erase_if(rows, [&](std::uint32_t row) { return !bits->has(row); });
        return;
    }
    // Looking a row up takes as long as setting so many bits, or as clearing so many words of them.
    constexpr std::uint64_t bits_per_lookup = 32;
    if (rows.size() * bits_per_lookup < list.size() + list.last_row() / 512U) {
        posting_cursor cursor(list);
        std::erase_if(rows, [&](std::uint32_t row) { return !cursor.seek(row); });
        return;
    }
    row_bits made;
    made.expect(list.last_row());
    list.visit_rows([&](std::uint32_t row) { made.set(row); });
    std::erase_if(rows, [&](std::uint32_t row) { return !made.has(row); });
}

/// The rows that are in both, in order; quickest when `a` is the smaller.
[[nodiscard]] inline std::vector<std::uint32_t> common_rows(term_postings const& a, term_postings const& b) {
    std::vector<std::uint32_t> rows;
    if (a.bits() != nullptr && b.bits() != nullptr) {
        a.bits()->visit_common(*b.bits(), [&](std::uint32_t row) { rows.push_back(row); });
    } else if (auto const* const bits = b.bits()) {
        a.visit_rows([&](std::uint32_t row) {
            if (bits->has(row)) {
                rows.push_back(row);
            }
        });
    } else {
        rows = a.listed();
        keep_in(rows, b);
    }
    return rows;
}

/// Whether most of the bitmap's parts of a list are bits, so that it is quicker not to take the rows out of it.
[[nodiscard]] inline bool is_mostly_bits(term_postings const& list) noexcept {
    return std::uint64_t{list.size()} * 8 > list.last_row();
}

/// The rows that are in all lists. Precondition: there is a list, and none is empty.
[[nodiscard]] inline row_set intersect(std::vector<term_postings const*> lists) {
    std::ranges::sort(lists, {}, [](term_postings const* list) { return list->size(); });
    auto const others = std::span(lists).subspan(1);
    if (others.empty() || is_mostly_bits(*lists.front())) {
        auto common = lists.front()->rows();
        for (auto const* list : others) {
            common &= list->rows();
        }
        return common;
    }
    auto rows = common_rows(*lists.front(), *others.front());
    for (auto const* list : others.subspan(1)) {
        keep_in(rows, *list);
    }
    return {rows.size(), rows.data()};
}

} // namespace mkdb::index::detail
