#pragma once

#include <mkdb/document/json_schema/check.hpp>
#include <mkdb/document/json_schema/compile.hpp>
#include <mkdb/document/parse.hpp>

#include <string>

namespace mkdb::test {

/// Why a schema is none, or a record breaks it; empty when it keeps it.
[[nodiscard]] inline std::string broken(std::string const& schema, std::string const& record) {
    auto const compiled = document::compile_json_schema(document::parse(schema).value());
    if (!compiled) {
        return compiled.error().message;
    }
    auto const kept = document::check_json_schema(*compiled, document::parse_object(record).value());
    return kept ? "" : kept.error().message;
}

/// As `broken`, for a schema of the field `f` and what it holds.
[[nodiscard]] inline std::string broken_field(std::string const& schema, std::string const& value) {
    return broken(R"({"properties":{"f":)" + schema + "}}", R"({"f":)" + value + "}");
}

} // namespace mkdb::test
