#pragma once

#include "cli/outcome.hpp"

#include <string>

/// `mkdb user …`: a directory is changed through its config.json, a server over its control plane.
namespace mkdb::cli {

struct user_options {
    std::string target; ///< A database directory or a control plane.
    std::string login = "admin"; ///< Of the control plane; its password comes from MKDB_PASSWORD or the terminal.
    std::string username;
    std::string store;
    std::string rights; ///< `r`, `w`, `rw` or `none`.
    bool password_stdin = false; ///< The user's password is the first line of standard input.
    bool json = false;
};

[[nodiscard]] outcome add_user(user_options const& options);
[[nodiscard]] outcome list_users(user_options const& options);
[[nodiscard]] outcome grant_rights(user_options const& options);
[[nodiscard]] outcome set_user_password(user_options const& options);

} // namespace mkdb::cli
