#include "control/action_table.hpp"
#include "control/actions.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mkdb::server {
namespace {

constexpr auto viewer = role::viewer;
constexpr auto operator_ = role::operator_;
constexpr auto admin = role::admin;

constexpr action_row table[] = {
    {"api_list_stores", viewer, actions::list_stores},
    {"api_get_store_config", viewer, actions::get_store_config},
    {"api_export_store_json", viewer, actions::export_store_json},
    {"api_get_db_info", viewer, actions::get_db_info},
    {"api_get_dashboard", viewer, actions::get_dashboard},
    {"api_get_event_log", viewer, actions::get_event_log},
    {"api_get_auth_status", viewer, actions::get_auth_status},
    {"api_get_db_settings", viewer, actions::get_db_settings},
    {"api_get_server_status", viewer, actions::get_server_status},
    {"api_list_users", viewer, actions::list_users},
    {"api_list_control_users", viewer, actions::list_control_users},
    {"api_get_rate_limit_log", viewer, actions::get_rate_limit_log},
    {"api_get_store_metrics", viewer, actions::get_store_metrics},
    {"api_get_all_store_metrics", viewer, actions::get_all_store_metrics},
    {"api_query_store", viewer, actions::query_store},
    {"api_explain_query", viewer, actions::explain_query},
    {"api_get_data_security", viewer, actions::get_data_security},
    {"api_generate_id", viewer, actions::generate_id},
    {"api_get_storage_report", viewer, actions::get_storage_report},

    {"api_create_store", operator_, actions::create_store},
    {"api_delete_store", operator_, actions::delete_store},
    {"api_update_store", operator_, actions::update_store},
    {"api_update_store_config", operator_, actions::update_store_config},
    {"api_reset_store_metrics", operator_, actions::reset_store_metrics},
    {"api_discover_store_fields", operator_, actions::discover_store_fields},
    {"api_rebuild_store_indexes", operator_, actions::rebuild_store_indexes},
    {"api_compact_store", operator_, actions::compact_store},
    {"api_scrub_store", operator_, actions::scrub_store},
    {"api_create_user", operator_, actions::create_user},
    {"api_delete_user", operator_, actions::delete_user},
    {"api_set_user_password", operator_, actions::set_user_password},
    {"api_set_user_store_access", operator_, actions::set_user_store_access},
    {"api_remove_user_store_access", operator_, actions::remove_user_store_access},
    {"api_backup", operator_, actions::backup},
    {"api_list_backups", operator_, actions::list_backups},

    {"api_create_control_user", admin, actions::create_control_user},
    {"api_delete_control_user", admin, actions::delete_control_user},
    {"api_set_control_user_password", admin, actions::set_control_user_password},
    {"api_set_control_user_role", admin, actions::set_control_user_role},
    {"api_update_server_config", admin, actions::update_server_config},
    {"api_server_control", admin, actions::server_control},
    {"api_set_auth_password", admin, actions::set_auth_password},
    {"api_enable_auth", admin, actions::enable_auth},
    {"api_disable_auth", admin, actions::disable_auth},
    {"api_set_auth_session_ttl", admin, actions::set_auth_session_ttl},
    {"api_invalidate_all_sessions", admin, actions::invalidate_all_sessions},
    {"api_set_data_security", admin, actions::set_data_security},
    {"api_update_db_settings", admin, actions::update_db_settings},
};

} // namespace

std::span<action_row const> action_table() noexcept {
    return table;
}

action_row const* find_action(std::string_view name) noexcept {
    auto const* const found = std::ranges::find(table, name, &action_row::name);
    return found == std::end(table) ? nullptr : found;
}

result<> check_role(std::string_view action, role rights) {
    auto const* const found = find_action(action);
    auto const required = found == nullptr ? admin : found->required;
    if (rights >= required) {
        return {};
    }
    return fail(errc::permission_denied, fmt::format("Action '{}' requires role '{}' (you have '{}')", action,
                                                     to_string(required), to_string(rights)));
}

} // namespace mkdb::server
