#pragma once

#include "auth/data_access.hpp"
#include "auth/hashing_worker.hpp"
#include "auth/session_table.hpp"
#include "backup/backup_service.hpp"
#include "config/live_config.hpp"
#include "control/planes.hpp"
#include "metrics/event_log.hpp"
#include "metrics/request_limits.hpp"
#include "metrics/store_metrics.hpp"
#include "server_policies.hpp"

#include <filesystem>

namespace mkdb::server {

/// What the actions of the control plane work on. Everything outlives the plane.
struct control_context {
    std::filesystem::path directory;
    server_database& database;
    live_config& config;
    hashing_worker& hashing;
    session_table<>& sessions;
    event_log& events;
    store_metrics& metrics;
    request_limits& limits;
    planes& listeners;
    backup_service& backups;
    clock::wall_time started_at;
};

/// Who sent an action.
struct control_caller {
    std::string username; ///< Empty: the administrator of the panel.
    role rights = role::viewer;
    std::string address;
};

} // namespace mkdb::server
