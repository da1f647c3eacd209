#pragma once

#include <mkdb/core/result.hpp>
#include <mkdb/document/expiry.hpp>
#include <mkdb/engine/record.hpp>
#include <mkdb/query/names.hpp>
#include <mkdb/service/error_text.hpp>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

/// Takes an action's arguments out of a request's members; each error names the member and what was expected.
namespace mkdb::service {

/// A text argument; absent, null and empty are one.
[[nodiscard]] inline result<std::string> text_argument(boost::json::object const& fields, std::string_view name) {
    auto const* const value = fields.if_contains(name);
    if (value == nullptr || value->is_null()) {
        return std::string();
    }
    auto const* const text = value->if_string();
    if (text == nullptr) {
        return fail(errc::invalid_argument, detail::quoted("'", name, "' must be a string"));
    }
    return std::string(text->data(), text->size());
}

[[nodiscard]] inline result<std::string> store_argument(boost::json::object const& fields) {
    MKDB_TRY_ASSIGN(auto store, text_argument(fields, "store"));
    if (store.empty()) {
        return fail(errc::invalid_argument, std::string(store_required));
    }
    return store;
}

[[nodiscard]] inline result<std::string> record_id_argument(boost::json::object const& fields) {
    MKDB_TRY_ASSIGN(auto id, text_argument(fields, "record_id"));
    if (id.empty()) {
        return fail(errc::invalid_argument, std::string(record_id_missing));
    }
    return id;
}

[[nodiscard]] inline result<bool> flag_argument(boost::json::object const& fields, std::string_view name) {
    auto const* const value = fields.if_contains(name);
    if (value == nullptr || value->is_null()) {
        return false;
    }
    if (!value->is_bool()) {
        return fail(errc::invalid_argument, detail::quoted("'", name, "' must be true or false"));
    }
    return value->get_bool();
}

[[nodiscard]] inline result<std::optional<std::uint64_t>> if_revision_argument(boost::json::object const& fields) {
    auto const* const value = fields.if_contains("if_revision");
    if (value == nullptr || value->is_null()) {
        return std::optional<std::uint64_t>();
    }
    if (value->is_uint64()) {
        return std::optional(value->get_uint64());
    }
    if (value->is_int64() && value->get_int64() >= 0) {
        return std::optional(static_cast<std::uint64_t>(value->get_int64()));
    }
    return fail(errc::invalid_argument, "'if_revision' must be a revision: an integer from 0");
}

[[nodiscard]] inline result<std::optional<durability>> durability_argument(boost::json::object const& fields) {
    MKDB_TRY_ASSIGN(auto const mode, text_argument(fields, "durability"));
    if (mode.empty()) {
        return std::optional<durability>();
    }
    if (mode == "sync") {
        return std::optional(durability::sync);
    }
    if (mode == "buffered") {
        return std::optional(durability::buffered);
    }
    return fail(errc::invalid_argument, R"('durability' must be "sync" or "buffered")");
}

/// Seconds, as a number; absent and null are one.
[[nodiscard]] inline result<std::optional<std::chrono::milliseconds>> ttl_argument(boost::json::object const& fields) {
    auto const* const value = fields.if_contains("ttl");
    if (value == nullptr || value->is_null()) {
        return std::optional<std::chrono::milliseconds>();
    }
    constexpr auto most = std::chrono::duration<double>(document::longest_ttl).count();
    auto const seconds = value->is_number() ? value->to_number<double>() : -1;
    if (!(seconds >= 0) || seconds > most) {
        return fail(errc::invalid_argument, "'ttl' must be a number of seconds from 0 to 3155760000");
    }
    return std::optional(std::chrono::milliseconds(std::llround(seconds * 1000)));
}

[[nodiscard]] inline result<write_request> write_arguments(boost::json::object& fields) {
    write_request write;
    MKDB_TRY_ASSIGN(write.id, text_argument(fields, "record_id"));
    MKDB_TRY_ASSIGN(write.if_revision, if_revision_argument(fields));
    MKDB_TRY_ASSIGN(write.mode, durability_argument(fields));
    MKDB_TRY_ASSIGN(write.ttl, ttl_argument(fields));
    auto* const delta = fields.if_contains("delta");
    if (delta == nullptr || !delta->is_object()) {
        return fail(errc::invalid_argument, std::string(delta_not_object));
    }
    write.delta = std::move(delta->get_object());
    return write;
}

[[nodiscard]] inline result<erase_request> erase_arguments(boost::json::object const& fields) {
    erase_request erase;
    MKDB_TRY_ASSIGN(erase.id, record_id_argument(fields));
    MKDB_TRY_ASSIGN(erase.if_revision, if_revision_argument(fields));
    MKDB_TRY_ASSIGN(erase.mode, durability_argument(fields));
    return erase;
}

namespace detail {

/// A request without a filter asks for everything: something else in its place was meant to be one.
[[nodiscard]] inline result<> check_misspelt_filter(boost::json::object const& fields) {
    static constexpr std::array<std::string_view, 5> envelope{"type", "id", "action", "store", "with_revision"};
    if (fields.contains("filter")) {
        return {};
    }
    for (auto const& field : fields) {
        if (std::ranges::find(envelope, std::string_view(field.key())) == envelope.end() &&
            !query::is_request_key(field.key())) {
            return fail(errc::query_syntax, quoted("Query syntax error: '", std::string_view(field.key()),
                                                   "' is no part of a request, and there is no 'filter'"));
        }
    }
    return {};
}

} // namespace detail

/// The members that make up a query, without those of the envelope around them.
[[nodiscard]] inline result<boost::json::object> query_arguments(boost::json::object& fields) {
    MKDB_TRY(detail::check_misspelt_filter(fields));
    boost::json::object query;
    for (auto const name : query::request_keys) {
        if (auto* const value = fields.if_contains(name); value != nullptr) {
            query.emplace(name, std::move(*value));
        }
    }
    auto& filter = query["filter"];
    if (filter.is_null()) {
        filter.emplace_object();
    }
    if (!filter.is_object()) {
        return fail(errc::invalid_argument, std::string(filter_not_object));
    }
    return query;
}

} // namespace mkdb::service
