#include "auth/control_login.hpp"
#include "auth/hash_upgrade.hpp"
#include "config/reading.hpp"

namespace mkdb::server {
namespace {

boost::json::object const* control_user(boost::json::object const& document, std::string const& username) {
    auto const* const found = section_at(document, "control_users").if_contains(username);
    return found == nullptr ? nullptr : &found->get_object();
}

result<session> session_if(result<> const& outcome, session who) {
    return outcome ? result<session>(std::move(who)) : result<session>(outcome.error());
}

} // namespace

void control_login::check(login_attempt attempt, login_handler done) {
    auto const administrator =
        attempt.account.empty() ||
        (attempt.account == "admin" && control_user(*config_.snapshot(), attempt.account) == nullptr);
    administrator ? check_administrator(std::move(attempt), std::move(done))
                  : check_user(std::move(attempt), std::move(done));
}

void control_login::check_administrator(login_attempt attempt, login_handler done) {
    auto const hash = string_at(*config_.snapshot(), "servers.control_server.auth.password_hash");
    attempt.account = "admin";
    login_.check(
        std::move(attempt), [hash](std::string const& tried) { return verify_hash(hash, tried); },
        [this, hash](std::string const& right) {
            upgrade_hash(config_, {"servers", "control_server", "auth"}, hash, right);
        },
        [done = std::move(done)](result<> const& outcome) {
            done(session_if(outcome, {.username = "", .rights = role::admin}));
        });
}

void control_login::check_user(login_attempt attempt, login_handler done) {
    auto const document = config_.snapshot();
    auto const* const user = control_user(*document, attempt.account);
    auto const hash = user == nullptr ? std::nullopt : std::optional(string_at(*user, "password_hash"));
    auto const rights = user == nullptr ? role::viewer : *role_named(string_at(*user, "role"));
    auto const username = attempt.account;
    login_.check(
        std::move(attempt), [hash](std::string const& tried) { return verify_hash(hash, tried); },
        [this, username, hash](std::string const& right) {
            upgrade_hash(config_, {"control_users", username}, hash.value_or(""), right);
        },
        [username, rights, done = std::move(done)](result<> const& outcome) {
            done(session_if(outcome, {.username = username, .rights = rights}));
        });
}

} // namespace mkdb::server
