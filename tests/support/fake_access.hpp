#pragma once

#include <mkdb/service/access_control.hpp>
#include <mkdb/service/error_text.hpp>

#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace mkdb::testing {

/// Users and rights as a test sets them. Without users the password is the default one.
class fake_access final : public service::access_control {
public:
    struct user {
        std::string password;
        std::set<std::string> reads;
        std::set<std::string> writes;
    };

    [[nodiscard]] bool read_protected() const override { return protect_reads; }
    [[nodiscard]] bool users_configured() const override { return !users.empty(); }
    [[nodiscard]] bool default_password_allowed() const override { return default_password; }

    void authenticate(std::string username, std::string password, std::string /*address*/,
                      authenticated_handler done) override {
        auto verified = [this, username, password]() -> result<std::string> {
            auto const found = users.find(username);
            auto const right =
                users.empty() ? password == "mk_db" : found != users.end() && found->second.password == password;
            if (!right) {
                return fail(errc::unauthenticated, "Invalid credentials");
            }
            return username;
        };
        if (on_authenticate) {
            return on_authenticate([done = std::move(done), verified] { done(verified()); });
        }
        done(verified());
    }

    [[nodiscard]] result<> may_read(service::caller const& who, std::string_view store) const override {
        std::lock_guard const lock(mutex);
        if (store == service::auth_store && !who.authenticated) {
            return fail(errc::unauthenticated, "No access to store '__auth__'");
        }
        if (users.empty() || !protect_reads) {
            return {};
        }
        return check(who, store, &user::reads, "Read access denied");
    }

    [[nodiscard]] result<> may_write(service::caller const& who, std::string_view store) const override {
        std::lock_guard const lock(mutex);
        if (users.empty()) {
            return default_password ? result<>() : fail(errc::unauthenticated, "Write access denied");
        }
        return check(who, store, &user::writes, "Write access denied");
    }

    mutable std::mutex mutex; ///< Guards `users` for tests that change them while a server runs.
    std::map<std::string, user> users;
    bool protect_reads = false;
    bool default_password = true;
    std::function<void(std::function<void()>)> on_authenticate; ///< Runs a check when the test says so.

private:
    [[nodiscard]] result<> check(service::caller const& who, std::string_view store,
                                 std::set<std::string> user::*rights, std::string_view refusal) const {
        if (!who.authenticated) {
            return fail(errc::unauthenticated, std::string(refusal));
        }
        auto const found = users.find(who.username);
        if (found == users.end()) {
            return fail(errc::permission_denied, "Authenticated user no longer exists");
        }
        if (!found->second.reads.contains(std::string(store)) && !found->second.writes.contains(std::string(store))) {
            return fail(errc::permission_denied, "No access to store '" + std::string(store) + "'");
        }
        return (found->second.*rights).contains(std::string(store))
                   ? result<>()
                   : fail(errc::permission_denied, std::string(refusal));
    }
};

} // namespace mkdb::testing
