#pragma once

#include "config/key_table.hpp"

#include <boost/json/value.hpp>

#include <string>

namespace mkdb::server {

/// Whether a key may have this value: its type, and its range or choice.
[[nodiscard]] bool value_fits(key_description const& key, boost::json::value const& value);

/// What a key may be, to end a sentence with: "an integer from 0 to 65535".
[[nodiscard]] std::string expectation(key_description const& key);

/// Of a value that does not fit though its type does: the place in it that is wrong, what was expected there and found.
[[nodiscard]] std::string fault_inside(key_description const& key, boost::json::value const& value);

} // namespace mkdb::server
