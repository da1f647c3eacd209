#pragma once

#include "auth/password_login.hpp"
#include "config/live_config.hpp"

#include <mkdb/service/access_control.hpp>

#include <functional>
#include <map>
#include <set>
#include <string>

namespace mkdb::server {

/// The rights on the data planes as the configuration has them at this moment.
///
/// A user may do what the section of the store says and nothing else. Without credentials reads are open where nothing
/// protects them; writes are open only while there are no users, and then only on this machine.
class data_access final : public service::access_control {
public:
    data_access(live_config& config, hashing_worker& hashing, audit_handler audit);

    /// Takes a changed configuration into account, from the next request on.
    void refresh(boost::json::object const& document);

    [[nodiscard]] bool read_protected() const override;
    [[nodiscard]] bool users_configured() const override;
    [[nodiscard]] bool default_password_allowed() const override;
    void authenticate(std::string username, std::string password, std::string address,
                      authenticated_handler done) override;
    [[nodiscard]] result<> may_read(service::caller const& who, std::string_view store) const override;
    [[nodiscard]] result<> may_write(service::caller const& who, std::string_view store) const override;

private:
    struct grant {
        bool read = false;
        bool write = false;
    };
    struct user {
        std::string password_hash;
        std::map<std::string, grant, std::less<>> stores;
    };
    struct rights {
        std::map<std::string, user, std::less<>> users;
        std::set<std::string, std::less<>> protected_stores;
        bool protect_all = false;
        bool default_password = false;
    };

    [[nodiscard]] static rights derive(boost::json::object const& document);
    [[nodiscard]] result<grant> grant_of(service::caller const& who, rights const& now, std::string_view store) const;
    [[nodiscard]] std::optional<std::string> hash_of(std::string const& username) const;
    [[nodiscard]] bool verify(std::string const& username, std::string const& password) const;

    live_config& config_;
    password_login login_;
    std::atomic<std::shared_ptr<rights const>> rights_;
};

} // namespace mkdb::server
