#pragma once

#include "auth/password_login.hpp"
#include "auth/session_table.hpp"
#include "config/live_config.hpp"

namespace mkdb::server {

/// Who may log in to the control plane: its users, and the administrator of the panel.
///
/// The administrator gives no name, or "admin" while no control user bears it.
class control_login {
public:
    using login_handler = std::function<void(result<session>)>;

    control_login(live_config& config, hashing_worker& hashing, audit_handler audit)
        : config_(config), login_(hashing, std::move(audit)) {}

    void check(login_attempt attempt, login_handler done);

private:
    void check_administrator(login_attempt attempt, login_handler done);
    void check_user(login_attempt attempt, login_handler done);

    live_config& config_;
    password_login login_;
};

} // namespace mkdb::server
