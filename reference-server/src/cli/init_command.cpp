#include "auth/password_hash.hpp"
#include "auth/secret.hpp"
#include "cli/init_command.hpp"
#include "cli/json_output.hpp"
#include "cli/terminal.hpp"
#include "config/config_file.hpp"
#include "config/reading.hpp"
#include "pymkdb/source_directory.hpp"

#include <mkdb/file/posix.hpp>
#include <mkdb/store/directory_kind.hpp>

#include <fmt/format.h>

namespace mkdb::cli {
namespace {

constexpr std::size_t minimum_admin_password = 8;

struct admin_password {
    std::string text;
    bool made = false;
};

result<admin_password> choose_password(bool from_stdin) {
    std::optional<std::string> given;
    if (from_stdin) {
        MKDB_TRY_ASSIGN(given, read_secret_from_stdin());
    } else {
        given = environment_variable("MKDB_PASSWORD");
    }
    if (!given && is_terminal(stdin)) {
        given = ask_new_secret("Password for admin (empty: one is made)");
    }
    if (!given || given->empty()) {
        MKDB_TRY_ASSIGN(auto made, server::random_password());
        return admin_password{std::move(made), true};
    }
    if (given->size() < minimum_admin_password) {
        return fail(errc::invalid_argument,
                    fmt::format("the admin password must have at least {} characters", minimum_admin_password));
    }
    return admin_password{*std::move(given), false};
}

using posix_config = server::config_file<file::posix>;

error already_there(posix_config const& file) {
    return fail(errc::store_exists,
                fmt::format("{} is there already and was left as it is; edit it, or remove it to start anew",
                            file.path().string()));
}

boost::json::object default_config() {
    boost::json::object document;
    server::fill_defaults(document);
    return document;
}

/// A file that is there is somebody's work; but one without an admin password, as `-c` writes it, can be given one.
result<boost::json::object> config_without_admin(posix_config const& file) {
    MKDB_TRY_ASSIGN(auto const present, file.exists());
    if (!present) {
        return default_config();
    }
    MKDB_TRY_ASSIGN(auto loaded, file.load());
    if (!server::string_at(loaded.document, "servers.control_server.auth.password_hash").empty()) {
        return already_there(file);
    }
    return std::move(loaded.document);
}

void print_made(init_options const& options, admin_password const& password) {
    auto const config = (options.directory / "config.json").string();
    if (options.json) {
        boost::json::object made{{"directory", options.directory.string()}, {"config", config}, {"username", "admin"}};
        if (password.made) {
            made["password"] = password.text;
        }
        return print_json(made, true);
    }
    fmt::print("{} is written.\n", config);
    if (password.made) {
        fmt::print("The password of admin for the control plane, shown this once: {}\n", password.text);
    }
    fmt::print("Run it with: mkdb serve {}\n", options.directory.string());
    std::fflush(stdout);
}

} // namespace

outcome init_database(init_options const& options) {
    file::posix files;
    MKDB_TRY(refuse_backup(files, options.directory));
    MKDB_TRY(pymkdb::check_not_source(files, options.directory));
    posix_config file(files, options.directory);
    MKDB_TRY_ASSIGN(auto document, config_without_admin(file));
    MKDB_TRY_ASSIGN(auto password, choose_password(options.password_stdin));
    MKDB_TRY_ASSIGN(auto const hash, server::hash_password(password.text));
    server::section_at(document, "servers.control_server.auth")["password_hash"] = hash;
    MKDB_TRY(files.create_directories(options.directory));
    MKDB_TRY(file.save(document));
    print_made(options, password);
    server::wipe(password.text);
    return succeeded;
}

outcome generate_config(std::filesystem::path const& directory) {
    file::posix files;
    MKDB_TRY(refuse_backup(files, directory));
    posix_config file(files, directory);
    MKDB_TRY_ASSIGN(auto const present, file.exists());
    if (present) {
        return already_there(file);
    }
    MKDB_TRY(files.create_directories(directory));
    MKDB_TRY(file.save(default_config()));
    fmt::print("{} is written, every key at its default.\nRun it with: mkdb {}\n", file.path().string(),
               directory.string());
    return succeeded;
}

} // namespace mkdb::cli
