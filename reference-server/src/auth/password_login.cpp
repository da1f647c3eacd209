#include "auth/password_hash.hpp"
#include "auth/password_login.hpp"
#include "auth/secret.hpp"

#include <fmt/format.h>

namespace mkdb::server {

void password_login::check(login_attempt attempt, std::function<bool(std::string const&)> verify,
                           std::function<void(std::string const&)> afterwards, std::function<void(result<>)> done) {
    if (auto const allowed = guard_.may_try(attempt.account, attempt.address); !allowed) {
        return done(allowed.error());
    }
    auto const queued = hashing_.submit([this, attempt = std::move(attempt), verify = std::move(verify),
                                         afterwards = std::move(afterwards), done]() mutable {
        if (verify(attempt.password)) {
            guard_.succeeded(attempt.account, attempt.address);
            done({});
            afterwards(attempt.password);
        } else {
            guard_.failed(attempt.account, attempt.address);
            audit_(fmt::format("failed login as '{}' from {}", attempt.account, attempt.address));
            done(fail(errc::unauthenticated, "Invalid credentials"));
        }
        wipe(attempt.password);
    });
    if (!queued) {
        done(login_busy());
    }
}

bool verify_hash(std::optional<std::string> const& hash, std::string_view password) {
    if (!hash || hash->empty()) {
        burn_password_check(password);
        return false;
    }
    return password_matches(password, *hash);
}

} // namespace mkdb::server
