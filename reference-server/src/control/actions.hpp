#pragma once

#include "control/action_table.hpp"

/// The functions behind the action table, by group; each group has a file of its own.
namespace mkdb::server::actions {

#define MKDB_ACTION(name)                                                                                              \
    [[nodiscard]] result<boost::json::value> name(control_context&, boost::json::object const&, control_caller const&)

// store_actions.cpp
MKDB_ACTION(list_stores);
MKDB_ACTION(create_store);
MKDB_ACTION(delete_store);
MKDB_ACTION(update_store);
MKDB_ACTION(get_store_config);
MKDB_ACTION(update_store_config);

// record_actions.cpp
MKDB_ACTION(export_store_json);
MKDB_ACTION(query_store);
MKDB_ACTION(explain_query);
MKDB_ACTION(generate_id);
MKDB_ACTION(discover_store_fields);
MKDB_ACTION(rebuild_store_indexes);

// upkeep_actions.cpp
MKDB_ACTION(compact_store);
MKDB_ACTION(scrub_store);

// database_actions.cpp
MKDB_ACTION(get_db_info);
MKDB_ACTION(get_db_settings);
MKDB_ACTION(update_db_settings);
MKDB_ACTION(get_data_security);
MKDB_ACTION(set_data_security);

// server_actions.cpp
MKDB_ACTION(get_server_status);
MKDB_ACTION(server_control);
MKDB_ACTION(update_server_config);

// user_actions.cpp
MKDB_ACTION(list_users);
MKDB_ACTION(create_user);
MKDB_ACTION(delete_user);
MKDB_ACTION(set_user_password);
MKDB_ACTION(set_user_store_access);
MKDB_ACTION(remove_user_store_access);

// control_user_actions.cpp
MKDB_ACTION(list_control_users);
MKDB_ACTION(create_control_user);
MKDB_ACTION(delete_control_user);
MKDB_ACTION(set_control_user_password);
MKDB_ACTION(set_control_user_role);

// auth_actions.cpp
MKDB_ACTION(get_auth_status);
MKDB_ACTION(set_auth_password);
MKDB_ACTION(enable_auth);
MKDB_ACTION(disable_auth);
MKDB_ACTION(set_auth_session_ttl);
MKDB_ACTION(invalidate_all_sessions);

// monitoring_actions.cpp
MKDB_ACTION(get_dashboard);
MKDB_ACTION(get_event_log);
MKDB_ACTION(get_rate_limit_log);
MKDB_ACTION(get_store_metrics);
MKDB_ACTION(get_all_store_metrics);
MKDB_ACTION(reset_store_metrics);

// backup_actions.cpp
MKDB_ACTION(backup);
MKDB_ACTION(list_backups);

// storage_actions.cpp
MKDB_ACTION(get_storage_report);

#undef MKDB_ACTION

} // namespace mkdb::server::actions
