#pragma once

#include <mkdb/document/expiry.hpp>
#include <mkdb/query/filter.hpp>
#include <mkdb/query/request.hpp>

#include <utility>
#include <vector>

namespace mkdb::query {

/// Holds for the records that are over, as `document::is_over` says. Precondition: `expiry.is_kept()`.
[[nodiscard]] inline condition is_over(document::expiry const& expiry) {
    return {*expiry.field, operation::lte, boost::json::value(expiry.now_ms), {}};
}

namespace detail {

[[nodiscard]] inline filter without(filter wanted, condition const& taken) {
    std::vector<filter> parts;
    parts.push_back(std::move(wanted));
    parts.push_back({none_of{{filter{taken}}}});
    return {all_of{std::move(parts)}};
}

} // namespace detail

/// A request for the same among the records that are not over. A record that no index has read counts as one of those,
/// unless it must be read for what was asked: one that is damaged would fail every query of its store otherwise.
/// Precondition: `expiry.is_kept()`.
[[nodiscard]] inline request of_kept(request asked, document::expiry const& expiry) {
    auto const over = is_over(expiry);
    asked.checks_unread = checks_unread(asked);
    asked.where = detail::without(std::move(asked.where), over);
    if (asked.search) {
        asked.search->among = detail::without(std::move(asked.search->among), over);
    }
    return asked;
}

} // namespace mkdb::query
