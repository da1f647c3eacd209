#pragma once

#include "cli/outcome.hpp"

#include <filesystem>

namespace mkdb::cli {

struct init_options {
    std::filesystem::path directory;
    bool password_stdin = false; ///< The admin password is the first line of standard input.
    bool json = false;
};

/// Makes a database: its directory and a complete config.json with an admin password, which comes from standard input,
/// MKDB_PASSWORD or the terminal, or is made and printed once. A config.json that is there already is refused, unless
/// it has no admin password yet.
[[nodiscard]] outcome init_database(init_options const& options);

/// Writes a complete config.json of defaults and makes the directory when it is missing.
[[nodiscard]] outcome generate_config(std::filesystem::path const& directory);

} // namespace mkdb::cli
