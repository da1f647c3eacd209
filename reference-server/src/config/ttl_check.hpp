#pragma once

#include "config/key_tree.hpp"

#include <boost/json/object.hpp>

#include <string>
#include <vector>

namespace mkdb::server {

/// A `ttl_field` of a store whose field lacks the index which that needs: the engine would not open the store.
/// `section` may be of any shape; `shown_as` is its path.
[[nodiscard]] std::vector<config_problem> check_ttl_field(boost::json::object const& section,
                                                          std::string const& shown_as);

} // namespace mkdb::server
