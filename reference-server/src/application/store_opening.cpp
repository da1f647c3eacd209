#include "application/store_opening.hpp"
#include "config/reading.hpp"
#include "config/settings.hpp"
#include "control/store_settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <set>

namespace mkdb::server {
namespace {

void open_one(server_database& database, boost::json::object const& config, std::string const& name, bool stored,
              event_log& events) {
    auto const lost = database.stores_without_identity();
    bool const has_logs = lost && std::ranges::find(*lost, name, &lost_store::name) != lost->end();
    if (!stored && !has_logs) {
        // The first start with a hand-made configuration, or a disk that is not mounted.
        events.add(event_level::warning, "database",
                   fmt::format("store '{}' of config.json is not on the disk: it is made anew, empty", name));
    }
    auto const started = std::chrono::steady_clock::now();
    auto const opened = open_configured(database, config, name);
    auto const seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    if (opened) {
        events.add(event_level::info, "database",
                   fmt::format("store '{}' is open: {} records in {:.2f} s", name, (*opened)->size(), seconds));
    } else {
        events.add(event_level::error, "database",
                   fmt::format("store '{}' stays closed: {}", name, opened.error().message));
    }
}

} // namespace

result<std::shared_ptr<server_store>> open_configured(server_database& database, boost::json::object const& config,
                                                      std::string const& name) {
    auto const* const found = section_at(config, "stores").if_contains(name);
    auto const section = found == nullptr ? new_store_section(name) : found->get_object();
    auto opened = database.open_store(name, read_store_options(section), read_storage_options(section));
    if (!opened && opened.error().code == errc::store_not_found && found != nullptr) {
        return database.create_store(name, read_store_options(section), read_storage_options(section));
    }
    return opened;
}

void open_stores(server_database& database, boost::json::object const& config, event_log& events) {
    std::set<std::string> names;
    for (auto const& entry : section_at(config, "stores")) {
        names.emplace(entry.key());
    }
    auto const stored = database.stored_names();
    if (!stored) {
        events.add(event_level::error, "database", stored.error().message);
        return;
    }
    names.insert(stored->begin(), stored->end());
    for (auto const& name : names) {
        open_one(database, config, name, std::ranges::binary_search(*stored, name), events);
    }
}

} // namespace mkdb::server
