#include "config/reading.hpp"
#include "control/actions.hpp"
#include "control/store_arguments.hpp"
#include "control/store_settings.hpp"

#include <mkdb/document/parse.hpp>
#include <mkdb/service/explanation_json.hpp>
#include <mkdb/service/page_extras.hpp>

#include <fmt/format.h>

namespace mkdb::server::actions {
namespace {

// An answer is built in memory; beyond this the command `mkdb export` is the way.
constexpr std::size_t export_limit = 64 * mebibyte;

result<boost::json::object> as_object(record const& stored) {
    MKDB_TRY_ASSIGN(auto fields, document::parse_object(stored.json));
    fields["_id"] = stored.id;
    return fields;
}

result<boost::json::array> as_array(std::vector<record> const& records) {
    boost::json::array listed;
    for (auto const& stored : records) {
        MKDB_TRY_ASSIGN(auto fields, as_object(stored));
        listed.push_back(std::move(fields));
    }
    return listed;
}

/// Without a filter: all records.
boost::json::object query_of(boost::json::object const& arguments) {
    auto body = arguments_besides(arguments, {"action", "store", "name"});
    body.emplace("filter", boost::json::object());
    return body;
}

} // namespace

result<boost::json::value> export_store_json(control_context& context, boost::json::object const& arguments,
                                             control_caller const&) {
    MKDB_TRY_ASSIGN(auto const store, store_argument(context, arguments));
    std::vector<record> records;
    std::size_t bytes = 0;
    MKDB_TRY(store->for_each([&](record const& stored) {
        bytes += stored.json.size();
        records.push_back(stored);
        return bytes <= export_limit;
    }));
    if (bytes > export_limit) {
        return fail(errc::limit_exceeded,
                    fmt::format("Store '{}' is larger than 64 MiB: use `mkdb export`", store->name()));
    }
    MKDB_TRY_ASSIGN(auto listed, as_array(records));
    auto const count = listed.size();
    return boost::json::object{{"store", store->name()}, {"count", count}, {"records", std::move(listed)}};
}

result<boost::json::value> query_store(control_context& context, boost::json::object const& arguments,
                                       control_caller const&) {
    MKDB_TRY_ASSIGN(auto const store, store_argument(context, arguments));
    MKDB_TRY_ASSIGN(auto const parsed, store->parse_query(query_of(arguments)));
    MKDB_TRY_ASSIGN(auto page, store->query(parsed));
    boost::json::object answer{{"success", true}, {"total_matches", page.total_matches}};
    if (parsed.hydrate) {
        MKDB_TRY_ASSIGN(auto listed, as_array(page.records));
        answer["count"] = listed.size();
        answer["records"] = std::move(listed);
    } else {
        answer["count"] = page.ids.size();
        answer["ids"] = boost::json::array(page.ids.begin(), page.ids.end());
    }
    for (auto& entry : service::page_extras(std::move(page))) {
        answer[entry.key()] = std::move(entry.value());
    }
    return answer;
}

result<boost::json::value> explain_query(control_context& context, boost::json::object const& arguments,
                                         control_caller const&) {
    MKDB_TRY_ASSIGN(auto const store, store_argument(context, arguments));
    MKDB_TRY_ASSIGN(auto const parsed, store->parse_query(query_of(arguments)));
    MKDB_TRY_ASSIGN(auto const told, store->explain(parsed));
    return service::explanation_json(told);
}

result<boost::json::value> generate_id(control_context& context, boost::json::object const& arguments,
                                       control_caller const&) {
    MKDB_TRY_ASSIGN(auto const store, store_argument(context, arguments));
    MKDB_TRY_ASSIGN(auto const count, count_argument(arguments, "count", 1, 1, 100));
    boost::json::array ids;
    while (ids.size() < count) {
        MKDB_TRY_ASSIGN(auto id, store->generate_id());
        ids.emplace_back(std::move(id));
    }
    return boost::json::object{{"ids", std::move(ids)}, {"count", count}};
}

result<boost::json::value> discover_store_fields(control_context& context, boost::json::object const& arguments,
                                                 control_caller const&) {
    MKDB_TRY_ASSIGN(auto const store, store_argument(context, arguments));
    MKDB_TRY_ASSIGN(auto const found, store->discover_fields());
    boost::json::object fields;
    for (auto const& field : found) {
        fields[field] = boost::json::object{{"name", field}, {"queryable", false}, {"indexed", false}};
    }
    if (!found.empty()) {
        MKDB_TRY(change_store(context.config, *store, {{"schema_config", {{"fields", std::move(fields)}}}}));
    }
    return boost::json::object{{"new_fields", boost::json::array(found.begin(), found.end())}};
}

result<boost::json::value> rebuild_store_indexes(control_context& context, boost::json::object const& arguments,
                                                 control_caller const& who) {
    MKDB_TRY_ASSIGN(auto const store, store_argument(context, arguments));
    MKDB_TRY_ASSIGN(auto const field, optional_text(arguments, "field"));
    boost::json::array rebuilt;
    for (auto const& [name, kind] : store->options().schema) {
        if (!kind.empty() && (!field || *field == name)) {
            rebuilt.emplace_back(name);
        }
    }
    if (field && rebuilt.empty()) {
        return fail(errc::not_found, fmt::format("Field '{}' of store '{}' has no index", *field, store->name()));
    }
    MKDB_TRY(store->rebuild_indexes());
    context.events.add(event_level::info, "control",
                       fmt::format("indexes of store '{}' rebuilt by '{}'", store->name(), who.username));
    auto const count = rebuilt.size();
    return boost::json::object{{"rebuilt", std::move(rebuilt)}, {"count", count}};
}

} // namespace mkdb::server::actions
