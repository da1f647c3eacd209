#pragma once

#include <mkdb/core/result.hpp>

#include <boost/json/object.hpp>
#include <boost/json/storage_ptr.hpp>

#include <string>
#include <string_view>

namespace mkdb::cli {

struct checked_record {
    std::string id; ///< Empty: the database makes one.
    boost::json::object fields;
};

/// Reads the JSON of a record and takes its id from `id_field`, a text or an integer. The fields live in `storage`.
/// Errors: what is wrong with the JSON, as the database would say, or with the id.
[[nodiscard]] result<checked_record> check_record(std::string_view json, std::string_view id_field,
                                                  boost::json::storage_ptr storage = {});

} // namespace mkdb::cli
