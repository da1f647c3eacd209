#include "application/store_opening.hpp"
#include "config/reading.hpp"
#include "config/settings.hpp"
#include "control/store_settings.hpp"

#include <fmt/format.h>

#include <chrono>
#include <set>

namespace mkdb::server {
namespace {

void open_one(server_database& database, boost::json::object const& config, std::string const& name,
              event_log& events) {
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
    if (auto const stored = database.stored_names()) {
        names.insert(stored->begin(), stored->end());
    } else {
        events.add(event_level::error, "database", stored.error().message);
    }
    for (auto const& name : names) {
        open_one(database, config, name, events);
    }
}

} // namespace mkdb::server
