#pragma once

#include "auth/hashing_worker.hpp"
#include "auth/login_guard.hpp"

#include <mkdb/core/result.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace mkdb::server {

/// What one line of the audit log says.
using audit_handler = std::function<void(std::string message)>;

struct login_attempt {
    std::string account;
    std::string password;
    std::string address;
};

/// The way of every password, whoever's it is: slowed down when guessed, checked in the worker, told to the audit log.
///
/// Thread safety: all members from any thread.
class password_login {
public:
    password_login(hashing_worker& hashing, audit_handler audit) : hashing_(hashing), audit_(std::move(audit)) {}

    /// Calls `done` once, here or in the worker. `verify` runs in the worker; so does `afterwards`, when it was right.
    void check(login_attempt attempt, std::function<bool(std::string const& password)> verify,
               std::function<void(std::string const& password)> afterwards, std::function<void(result<>)> done);

private:
    hashing_worker& hashing_;
    audit_handler audit_;
    login_guard<> guard_;
};

/// Whether `password` is that of `hash`; without a hash, no, in the same time.
[[nodiscard]] bool verify_hash(std::optional<std::string> const& hash, std::string_view password);

} // namespace mkdb::server
