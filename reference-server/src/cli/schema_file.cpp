#include "cli/schema_file.hpp"

#include "config/json_text.hpp"

#include <mkdb/file/posix.hpp>
#include <mkdb/file/whole_file.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace mkdb::cli {
namespace {

/// Else it is what is inside `fields`. Names decide: a `schema_config` of config.json may have null as `json_schema`.
bool is_schema_config(boost::json::object const& schema) {
    return !schema.empty() && std::ranges::all_of(schema, [](auto const& member) {
        return member.key() == "fields" || member.key() == "json_schema";
    });
}

bool is_object(boost::json::key_value_pair const& member) {
    return member.value().is_object();
}

/// Of what can be no fields: each of those is described by an object in which there are none.
bool is_json_schema(boost::json::object const& schema) {
    auto const is_no_field = [&](std::string_view name) {
        auto const* const member = schema.if_contains(name);
        return member != nullptr && !member->is_object();
    };
    auto const* const found = schema.if_contains("properties");
    auto const* const properties = found == nullptr ? nullptr : found->if_object();
    return is_no_field("$schema") || is_no_field("type") ||
           (properties != nullptr && std::ranges::any_of(*properties, is_object));
}

result<> check_fields(boost::json::value const& fields, std::string const& path) {
    if (!fields.is_object()) {
        return fail(errc::invalid_argument, fmt::format("{}: 'fields' must be an object of fields", path));
    }
    for (auto const& [name, description] : fields.get_object()) {
        if (!description.is_object()) {
            return fail(errc::invalid_argument,
                        fmt::format(R"({}: '{}' must be an object, as {{"queryable": "exact"}})", path,
                                    std::string_view(name)));
        }
    }
    return {};
}

} // namespace

result<boost::json::object> read_schema_file(std::string const& path) {
    file::posix files;
    MKDB_TRY_ASSIGN(auto const text, file::read_whole(files, path));
    MKDB_TRY_ASSIGN(auto schema, server::parse_config_text(text, path));
    if (!is_schema_config(schema)) {
        if (is_json_schema(schema)) {
            return fail(errc::invalid_argument,
                        fmt::format(R"({}: found a JSON Schema, expected {{"json_schema": …}} with it inside, or )"
                                    R"(fields, as {{"price": {{"queryable": "exact"}}}})",
                                    path));
        }
        schema = boost::json::object{{"fields", std::move(schema)}};
    }
    auto const fields = schema.emplace("fields", boost::json::object()).first;
    MKDB_TRY(check_fields(fields->value(), path));
    return schema;
}

} // namespace mkdb::cli
