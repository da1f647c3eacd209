#include "config/reading.hpp"
#include "control/actions.hpp"
#include "control/health.hpp"
#include "control/store_arguments.hpp"
#include "metrics/timestamp.hpp"

#include <fmt/format.h>

namespace mkdb::server::actions {
namespace {

boost::json::object metrics_of(control_context& context, server_store const& store) {
    auto described = context.metrics.describe(store.name());
    auto const cache = store.statistics().cache;
    auto const options = store.options().cache;
    described["ram_cache"] = boost::json::object{{"entries", cache.entries},
                                                 {"estimated_bytes", cache.estimated_bytes},
                                                 {"max_size", options.max_entries},
                                                 {"ttl", options.eviction.ttl.count()},
                                                 {"clean_type", options.eviction.clean_type},
                                                 {"hits", cache.hits},
                                                 {"misses", cache.misses}};
    return described;
}

boost::json::array stores_overview(control_context& context, std::uint64_t& records) {
    boost::json::array stores;
    for (auto const& name : context.database.store_names()) {
        if (auto const store = context.database.find_store(name)) {
            auto const statistics = store->statistics();
            records += statistics.records;
            stores.push_back(boost::json::object{{"name", name},
                                                 {"description", store->options().description},
                                                 {"record_count", statistics.records},
                                                 {"bytes", statistics.storage.bytes},
                                                 {"live_bytes", statistics.live_bytes},
                                                 {"dead_bytes", statistics.dead_bytes()},
                                                 {"space_amplification", statistics.space_amplification()},
                                                 {"write_amplification", statistics.write_amplification()},
                                                 {"compactions", statistics.compaction.runs},
                                                 {"unprotected_bytes", statistics.storage.unprotected_bytes},
                                                 {"healed_blocks", statistics.storage.healed_blocks},
                                                 {"unrecoverable_segments", statistics.storage.unrecoverable_segments},
                                                 {"damaged_records", statistics.damaged_records},
                                                 {"index_ram_bytes", statistics.index_ram_bytes},
                                                 {"index_disk_bytes", statistics.index_disk_bytes}});
        }
    }
    return stores;
}

} // namespace

result<boost::json::value> get_dashboard(control_context& context, boost::json::object const&, control_caller const&) {
    std::uint64_t records = 0;
    auto stores = stores_overview(context, records);
    auto const sum = context.metrics.sum();
    boost::json::object totals{{"stores", stores.size()},
                               {"records", records},
                               {"requests", sum.requests},
                               {"errors", sum.errors},
                               {"bytes_in", sum.bytes_in},
                               {"bytes_out", sum.bytes_out},
                               {"rate_limited", context.limits.total()}};
    return boost::json::object{{"db", database_info(context)},
                               {"servers", server_status(context)},
                               {"totals", std::move(totals)},
                               {"stores", std::move(stores)},
                               {"events", context.events.newest(20, "")},
                               {"started_at", unix_seconds(context.started_at)},
                               {"ts", unix_seconds(clock::system().wall())}};
}

result<boost::json::value> get_event_log(control_context& context, boost::json::object const& arguments,
                                         control_caller const&) {
    MKDB_TRY_ASSIGN(auto const limit, count_argument(arguments, "limit", event_log::kept_in_memory, 1, 1000000));
    MKDB_TRY_ASSIGN(auto const level, optional_text(arguments, "level"));
    if (level && !level->empty() && !is_event_level(*level)) {
        return fail(errc::invalid_argument, "'level' must be one of info, warning, error and recovery");
    }
    return boost::json::object{{"events", context.events.newest(limit, level.value_or(""))}};
}

result<boost::json::value> get_rate_limit_log(control_context& context, boost::json::object const& arguments,
                                              control_caller const&) {
    MKDB_TRY_ASSIGN(auto const limit, count_argument(arguments, "limit", 100, 1, 1000000));
    return boost::json::object{{"events", context.limits.newest(limit)}, {"total", context.limits.total()}};
}

result<boost::json::value> get_store_metrics(control_context& context, boost::json::object const& arguments,
                                             control_caller const&) {
    MKDB_TRY_ASSIGN(auto const store, store_argument(context, arguments));
    return metrics_of(context, *store);
}

result<boost::json::value> get_all_store_metrics(control_context& context, boost::json::object const&,
                                                 control_caller const&) {
    boost::json::object all;
    for (auto const& name : context.database.store_names()) {
        if (auto const store = context.database.find_store(name)) {
            all[name] = metrics_of(context, *store);
        }
    }
    return all;
}

result<boost::json::value> reset_store_metrics(control_context& context, boost::json::object const& arguments,
                                               control_caller const& who) {
    MKDB_TRY_ASSIGN(auto const store, store_argument(context, arguments));
    context.metrics.reset(store->name());
    context.events.add(event_level::info, "control",
                       fmt::format("metrics of store '{}' reset by '{}'", store->name(), who.username));
    return boost::json::object{{"success", true}, {"name", store->name()}};
}

} // namespace mkdb::server::actions
