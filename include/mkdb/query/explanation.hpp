#pragma once

#include <mkdb/query/filter.hpp>
#include <mkdb/query/names.hpp>
#include <mkdb/query/plan.hpp>
#include <mkdb/query/select.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

namespace mkdb::query {

/// What became of one step in all partitions together.
struct step_total {
    std::uint64_t rows = 0; ///< Records that met it: of all, or of those that were checked.
    bool by_id = false;
    bool by_index = false;
    bool by_scan = false;

    void add(step_outcome const& one) noexcept {
        rows += one.rows;
        by_id = by_id || one.by == access::id;
        by_index = by_index || one.by == access::index;
        by_scan = by_scan || one.by == access::scan;
    }
};

/// How a query was answered.
struct explanation {
    boost::json::object where; ///< The steps: `explain_step` makes it.
    ordering order = ordering::created;
    std::uint64_t records = 0;      ///< In the store.
    std::uint64_t candidates = 0;   ///< That ids and indexes left.
    std::uint64_t records_read = 0; ///< To check, sort, score or add them up; some twice for a search.
    std::uint64_t total_matches = 0;
    std::chrono::nanoseconds planning{};
    std::chrono::nanoseconds selecting{}; ///< Asking ids and indexes.
    std::chrono::nanoseconds reading{};   ///< Checking and sorting.
};

namespace detail {

/// Longer lists are told by their length.
inline constexpr std::size_t shown_values = 8;

[[nodiscard]] inline boost::json::object shown(condition const& asked) {
    auto const* list = asked.operand.if_array();
    if (list != nullptr && list->size() > shown_values) {
        return {{"field", asked.field}, {"op", to_string(asked.op)}, {"values", list->size()}};
    }
    return {{"field", asked.field}, {"op", to_string(asked.op)}, {"value", asked.operand}};
}

[[nodiscard]] inline boost::json::object shown(filter const& part) {
    return std::visit(
        [](auto const& node) -> boost::json::object {
            using kind = std::remove_cvref_t<decltype(node)>;
            if constexpr (std::is_same_v<kind, condition>) {
                return shown(node);
            } else if constexpr (std::is_same_v<kind, id_condition>) {
                return shown(node.on_id);
            } else if constexpr (std::is_same_v<kind, all_of>) {
                return {{"op", node.parts.empty() ? "everything" : "$and"}};
            } else {
                return {{"op", std::is_same_v<kind, any_of> ? "$or" : "$not"}};
            }
        },
        part.node);
}

[[nodiscard]] inline std::string_view field_of(filter const& part) {
    auto const* asked = std::get_if<condition>(&part.node);
    return asked == nullptr ? std::string_view() : std::string_view(asked->field);
}

/// By what a step was answered: more than one when partitions differ.
template <class KindOf>
[[nodiscard]] boost::json::array shown_access(plan_step const& step, step_total const& total, KindOf const& kind_of) {
    boost::json::array by;
    if (total.by_id) {
        by.emplace_back("id");
    }
    if (total.by_index) {
        auto const field = field_of(*step.part);
        by.emplace_back(field.empty() ? std::string("index") : std::string(kind_of(field)));
    }
    if (total.by_scan) {
        by.emplace_back("scan");
    }
    return by;
}

} // namespace detail

/// A step and its parts, in the order in which they were asked. `totals` are by number of step; `kind_of(field)` is the
/// name of the field's index.
template <class KindOf>
[[nodiscard]] boost::json::object explain_step(plan_step const& step, std::vector<step_total> const& totals,
                                               KindOf const& kind_of) {
    auto told = detail::shown(*step.part);
    auto const& total = totals[step.number];
    told["by"] = detail::shown_access(step, total, kind_of);
    told["estimated"] = step.estimated;
    told["actual"] = total.rows;
    if (!step.parts.empty()) {
        auto& parts = told["parts"].emplace_array();
        for (auto const& part : step.parts) {
            parts.push_back(explain_step(part, totals, kind_of));
        }
    }
    return told;
}

} // namespace mkdb::query
