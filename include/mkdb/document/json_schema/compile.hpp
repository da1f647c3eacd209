#pragma once

#include <mkdb/core/limits.hpp>
#include <mkdb/core/result.hpp>
#include <mkdb/document/check.hpp>
#include <mkdb/document/json_schema/json_schema.hpp>
#include <mkdb/document/json_schema/schema_keywords.hpp>
#include <mkdb/document/json_schema/schema_references.hpp>
#include <mkdb/document/json_schema/schema_weight.hpp>
#include <mkdb/document/write.hpp>

#include <boost/json/value.hpp>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

namespace mkdb::document {

namespace detail {

/// Whether a schema can be written and read again, wherever it is kept. What is no schema must pass too: a message
/// shows it.
[[nodiscard]] inline result<> check_json(boost::json::value const& schema) {
    auto const* keywords = schema.if_object();
    auto const sound = keywords != nullptr ? check_delta(*keywords, false, limits::json_schema_depth)
                                           : check_delta({{"schema", schema}}, false, limits::json_schema_depth + 1);
    if (!sound && sound.error().code == errc::limit_exceeded) {
        return fail(errc::limit_exceeded, "A JSON Schema may be nested at most " +
                                              std::to_string(limits::json_schema_depth) + " levels deep");
    }
    return sound ? sound : fail(sound.error().code, "JSON Schema: " + sound.error().message);
}

/// A type of the root that no record is of would have every write refused.
[[nodiscard]] inline result<> check_root_type(schema_builder& builder) {
    if (builder.nodes().front().types.has(json_type::object)) {
        return {};
    }
    auto const type = builder.operand_of(0).member("type");
    return schema_fault(type, "expected \"object\", which every record is, found " + shortened(to_json(type.value)));
}

[[nodiscard]] inline bool wants_no_equals(schema_node const& node) noexcept {
    return node.arrays && node.arrays->unique;
}

} // namespace detail

/// Reads a JSON Schema of the subset of 2020-12 that docs/guides/configuration.md tells.
///
/// Errors: `invalid_argument`, with the JSON pointer to what is wrong, what was expected and what was found;
/// `limit_exceeded`.
[[nodiscard]] inline result<json_schema> compile_json_schema(boost::json::value const& schema) {
    MKDB_TRY(detail::check_json(schema));
    auto program = std::make_shared<detail::schema_program>();
    if (schema.is_object() || schema.is_bool()) { // Others are refused below, whatever is in them.
        program->text = to_json(schema);
    }
    if (program->text.size() > limits::json_schema_bytes) {
        return fail(errc::limit_exceeded, "A JSON Schema may have at most " +
                                              std::to_string(limits::json_schema_bytes) + " bytes, not " +
                                              std::to_string(program->text.size()));
    }
    detail::schema_builder builder;
    MKDB_TRY(builder.add({schema, schema}));
    MKDB_TRY(detail::check_root_type(builder));
    MKDB_TRY(detail::resolve_references(builder));
    MKDB_TRY(detail::schema_weight(builder).check());
    program->nodes = std::move(builder.nodes());
    detail::mark_shared(program->nodes);
    program->many_ask_for_repeated = std::ranges::count_if(program->nodes, detail::wants_no_equals) > 1;
    std::string_view const text = program->text;
    return json_schema(std::move(program), text);
}

} // namespace mkdb::document
