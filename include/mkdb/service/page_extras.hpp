#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <utility>

namespace mkdb::service {

/// What an answer to a query has beside its counts and its ids or records, taken out of the page.
template <class Page>
[[nodiscard]] boost::json::object page_extras(Page&& page) {
    boost::json::object extras;
    if (page.scores) {
        extras["scores"] = boost::json::array(page.scores->begin(), page.scores->end());
    }
    if (page.highlights) {
        extras["highlights"] = std::move(*page.highlights);
    }
    if (page.aggregate) {
        extras["aggregate"] = std::move(*page.aggregate);
    }
    if (page.next_cursor) {
        extras["next_cursor"] = std::move(*page.next_cursor);
    }
    return extras;
}

} // namespace mkdb::service
