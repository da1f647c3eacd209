#pragma once

#include <mkdb/document/parse.hpp>
#include <mkdb/query/match.hpp>
#include <mkdb/query/parse.hpp>
#include <mkdb/text/standard.hpp>

#include <boost/json/object.hpp>

#include <string>
#include <string_view>

namespace mkdb_test {

[[nodiscard]] inline boost::json::object object(std::string_view text) {
    return mkdb::document::parse_object(text).value();
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
