#pragma once

#include "config/live_config.hpp"
#include "metrics/event_log.hpp"
#include "server_policies.hpp"

namespace mkdb::server {

/// Opens the stores that are on disk, and makes those that only the configuration names. A store that cannot be opened
/// is told and left alone: the others are served.
void open_stores(server_database& database, boost::json::object const& config, event_log& events);

/// Opens one store, or makes it when the configuration names it. Errors: as `open_store` and `create_store`.
[[nodiscard]] result<std::shared_ptr<server_store>>
open_configured(server_database& database, boost::json::object const& config, std::string const& name);

} // namespace mkdb::server
