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
        schema = boost::json::object{{"fields", std::move(schema)}};
    }
    auto const fields = schema.emplace("fields", boost::json::object()).first;
    MKDB_TRY(check_fields(fields->value(), path));
    return schema;
}

} // namespace mkdb::cli
