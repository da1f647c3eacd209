#pragma once

#include <mkdb/core/result.hpp>
#include <mkdb/document/json_schema/check_arrays.hpp>
#include <mkdb/document/json_schema/check_logic.hpp>
#include <mkdb/document/json_schema/check_objects.hpp>
#include <mkdb/document/json_schema/json_schema.hpp>

#include <boost/json/object.hpp>

namespace mkdb::document {

/// Whether a record keeps a schema.
///
/// Preconditions: the record passed `check_delta`.
/// Errors: `invalid_argument`, which names the first field in question, what was expected and what was found.
/// Complexity: of each schema at most one look at each object and list that is not empty, two where the record breaks
/// it, and of each other value as many as `limits::json_schema_steps` says, whatever `$ref` and alternatives do;
/// `uniqueItems` sorts. The stack that it uses is bounded by the limits of documents and of schemas.
[[nodiscard]] inline result<> check_json_schema(json_schema const& schema, boost::json::object const& record) {
    if (schema.is_none()) {
        return {};
    }
    detail::schema_checker checker(*schema.program());
    if (checker.holds(0, detail::schema_subject(record), detail::schema_place())) {
        return {};
    }
    return fail(errc::invalid_argument, checker.message());
}

} // namespace mkdb::document
