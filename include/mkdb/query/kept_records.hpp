#pragma once

#include <mkdb/document/expiry.hpp>
#include <mkdb/query/filter.hpp>
#include <mkdb/query/request.hpp>

#include <cstdint>
#include <utility>
#include <vector>

namespace mkdb::query {

/// A request for the same among the records that are not over. Precondition: `expiry.is_kept()`.
[[nodiscard]] inline request of_kept(request asked, document::expiry const& expiry) {
    condition over{*expiry.field, operation::lte, boost::json::value(expiry.now_ms), {}};
    std::vector<filter> parts;
    parts.push_back(std::move(asked.where));
    parts.push_back({none_of{{filter{std::move(over)}}}});
    asked.where = {all_of{std::move(parts)}};
    return asked;
}

/// A request for the ids of some of the others.
[[nodiscard]] inline request of_those_over(document::expiry const& expiry, std::uint64_t limit) {
    request asked;
    asked.where = {condition{*expiry.field, operation::lte, boost::json::value(expiry.now_ms), {}}};
    asked.limit = limit;
    return asked;
}

} // namespace mkdb::query
