#pragma once

#include <mkdb/core/result.hpp>

#include <boost/json/object.hpp>

#include <string>

namespace mkdb::cli {

/// Reads the `schema_config` of a store, `{"fields": {…}, "json_schema": {…}}`, of which one may be missing, or just
/// what is inside `fields`, and returns the former. That it is well described is checked where the store is made.
/// Errors name file, line and column.
[[nodiscard]] result<boost::json::object> read_schema_file(std::string const& path);

} // namespace mkdb::cli
