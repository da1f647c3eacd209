#pragma once

#include <mkdb/index/condition.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

namespace mkdb::query {

/// Every spelling of an operator.
inline constexpr std::array operator_names{
    std::pair{std::string_view("eq"), index::operation::eq},
    std::pair{std::string_view("neq"), index::operation::neq},
    std::pair{std::string_view("gt"), index::operation::gt},
    std::pair{std::string_view("gte"), index::operation::gte},
    std::pair{std::string_view("lt"), index::operation::lt},
    std::pair{std::string_view("lte"), index::operation::lte},
    std::pair{std::string_view(">"), index::operation::gt},
    std::pair{std::string_view(">="), index::operation::gte},
    std::pair{std::string_view("<"), index::operation::lt},
    std::pair{std::string_view("<="), index::operation::lte},
    std::pair{std::string_view("in"), index::operation::in},
    std::pair{std::string_view("is_included"), index::operation::in},
    std::pair{std::string_view("nin"), index::operation::nin},
    std::pair{std::string_view("not_included"), index::operation::nin},
    std::pair{std::string_view("any"), index::operation::any},
    std::pair{std::string_view("all"), index::operation::all},
    std::pair{std::string_view("exists"), index::operation::exists},
    std::pair{std::string_view("contains"), index::operation::contains},
    std::pair{std::string_view("phrase"), index::operation::phrase},
    std::pair{std::string_view("fuzzy"), index::operation::fuzzy},
    std::pair{std::string_view("prefix"), index::operation::prefix},
    std::pair{std::string_view("regex"), index::operation::regex},
};

[[nodiscard]] constexpr std::optional<index::operation> find_operator(std::string_view name) noexcept {
    for (auto const& [spelling, op] : operator_names) {
        if (spelling == name) {
            return op;
        }
    }
    return std::nullopt;
}

/// The parts of a request. All but `filter` may stand around a filter; beside its fields, which may have these names,
/// only those of a page.
inline constexpr std::array<std::string_view, 10> request_keys{
    "filter", "search", "sort", "limit", "offset", "hydrate", "fields", "cursor", "count_only", "aggregate"};

[[nodiscard]] constexpr bool is_request_key(std::string_view name) noexcept {
    return std::ranges::find(request_keys, name) != request_keys.end();
}

/// In filters and sort keys these name the record's id, never a field.
[[nodiscard]] constexpr bool names_the_id(std::string_view field) noexcept {
    return field == "id" || field == "_id";
}

} // namespace mkdb::query
