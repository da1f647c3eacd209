#pragma once

#include "auth/failure_throttle.hpp"

#include <mkdb/core/result.hpp>

namespace mkdb::server {

/// Slows down guessing, by account and by address.
///
/// From this machine an account is counted apart from the rest of the world, so that strangers who fail with an
/// administrator's name never keep the administrator out here.
template <class Clock = clock::system>
class login_guard {
public:
    explicit login_guard(Clock clock = {})
        : accounts_({}, clock), addresses_({.free_failures = 20, .longest_wait = std::chrono::seconds(60)}, clock) {}

    /// Errors: `errc::rate_limited` with the seconds to wait.
    [[nodiscard]] result<> may_try(std::string const& account, std::string const& address) const {
        auto const by_account = accounts_.wait_for(key(account, address));
        auto const by_address = addresses_.wait_for(address);
        if (!by_account && !by_address) {
            return {};
        }
        auto const wait =
            std::max(by_account.value_or(std::chrono::seconds(0)), by_address.value_or(std::chrono::seconds(0)));
        return fail(errc::rate_limited, "Too many failed logins; try again in " + std::to_string(wait.count()) + " s");
    }

    void failed(std::string const& account, std::string const& address) {
        accounts_.failed(key(account, address));
        addresses_.failed(address);
    }

    void succeeded(std::string const& account, std::string const& address) {
        accounts_.succeeded(key(account, address));
        addresses_.succeeded(address);
    }

private:
    [[nodiscard]] static std::string key(std::string const& account, std::string const& address) {
        auto const local = address.starts_with("127.") || address == "::1";
        return (local ? "local/" : "remote/") + account;
    }

    failure_throttle<Clock> accounts_;
    failure_throttle<Clock> addresses_;
};

} // namespace mkdb::server
