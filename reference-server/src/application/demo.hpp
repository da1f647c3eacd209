#pragma once

#include "config/live_config.hpp"
#include "metrics/event_log.hpp"
#include "server_policies.hpp"

namespace mkdb::server {

/// Gives a database without stores one with real records to look at: `packages`, from Debian's catalogue.
[[nodiscard]] result<> fill_with_samples(server_database& database, live_config& config, event_log& events);

} // namespace mkdb::server
