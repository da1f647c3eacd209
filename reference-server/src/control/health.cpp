#include "config/reading.hpp"
#include "config/settings.hpp"
#include "control/health.hpp"

#include <fmt/format.h>

#include <string>
#include <vector>

namespace mkdb::server {
namespace {

using reason_list = std::vector<std::string>;

void add_damage(reason_list& reasons, std::string const& name, store_statistics const& now) {
    if (now.damaged_records > 0) {
        reasons.push_back(
            fmt::format("store '{}': {} records are damaged beyond restoring", name, now.damaged_records));
    }
    if (auto const segments = now.storage.unrecoverable_segments; segments > 0) {
        reasons.push_back(
            fmt::format("store '{}': {} segments are damaged beyond what parity restores: scrub it for the "
                        "ids, and restore it from a backup",
                        name, segments));
    }
}

/// What has cost data, or soon may.
reason_list dangers(control_context const& context) {
    reason_list reasons;
    auto const stored = context.database.stored_names();
    if (!stored) {
        reasons.push_back(stored.error().message);
    }
    for (auto const& name : stored ? *stored : reason_list{}) {
        if (auto const store = context.database.find_store(name)) {
            add_damage(reasons, name, store->statistics());
        } else {
            reasons.push_back(fmt::format("store '{}' could not be opened: the event log says why", name));
        }
    }
    if (auto const failure = context.backups.last_failure()) {
        reasons.push_back("the last backup failed: " + *failure);
    }
    return reasons;
}

boost::json::object health(control_context const& context) {
    auto const grave = dangers(context);
    auto const unwise = health_warnings(*context.config.snapshot());
    boost::json::array reasons(grave.begin(), grave.end());
    reasons.insert(reasons.end(), unwise.begin(), unwise.end());
    auto const status = !grave.empty() ? "degraded" : unwise.empty() ? "ok" : "low";
    return {{"status", status}, {"reasons", std::move(reasons)}};
}

} // namespace

boost::json::object database_info(control_context const& context) {
    return {{"name", context.config.snapshot()->at("name")},
            {"base_path", context.directory.string()},
            {"store_count", context.database.store_names().size()},
            {"health", health(context)}};
}

boost::json::object server_status(control_context const& context) {
    boost::json::object status;
    for (auto const which : all_planes) {
        auto const section = section_at(*context.config.snapshot(), fmt::format("servers.{}_server", to_string(which)));
        status[to_string(which)] = boost::json::object{{"running", context.listeners.running(which)},
                                                       {"enabled", section.at("enabled")},
                                                       {"host", value_at(section, "address.host")},
                                                       {"port", context.listeners.port(which)}};
    }
    return status;
}

} // namespace mkdb::server
