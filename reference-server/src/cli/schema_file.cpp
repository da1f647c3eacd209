#include "cli/schema_file.hpp"

#include "config/json_text.hpp"

#include <mkdb/file/posix.hpp>
#include <mkdb/file/whole_file.hpp>

#include <fmt/format.h>

namespace mkdb::cli {

result<boost::json::object> read_schema_file(std::string const& path) {
    file::posix files;
    MKDB_TRY_ASSIGN(auto const text, file::read_whole(files, path));
    MKDB_TRY_ASSIGN(auto schema, server::parse_config_text(text, path));
    auto const* const fields = schema.size() == 1 ? schema.if_contains("fields") : nullptr;
    auto described = fields != nullptr && fields->is_object() ? fields->get_object() : schema;
    for (auto const& [name, description] : described) {
        if (!description.is_object()) {
            return fail(errc::invalid_argument,
                        fmt::format(R"({}: '{}' must be an object, as {{"queryable": "exact"}})", path,
                                    std::string_view(name)));
        }
    }
    return described;
}

} // namespace mkdb::cli
