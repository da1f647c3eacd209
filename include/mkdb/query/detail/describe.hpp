#pragma once

#include <mkdb/core/result.hpp>
#include <mkdb/document/describe.hpp>

#include <boost/json/value.hpp>

#include <string>
#include <string_view>

namespace mkdb::query::detail {

using document::describe;
using document::shortened;

[[nodiscard]] inline error refused(std::string const& where, std::string const& expected,
                                   boost::json::value const& found) {
    return fail(errc::query_syntax, where + ": expected " + expected + ", found " + describe(found));
}

[[nodiscard]] inline std::string of_field(std::string_view field) {
    return "field '" + shortened(field) + "'";
}

} // namespace mkdb::query::detail
