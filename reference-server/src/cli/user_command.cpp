#include "cli/user_command.hpp"

#include "cli/json_output.hpp"
#include "cli/terminal.hpp"
#include "cli/user_registry.hpp"

#include <fmt/format.h>

namespace mkdb::cli {
namespace {

result<std::unique_ptr<user_registry>> open_users(user_options const& options) {
    MKDB_TRY_ASSIGN(auto const where, parse_control_target(options.target));
    if (auto const* const address = std::get_if<server_address>(&where)) {
        return open_server_users(*address, options.login);
    }
    return open_directory_users(std::get<std::filesystem::path>(where));
}

/// Whose password MKDB_PASSWORD is depends on whether somebody must log in first.
result<std::string> new_password(user_options const& options) {
    if (options.password_stdin) {
        return read_secret_from_stdin();
    }
    MKDB_TRY_ASSIGN(auto const where, parse_control_target(options.target));
    auto const given = environment_variable("MKDB_PASSWORD");
    if (given && std::holds_alternative<std::filesystem::path>(where)) {
        return *given;
    }
    auto asked = ask_new_secret(fmt::format("New password of {}", options.username));
    return asked ? result<std::string>(*std::move(asked))
                 : fail(errc::invalid_argument,
                        "there is no terminal to ask for the user's new password: give it on standard "
                        "input with --password-stdin");
}

std::string rights_text(boost::json::value const& granted) {
    auto const* const rights = granted.if_object();
    auto const has = [&](std::string_view name) {
        auto const* const flag = rights == nullptr ? nullptr : rights->if_contains(name);
        return flag != nullptr && flag->is_bool() && flag->get_bool();
    };
    std::string const text = std::string(has("read") ? "r" : "") + (has("write") ? "w" : "");
    return text.empty() ? "none" : text;
}

void print_user(boost::json::object const& user) {
    auto const* const name = user.if_contains("username");
    fmt::print("{}", name != nullptr && name->is_string() ? std::string_view(name->get_string()) : "?");
    auto const* const stores = user.if_contains("stores");
    if (stores != nullptr && stores->is_object()) {
        for (auto const& [store, granted] : stores->get_object()) {
            fmt::print("  {}:{}", std::string_view(store), rights_text(granted));
        }
    }
    fmt::print("\n");
}

} // namespace

outcome add_user(user_options const& options) {
    MKDB_TRY_ASSIGN(auto const users, open_users(options));
    MKDB_TRY_ASSIGN(auto const password, new_password(options));
    MKDB_TRY(users->add(options.username, password));
    fmt::print("User '{}' is added; `mkdb user grant` gives rights on stores.\n", options.username);
    return succeeded;
}

outcome set_user_password(user_options const& options) {
    MKDB_TRY_ASSIGN(auto const users, open_users(options));
    MKDB_TRY_ASSIGN(auto const password, new_password(options));
    MKDB_TRY(users->set_password(options.username, password));
    fmt::print("User '{}' has a new password.\n", options.username);
    return succeeded;
}

outcome grant_rights(user_options const& options) {
    MKDB_TRY_ASSIGN(auto const users, open_users(options));
    store_rights const rights{.read = options.rights.starts_with('r'), .write = options.rights.ends_with('w')};
    MKDB_TRY(users->grant(options.username, options.store, rights));
    fmt::print("User '{}' has {} on store '{}'.\n", options.username, options.rights, options.store);
    return succeeded;
}

outcome list_users(user_options const& options) {
    MKDB_TRY_ASSIGN(auto const users, open_users(options));
    MKDB_TRY_ASSIGN(auto const listed, users->list());
    if (options.json) {
        print_json(listed, true);
        return succeeded;
    }
    for (auto const& user : listed) {
        if (user.is_object()) {
            print_user(user.get_object());
        }
    }
    return succeeded;
}

} // namespace mkdb::cli
