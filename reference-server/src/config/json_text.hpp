#pragma once

#include <mkdb/core/result.hpp>

#include <boost/json/object.hpp>

#include <string>
#include <string_view>

namespace mkdb::server {

/// JSON for people: two spaces a level, short lists on one line, ending in a newline.
[[nodiscard]] std::string pretty_json(boost::json::value const& value);

/// Parses a whole file; the error names `shown_as`, line, column and what was wrong there.
[[nodiscard]] result<boost::json::object> parse_config_text(std::string_view text, std::string const& shown_as);

} // namespace mkdb::server
