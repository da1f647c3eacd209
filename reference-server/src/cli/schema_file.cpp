#include "cli/schema_file.hpp"

#include "config/json_text.hpp"

#include <mkdb/file/posix.hpp>
#include <mkdb/file/whole_file.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace mkdb::cli {
namespace {

/// Else it is what is inside `fields`.
bool is_schema_config(boost::json::object const& schema) {
    return !schema.empty() && std::ranges::all_of(schema, [](auto const& member) {
        return (member.key() == "fields" || member.key() == "json_schema") && member.value().is_object();
    });
}

} // namespace

result<boost::json::object> read_schema_file(std::string const& path) {
    file::posix files;
    MKDB_TRY_ASSIGN(auto const text, file::read_whole(files, path));
    MKDB_TRY_ASSIGN(auto schema, server::parse_config_text(text, path));
    if (!is_schema_config(schema)) {
        schema = boost::json::object{{"fields", std::move(schema)}};
    }
    auto const& fields = schema["fields"].is_null() ? schema["fields"].emplace_object() : schema["fields"].get_object();
    for (auto const& [name, description] : fields) {
        if (!description.is_object()) {
            return fail(errc::invalid_argument,
                        fmt::format(R"({}: '{}' must be an object, as {{"queryable": "exact"}})", path,
                                    std::string_view(name)));
        }
    }
    return schema;
}

} // namespace mkdb::cli
