#include "config/reading.hpp"
#include "config/settings.hpp"
#include "control/health.hpp"

#include <fmt/format.h>

namespace mkdb::server {
namespace {

boost::json::object health(control_context const& context) {
    boost::json::array reasons;
    bool damaged = false;
    for (auto const& name : context.database.store_names()) {
        auto const store = context.database.find_store(name);
        auto const lost = store ? store->statistics().damaged_records : 0;
        if (lost > 0) {
            damaged = true;
            reasons.emplace_back(fmt::format("store '{}': {} records are damaged beyond restoring", name, lost));
        }
    }
    auto const unwise = health_warnings(*context.config.snapshot());
    reasons.insert(reasons.end(), unwise.begin(), unwise.end());
    auto const status = damaged ? "degraded" : unwise.empty() ? "ok" : "low";
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
