#pragma once

#include <boost/json/value.hpp>

namespace mkdb::cli {

/// One line of JSON on standard output; on a terminal, unless `compact`, indented for people.
void print_json(boost::json::value const& value, bool compact);

} // namespace mkdb::cli
