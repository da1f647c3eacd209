#pragma once

#include <mkdb/document/parse.hpp>
#include <mkdb/query/match.hpp>
#include <mkdb/query/parse.hpp>
#include <mkdb/query/plan.hpp>
#include <mkdb/text/standard.hpp>

#include <boost/json/object.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mkdb_test {

[[nodiscard]] inline boost::json::object object(std::string_view text) {
    return mkdb::document::parse_object(text).value();
}

/// What a planner is told of one set of indexes.
template <class Indexes>
struct index_statistics_of {
    Indexes const* indexes;
    std::uint64_t records;

    [[nodiscard]] std::uint64_t live() const { return records; }
    [[nodiscard]] std::optional<std::uint64_t> estimate(mkdb::query::condition const& asked) const {
        return indexes->estimate(asked);
    }
    [[nodiscard]] std::optional<std::uint64_t> estimate_range(mkdb::query::condition const& lower,
                                                              mkdb::query::condition const& upper) const {
        return indexes->estimate_range(lower, upper);
    }
    [[nodiscard]] bool is_ordered(std::string_view field) const { return indexes->settled(field) != nullptr; }
};

template <class Indexes>
[[nodiscard]] mkdb::query::plan plan_of(mkdb::query::request const& asked, Indexes const& indexes,
                                        std::uint64_t records) {
    return mkdb::query::make_plan(asked, index_statistics_of<Indexes>{&indexes, records});
}

/// What the parser says of a request, understood or not.
[[nodiscard]] inline mkdb::result<mkdb::query::request> request(std::string_view text,
                                                                mkdb::query::parse_options const& options = {}) {
    return mkdb::query::parse_request(object(text), options, mkdb::text::standard());
}

[[nodiscard]] inline std::string refusal(std::string_view text) {
    auto const parsed = request(text);
    return parsed ? "understood" : parsed.error().message;
}

/// Whether a record of id "id1" meets a filter.
[[nodiscard]] inline bool matches(std::string_view filter, std::string_view record, bool nested = false) {
    return mkdb::query::matches(request(filter).value().where, "id1", object(record), nested, mkdb::text::standard());
}

} // namespace mkdb_test
