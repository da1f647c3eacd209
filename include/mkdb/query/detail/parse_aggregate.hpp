#pragma once

#include <mkdb/core/result.hpp>
#include <mkdb/document/value_order.hpp>
#include <mkdb/query/aggregate.hpp>
#include <mkdb/query/detail/describe.hpp>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace mkdb::query::detail {

inline constexpr std::size_t most_metrics = 32;

[[nodiscard]] inline result<> check_number_of_metrics(std::size_t found) {
    return found > 0 && found <= most_metrics
               ? result<>()
               : fail(errc::query_syntax, "'aggregate': 'metrics': expected 1 to " + std::to_string(most_metrics) +
                                              " of them, found " + std::to_string(found));
}

[[nodiscard]] inline std::optional<metric_kind> find_metric(std::string_view name) {
    for (auto const kind : {metric_kind::count, metric_kind::sum, metric_kind::min, metric_kind::max, metric_kind::avg,
                            metric_kind::distinct, metric_kind::histogram}) {
        if (to_string(kind) == name) {
            return kind;
        }
    }
    return std::nullopt;
}

[[nodiscard]] inline result<std::string> parse_field_name(std::string const& where, boost::json::value const& value) {
    auto const* name = value.if_string();
    return name == nullptr || name->empty() ? result<std::string>(refused(where, "a field's name", value))
                                            : std::string(std::string_view(*name));
}

/// The width of a histogram's buckets, which no other metric has.
[[nodiscard]] inline result<> take_interval(std::string const& where, boost::json::value const& value, metric& wanted) {
    auto const width = document::is_number(value) ? value.to_number<double>() : 0.0;
    if (!(width > 0)) {
        return refused(where + ": 'interval'", "a number above 0", value);
    }
    wanted.interval = width;
    return {};
}

/// `"count"`, `{"sum": "field"}` or `{"histogram": "field", "interval": n}`.
[[nodiscard]] inline result<metric> parse_metric(std::string_view name, boost::json::value const& value) {
    constexpr auto expected = "\"count\", or an object with one of count, sum, min, max, avg, distinct, histogram";
    auto const where = "'aggregate': '" + shortened(name) + "'";
    metric wanted{std::string(name), metric_kind::count, {}, 0};
    if (auto const* text = value.if_string(); text != nullptr && *text == "count") {
        return wanted;
    }
    auto const* members = value.if_object();
    if (members == nullptr || members->empty()) {
        return refused(where, expected, value);
    }
    for (auto const& [key, operand] : *members) {
        if (auto const kind = find_metric(key); kind && wanted.field.empty()) {
            wanted.kind = *kind;
            MKDB_TRY_ASSIGN(wanted.field, parse_field_name(where + ": '" + std::string(key) + "'", operand));
        } else if (key == "interval") {
            MKDB_TRY(take_interval(where, operand, wanted));
        } else {
            return fail(errc::query_syntax, where + ": expected " + expected + ", found '" + shortened(key) + "'");
        }
    }
    if (wanted.field.empty() || (wanted.kind == metric_kind::histogram) != (wanted.interval > 0)) {
        return fail(errc::query_syntax, where + ": a histogram, and nothing else, has an 'interval'");
    }
    return wanted;
}

/// `{"group_by": "field", "metrics": {"name": …}}`.
[[nodiscard]] inline result<aggregate_request> parse_aggregate(boost::json::value const& value) {
    constexpr auto expected = "an object with 'metrics' and perhaps 'group_by'";
    auto const* members = value.if_object();
    if (members == nullptr) {
        return refused("'aggregate'", expected, value);
    }
    aggregate_request wanted;
    for (auto const& [key, operand] : *members) {
        if (key == "group_by") {
            MKDB_TRY_ASSIGN(wanted.group_by, parse_field_name("'aggregate': 'group_by'", operand));
        } else if (key != "metrics") {
            return fail(errc::query_syntax,
                        "'aggregate': expected " + std::string(expected) + ", found '" + shortened(key) + "'");
        } else if (auto const* named = operand.if_object(); named == nullptr) {
            return refused("'aggregate': 'metrics'", "an object of named metrics", operand);
        } else {
            MKDB_TRY(check_number_of_metrics(named->size()));
            for (auto const& [name, metric] : *named) {
                MKDB_TRY_ASSIGN(auto one, parse_metric(name, metric));
                wanted.metrics.push_back(std::move(one));
            }
        }
    }
    MKDB_TRY(check_number_of_metrics(wanted.metrics.size()));
    return wanted;
}

} // namespace mkdb::query::detail
