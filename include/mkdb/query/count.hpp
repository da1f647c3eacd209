#pragma once

#include <mkdb/query/detail/field_range.hpp>
#include <mkdb/query/filter.hpp>
#include <mkdb/query/plan.hpp>
#include <mkdb/query/select.hpp>

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

namespace mkdb::query {

/// How many rows a planned filter selects, where one condition or the two bounds of one field are all of it and
/// `indexes`, as `index_set`'s instance, count them without making a set. Nothing when rows have to be selected.
///
/// Precondition: all rows that the indexes have are live, and all live rows are in them. `told` is as for `select`.
template <class Indexes>
[[nodiscard]] std::optional<std::uint64_t> count(plan_step const& wanted, Indexes const& indexes,
                                                 std::vector<step_outcome>* told = nullptr) {
    if (wanted.by != access::index) {
        return std::nullopt;
    }
    std::optional<std::uint64_t> counted;
    if (auto const* leaf = std::get_if<condition>(&wanted.part->node)) {
        counted = indexes.count(*leaf);
    } else if (auto const* both = std::get_if<all_of>(&wanted.part->node)) {
        auto const range = detail::range_of(*both);
        counted = range ? indexes.count_range(*range->lower, *range->upper) : std::nullopt;
    }
    if (told != nullptr && counted) {
        detail::tell_bounds(wanted, indexes, *told);
        (*told)[wanted.number] = {wanted.by, *counted};
    }
    return counted;
}

} // namespace mkdb::query
