#pragma once

#include <mkdb/query/filter.hpp>

#include <optional>
#include <utility>
#include <variant>

namespace mkdb::query::detail {

/// Two conditions that bound one field from both sides.
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

} // namespace mkdb::query::detail
