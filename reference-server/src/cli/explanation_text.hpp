#pragma once

#include <boost/json/object.hpp>

#include <string>

namespace mkdb::cli {

/// How a query was answered, for people: a line a step of the plan, indented below what it is a part of, with what
/// answered it and how many records were expected to meet it and did; then one line on the whole.
[[nodiscard]] std::string explanation_text(boost::json::object const& told);

} // namespace mkdb::cli
