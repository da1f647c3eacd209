#pragma once

#include <mkdb/query/explanation.hpp>

#include <boost/json/object.hpp>

#include <chrono>
#include <string_view>

namespace mkdb::service {
namespace detail {

[[nodiscard]] constexpr std::string_view text_of(query::ordering order) noexcept {
    switch (order) {
    case query::ordering::created: return "created";
    case query::ordering::walk: return "index";
    case query::ordering::sort: return "sort";
    case query::ordering::score: return "score";
    }
    return "unknown";
}

[[nodiscard]] inline double milliseconds(std::chrono::nanoseconds duration) noexcept {
    return std::chrono::duration<double, std::milli>(duration).count();
}

} // namespace detail

/// How a query was answered, as the planes say it: the plan's steps under `plan`, what gave the order of the page under
/// `order` (`created`, `index`, `sort`, `score`), counts of records, and times in milliseconds.
[[nodiscard]] inline boost::json::object explanation_json(query::explanation const& told) {
    auto const whole = told.planning + told.selecting + told.reading;
    return {{"plan", told.where},
            {"order", detail::text_of(told.order)},
            {"records", told.records},
            {"candidates", told.candidates},
            {"records_read", told.records_read},
            {"total_matches", told.total_matches},
            {"planning_ms", detail::milliseconds(told.planning)},
            {"selecting_ms", detail::milliseconds(told.selecting)},
            {"reading_ms", detail::milliseconds(told.reading)},
            {"duration_ms", detail::milliseconds(whole)}};
}

} // namespace mkdb::service
