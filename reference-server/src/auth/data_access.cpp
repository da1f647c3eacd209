#include "auth/data_access.hpp"
#include "auth/hash_upgrade.hpp"
#include "config/reading.hpp"
#include "config/settings.hpp"

#include <fmt/format.h>
#include <openssl/crypto.h>

namespace mkdb::server {
namespace {

constexpr std::string_view default_password = "mk_db";
constexpr std::string_view auth_store = "__auth__";

} // namespace

data_access::data_access(live_config& config, hashing_worker& hashing, audit_handler audit)
    : config_(config), login_(hashing, std::move(audit)) {
    refresh(*config.snapshot());
}

data_access::rights data_access::derive(boost::json::object const& document) {
    rights now;
    for (auto const& [name, value] : section_at(document, "users")) {
        auto& known = now.users[name];
        known.password_hash = string_at(value.get_object(), "password_hash");
        for (auto const& [store, granted] : section_at(value.get_object(), "stores")) {
            known.stores[store] = {bool_at(granted.get_object(), "read"), bool_at(granted.get_object(), "write")};
        }
    }
    for (auto const& [name, value] : section_at(document, "stores")) {
        if (bool_at(value.get_object(), "protect_reads")) {
            now.protected_stores.emplace(name);
        }
    }
    now.protect_all = bool_at(document, "data_security.protect_reads");
    // The default password is public knowledge: it opens nothing that another machine can reach.
    now.default_password = !bool_at(document, "data_security.disable_default_password") &&
                           is_loopback(string_at(document, "servers.socket_server.address.host")) &&
                           is_loopback(string_at(document, "servers.http_server.address.host"));
    return now;
}

void data_access::refresh(boost::json::object const& document) {
    rights_.store(std::make_shared<rights const>(derive(document)));
}

bool data_access::read_protected() const {
    auto const now = rights_.load();
    return !now->users.empty() && (now->protect_all || !now->protected_stores.empty());
}

bool data_access::users_configured() const {
    return !rights_.load()->users.empty();
}

bool data_access::default_password_allowed() const {
    return rights_.load()->default_password;
}

void data_access::authenticate(std::string username, std::string password, std::string address,
                               authenticated_handler done) {
    login_.check(
        {username, std::move(password), std::move(address)},
        [this, username](std::string const& tried) { return verify(username, tried); },
        [this, username](std::string const& right) {
            upgrade_hash(config_, {"users", username}, hash_of(username).value_or(""), right);
        },
        [username, done = std::move(done)](result<> const& outcome) {
            done(outcome ? result<std::string>(username) : result<std::string>(outcome.error()));
        });
}

std::optional<std::string> data_access::hash_of(std::string const& username) const {
    auto const now = rights_.load();
    auto const found = now->users.find(username);
    return found == now->users.end() ? std::nullopt : std::optional(found->second.password_hash);
}

bool data_access::verify(std::string const& username, std::string const& password) const {
    auto const now = rights_.load();
    if (!now->users.empty()) {
        return verify_hash(hash_of(username), password);
    }
    return now->default_password && password.size() == default_password.size() &&
           CRYPTO_memcmp(password.data(), default_password.data(), default_password.size()) == 0;
}

result<data_access::grant> data_access::grant_of(service::caller const& who, rights const& now,
                                                 std::string_view store) const {
    auto const known = now.users.find(who.username);
    if (known == now.users.end()) {
        return fail(errc::permission_denied, "Authenticated user no longer exists");
    }
    auto const granted = known->second.stores.find(store);
    if (granted == known->second.stores.end()) {
        return fail(errc::permission_denied, fmt::format("No access to store '{}'", store));
    }
    return granted->second;
}

result<> data_access::may_read(service::caller const& who, std::string_view store) const {
    auto const now = rights_.load();
    if (store == auth_store && !who.authenticated) {
        return fail(errc::unauthenticated, fmt::format("No access to store '{}'", store));
    }
    if (now->users.empty() || store == auth_store) {
        return {};
    }
    if (!who.authenticated) {
        auto const guarded = now->protect_all || now->protected_stores.contains(store);
        return guarded ? result<>(fail(errc::unauthenticated, "Read access denied")) : result<>();
    }
    MKDB_TRY_ASSIGN(auto const granted, grant_of(who, *now, store));
    return granted.read ? result<>() : result<>(fail(errc::permission_denied, "Read access denied"));
}

result<> data_access::may_write(service::caller const& who, std::string_view store) const {
    auto const now = rights_.load();
    if (now->users.empty()) {
        return now->default_password ? result<>() : result<>(fail(errc::permission_denied, "Write access denied"));
    }
    if (!who.authenticated) {
        return fail(errc::unauthenticated, "Write access denied");
    }
    MKDB_TRY_ASSIGN(auto const granted, grant_of(who, *now, store));
    return granted.write ? result<>() : result<>(fail(errc::permission_denied, "Write access denied"));
}

} // namespace mkdb::server
