#pragma once

#include <boost/json/object.hpp>

#include <cstddef>
#include <string>

namespace mkdb::cli {

/// A page of a query's answer for people: records as a table no wider than `width`, or ids line by line, one line that
/// says how many there are, and when more follows one that says how to see it.
[[nodiscard]] std::string page_text(boost::json::object const& page, std::size_t width);

/// How many records match, on this page or not, as one line.
[[nodiscard]] std::string total_text(boost::json::object const& page);

} // namespace mkdb::cli
