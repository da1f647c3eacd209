#pragma once

#include <mkdb/document/value_order.hpp>
#include <mkdb/query/filter.hpp>

#include <optional>
#include <string_view>
#include <utility>
#include <variant>

namespace mkdb::query::detail {

/// Conditions that bound one field from both sides, or from one.
struct field_range {
    condition const* lower = nullptr;
    condition const* upper = nullptr;
};

[[nodiscard]] constexpr bool is_lower_bound(operation op) noexcept {
    return op == operation::gt || op == operation::gte;
}
[[nodiscard]] constexpr bool is_upper_bound(operation op) noexcept {
    return op == operation::lt || op == operation::lte;
}

/// The range that a conjunction is, if it is one and nothing else.
[[nodiscard]] inline std::optional<field_range> range_of(all_of const& node) {
    if (node.parts.size() != 2) {
        return std::nullopt;
    }
    auto const* lower = std::get_if<condition>(&node.parts.front().node);
    auto const* upper = std::get_if<condition>(&node.parts.back().node);
    if (lower == nullptr || upper == nullptr || lower->field != upper->field) {
        return std::nullopt;
    }
    if (is_upper_bound(lower->op)) {
        std::swap(lower, upper);
    }
    bool const bounded = is_lower_bound(lower->op) && is_upper_bound(upper->op);
    return bounded ? std::optional(field_range{lower, upper}) : std::nullopt;
}

inline void find_bounds(filter const& where, std::string_view field, field_range& found) {
    if (auto const* parts = std::get_if<all_of>(&where.node)) {
        for (auto const& part : parts->parts) {
            find_bounds(part, field, found);
        }
    } else if (auto const* leaf = std::get_if<condition>(&where.node);
               leaf != nullptr && leaf->field == field && document::is_number(leaf->operand)) {
        if (found.lower == nullptr && is_lower_bound(leaf->op)) {
            found.lower = leaf;
        } else if (found.upper == nullptr && is_upper_bound(leaf->op)) {
            found.upper = leaf;
        }
    }
}

/// Numbers between which a field of whatever matches is, when it is one number. Of several bounds of a side, the first.
[[nodiscard]] inline field_range bounds_of(filter const& where, std::string_view field) {
    field_range found;
    find_bounds(where, field, found);
    return found;
}

} // namespace mkdb::query::detail
