#pragma once

#include "auth/password_hash.hpp"
#include "control/arguments.hpp"
#include "control/context.hpp"

#include <mkdb/document/id.hpp>

/// Names, passwords and sections of users, on either plane.
namespace mkdb::server {

inline constexpr std::size_t minimum_password_length = 6;

[[nodiscard]] inline result<std::string> username_argument(boost::json::object const& arguments) {
    MKDB_TRY_ASSIGN(auto name, text_argument(arguments, "username"));
    if (name.size() > 128 || !document::check_id(name)) {
        return fail(errc::invalid_argument, "'username' must be 1 to 128 bytes of UTF-8 without control characters");
    }
    return name;
}

/// Checks the password of `arguments` and hashes it, which takes a while.
[[nodiscard]] inline result<std::string> hashed_password_argument(control_context& context,
                                                                  boost::json::object const& arguments) {
    MKDB_TRY_ASSIGN(auto password, text_argument(arguments, "password"));
    if (password.size() < minimum_password_length) {
        return fail(errc::invalid_argument, "Password must be at least 6 characters");
    }
    return context.hashing.hash(std::move(password));
}

/// The section of a user below `users` or `control_users`.
[[nodiscard]] inline result<boost::json::object*> user_section(boost::json::object& document, std::string_view kind,
                                                               std::string const& username) {
    auto* const found = document.at(kind).get_object().if_contains(username);
    if (found == nullptr) {
        return fail(errc::not_found, "User '" + username + "' not found");
    }
    return &found->get_object();
}

/// Adds a section for a new user. Errors: `store_exists`, the kind that stands for any name that is taken.
[[nodiscard]] inline result<> add_user_section(boost::json::object& document, std::string_view kind,
                                               std::string const& username, boost::json::object section) {
    auto& users = document.at(kind).get_object();
    if (users.contains(username)) {
        return fail(errc::store_exists, "User '" + username + "' already exists");
    }
    users[username] = std::move(section);
    return {};
}

[[nodiscard]] inline boost::json::value success(std::string const& username) {
    return boost::json::object{{"success", true}, {"username", username}};
}

} // namespace mkdb::server
