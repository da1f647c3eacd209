#pragma once

#include <mkdb/core/limits.hpp>
#include <mkdb/core/result.hpp>
#include <mkdb/document/parse.hpp>
#include <mkdb/document/write.hpp>
#include <mkdb/query/position.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

/// A cursor is a position as text, which a client gets and gives back: it holds all that the next page needs, so
/// nothing is kept for it, and it is good for ever, after a restart too.
namespace mkdb::query {
namespace detail {

[[nodiscard]] inline boost::json::array names_of(std::span<sort_key const> sort) {
    boost::json::array names;
    for (auto const& key : sort) {
        names.emplace_back((key.descending ? "-" : "+") + key.field);
    }
    return names;
}

[[nodiscard]] inline error no_cursor() {
    return fail(errc::query_syntax, "'cursor': expected what an answer gave as next_cursor");
}

/// A value is in a list of one, so that null is not a missing value.
[[nodiscard]] inline result<sort_values> values_of(boost::json::value const* list, std::size_t keys) {
    auto const* items = list == nullptr ? nullptr : list->if_array();
    if (items == nullptr || items->size() != keys) {
        return no_cursor();
    }
    sort_values values;
    for (auto const& item : *items) {
        auto const* value = item.if_array();
        if (value == nullptr || value->size() > 1) {
            return no_cursor();
        }
        values.push_back(value->empty() ? std::nullopt : std::optional(value->front()));
    }
    return values;
}

} // namespace detail

[[nodiscard]] inline std::string to_cursor(position const& last, std::span<sort_key const> sort) {
    if (sort.empty()) {
        return document::to_json(boost::json::object{{"created", last.created}});
    }
    boost::json::array values;
    for (auto const& value : last.values) {
        values.push_back(value ? boost::json::array{*value} : boost::json::array());
    }
    return document::to_json(
        boost::json::object{{"sort", detail::names_of(sort)}, {"values", std::move(values)}, {"id", last.id}});
}

/// Errors: `errc::query_syntax` for what is no cursor, or one of a query with another `sort`.
[[nodiscard]] inline result<position> from_cursor(std::string_view text, std::span<sort_key const> sort) {
    constexpr std::size_t around_a_value = 3;
    auto const parsed = document::parse_object(text, {.depth = limits::document_depth + around_a_value});
    if (!parsed) {
        return detail::no_cursor();
    }
    auto const* order = parsed->if_contains("sort");
    auto const made_in = order == nullptr ? boost::json::value(boost::json::array()) : *order;
    if (made_in != boost::json::value(detail::names_of(sort))) {
        return fail(errc::query_syntax, "'cursor': is of a query with another 'sort'");
    }
    position last;
    if (sort.empty()) {
        auto const* created = parsed->if_contains("created");
        if (created == nullptr || !(created->is_uint64() || (created->is_int64() && created->get_int64() >= 0))) {
            return detail::no_cursor();
        }
        last.created = created->to_number<std::uint64_t>();
        return last;
    }
    auto const* id = parsed->if_contains("id");
    if (id == nullptr || !id->is_string()) {
        return detail::no_cursor();
    }
    last.id = std::string(std::string_view(id->get_string()));
    MKDB_TRY_ASSIGN(last.values, detail::values_of(parsed->if_contains("values"), sort.size()));
    return last;
}

} // namespace mkdb::query
