#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace mkdb::server {

enum class key_kind : std::uint8_t {
    boolean,
    integer, ///< Within `minimum` and `maximum`.
    number,  ///< Integer or not, within `minimum` and `maximum`.
    text,
    text_list,
    choice,      ///< One of `choices`.
    index_kind,  ///< A choice, or true (full-text), or false (none).
    language,    ///< One that the tokenizer knows.
    json_schema, ///< One that the engine can compile, or null.
};

/// One key of config.json. Defaults, checks, the generated file and the guide all come from this description.
struct key_description {
    std::string_view path; ///< Dotted; `*` stands for a name that the operator chooses.
    key_kind kind;
    std::string_view fallback; ///< JSON text of the default.
    double minimum = 0;
    double maximum = 0;
    std::string_view choices = {}; ///< Separated by `|`.
    std::string_view purpose = {};
};

/// Every key, in the order in which the file is written.
[[nodiscard]] std::span<key_description const> config_keys() noexcept;

} // namespace mkdb::server
