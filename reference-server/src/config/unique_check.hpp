#pragma once

#include "config/key_tree.hpp"

#include <boost/json/object.hpp>

#include <string>
#include <vector>

namespace mkdb::server {

/// Fields of a store that are to be unique and lack the index which that needs: the engine would not open the store.
/// `section` may be of any shape; `shown_as` is its path.
[[nodiscard]] std::vector<config_problem> check_unique_fields(boost::json::object const& section,
                                                              std::string const& shown_as);

} // namespace mkdb::server
