#pragma once

#include "cli/target.hpp"

#include <boost/json/array.hpp>

#include <filesystem>
#include <memory>
#include <string>

namespace mkdb::cli {

struct store_rights {
    bool read = false;
    bool write = false;
};

/// The users of the data planes, wherever they are kept. Errors name the user, or what the server says.
class user_registry {
public:
    virtual ~user_registry() = default;

    [[nodiscard]] virtual result<> add(std::string const& username, std::string const& password) = 0;
    [[nodiscard]] virtual result<> set_password(std::string const& username, std::string const& password) = 0;
    /// Neither right takes the store away from the user.
    [[nodiscard]] virtual result<> grant(std::string const& username, std::string const& store,
                                         store_rights rights) = 0;
    /// `[{"username","stores":{<store>:{"read","write"}}}]`.
    [[nodiscard]] virtual result<boost::json::array> list() = 0;
};

/// The users in the config.json of a directory, which no server may have meanwhile. Errors: `errc::locked`.
[[nodiscard]] result<std::unique_ptr<user_registry>> open_directory_users(std::filesystem::path const& directory);

/// The users of a running server, over its control plane: see `control_client::log_in`.
[[nodiscard]] result<std::unique_ptr<user_registry>> open_server_users(server_address const& where,
                                                                       std::string const& login);

} // namespace mkdb::cli
