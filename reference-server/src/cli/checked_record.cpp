#include "cli/checked_record.hpp"

#include <mkdb/document/id.hpp>
#include <mkdb/document/parse.hpp>
#include <mkdb/document/write.hpp>

#include <fmt/format.h>

namespace mkdb::cli {
namespace {

result<std::string> id_of(boost::json::object const& fields, std::string_view id_field) {
    auto const* const value = fields.if_contains(id_field);
    if (value == nullptr || value->is_null()) {
        return std::string();
    }
    if (!value->is_string() && !value->is_int64() && !value->is_uint64()) {
        return fail(errc::invalid_argument, fmt::format("'{}' must be a text or an integer to be the id", id_field));
    }
    auto id = value->is_string() ? std::string(value->get_string()) : document::to_json(*value);
    if (!id.empty()) {
        MKDB_TRY(document::check_id(id));
    }
    return id;
}

} // namespace

result<checked_record> check_record(std::string_view json, std::string_view id_field,
                                    boost::json::storage_ptr storage) {
    MKDB_TRY_ASSIGN(auto fields, document::parse_object(json, {}, std::move(storage)));
    MKDB_TRY_ASSIGN(auto id, id_of(fields, id_field));
    return checked_record{std::move(id), std::move(fields)};
}

} // namespace mkdb::cli
