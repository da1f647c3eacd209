#pragma once

#include <mkdb/document/json_schema/schema_builder.hpp>
#include <mkdb/document/percent.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace mkdb::document::detail {

/// The JSON pointer that a reference into its own document is. None for other references.
[[nodiscard]] inline std::optional<std::string> local_pointer(std::string_view reference) {
    if (!reference.starts_with('#')) {
        return std::nullopt;
    }
    auto pointer = percent_decode(reference.substr(1));
    return pointer && (pointer->empty() || pointer->front() == '/') ? pointer : std::nullopt;
}

/// Makes every `$ref` lead to the schema that it names. Errors: `invalid_argument` for one that leads nowhere.
[[nodiscard]] inline result<> resolve_references(schema_builder& builder) {
    for (auto const& [from, target] : builder.references()) {
        auto const pointer = local_pointer(target.value.get_string());
        auto const schema = pointer ? builder.find(*pointer) : std::nullopt;
        if (!schema) {
            return unexpected(target, pointer ? "a place where a schema stands"
                                              : "\"#\" or a JSON pointer into this schema, as \"#/$defs/name\"");
        }
        auto& logic = builder.nodes()[from].logic;
        (logic ? *logic : logic.emplace()).reference = schema;
    }
    return {};
}

} // namespace mkdb::document::detail
