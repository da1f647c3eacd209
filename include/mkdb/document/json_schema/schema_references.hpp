#pragma once

#include <mkdb/document/json_schema/schema_builder.hpp>

#include <charconv>
#include <optional>
#include <string>
#include <string_view>

namespace mkdb::document::detail {

/// What the fragment of a URI says. None for bad escapes.
[[nodiscard]] inline std::optional<std::string> percent_decoded(std::string_view text) {
    std::string decoded;
    for (; !text.empty(); text.remove_prefix(1)) {
        if (text.front() != '%') {
            decoded += text.front();
            continue;
        }
        unsigned char byte = 0;
        auto const* const end = text.data() + (text.size() < 3 ? 0 : 3);
        if (end == text.data() || std::from_chars(text.data() + 1, end, byte, 16).ptr != end) {
            return std::nullopt;
        }
        decoded += static_cast<char>(byte);
        text.remove_prefix(2);
    }
    return decoded;
}

/// The JSON pointer that a reference into its own document is. None for other references.
[[nodiscard]] inline std::optional<std::string> local_pointer(std::string_view reference) {
    if (!reference.starts_with('#')) {
        return std::nullopt;
    }
    auto pointer = percent_decoded(reference.substr(1));
    return pointer && (pointer->empty() || pointer->front() == '/') ? pointer : std::nullopt;
}

/// Makes every `$ref` lead to the schema that it names. Errors: `invalid_argument` for one that leads nowhere.
[[nodiscard]] inline result<> resolve_references(schema_builder& builder) {
    for (auto const& [from, target, place] : builder.references()) {
        auto const pointer = local_pointer(target);
        auto const schema = pointer ? builder.find(*pointer) : std::nullopt;
        if (!schema) {
            return schema_fault(place, std::string("expected ") +
                                           (pointer ? "a place where a schema stands"
                                                    : "\"#\" or a JSON pointer into this schema, as \"#/$defs/name\"") +
                                           ", found " + describe(boost::json::value(target)));
        }
        auto& logic = builder.nodes()[from].logic;
        (logic ? *logic : logic.emplace()).reference = schema;
    }
    return {};
}

} // namespace mkdb::document::detail
