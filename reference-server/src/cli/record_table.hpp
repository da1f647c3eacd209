#pragma once

#include <boost/json/object.hpp>

#include <cstddef>
#include <string>

namespace mkdb::cli {

/// A page of a query's answer for people: records as a table no wider than `width`, or ids line by line, and one line
/// that says how many there are.
[[nodiscard]] std::string page_text(boost::json::object const& page, std::size_t width);

} // namespace mkdb::cli
