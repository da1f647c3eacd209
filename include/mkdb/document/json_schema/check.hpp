#pragma once

#include <mkdb/core/limits.hpp>
#include <mkdb/core/result.hpp>
#include <mkdb/document/json_schema/check_arrays.hpp>
#include <mkdb/document/json_schema/check_logic.hpp>
#include <mkdb/document/json_schema/check_objects.hpp>
#include <mkdb/document/json_schema/json_schema.hpp>

#include <boost/json/object.hpp>

#include <cstdint>
#include <string>

namespace mkdb::document {

/// Whether a record keeps a schema.
///
/// Preconditions: the record passed `check_delta`. `hash_seed` is secret where clients make the record.
/// Errors: `invalid_argument`, which names the first field in question, what was expected and what was found;
/// `limit_exceeded` for a record of which more than `limits::json_schema_verdicts` would have to be remembered.
/// Complexity: of each schema at most one look at each object and list that is not empty and each string of more than
/// 64 bytes, and of all together at most `limits::json_schema_looks` at each other value, whatever `$ref` and
/// alternatives do; twice that where the record breaks it. Repeated items are looked for once in each list, which
/// hashes all that is in it and sorts the hashes. Stack: the deepest schema takes 800 KiB for the deepest record
/// (x86-64, GCC 12), and half as much again where the compiler does not optimize.
[[nodiscard]] inline result<> check_json_schema(json_schema const& schema, boost::json::object const& record,
                                                std::uint64_t hash_seed = 0) {
    if (schema.is_none()) {
        return {};
    }
    detail::schema_checker checker(*schema.program(), hash_seed);
    bool const kept = checker.holds(0, detail::schema_subject(record), detail::schema_place());
    if (checker.gave_up()) {
        return fail(
            errc::limit_exceeded,
            "too many objects, lists and long strings that several parts of the JSON Schema look at: counted for "
            "each such part there may be at most " +
                std::to_string(limits::json_schema_verdicts));
    }
    if (kept) {
        return {};
    }
    return fail(errc::invalid_argument, checker.message());
}

} // namespace mkdb::document
