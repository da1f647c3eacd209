#pragma once

#include "cli/outcome.hpp"

#include <chrono>
#include <filesystem>
#include <string>

namespace mkdb::cli {

struct backup_command_options {
    std::string source; ///< A database directory or a control plane.
    std::string target; ///< A directory of backups; of a server: a name in its backup.directory, `.` for that itself.
    std::string login = "admin";
    std::chrono::seconds timeout{3600};
    bool json = false;
};

struct restore_command_options {
    std::filesystem::path backup; ///< A generation, or a directory of backups for its newest one.
    std::filesystem::path target;
    bool json = false;
};

/// Adds a generation to a directory of backups.
[[nodiscard]] outcome backup_database(backup_command_options const& options);

/// Makes a database out of a backup, every byte of which is checked before it appears.
[[nodiscard]] outcome restore_database(restore_command_options const& options);

} // namespace mkdb::cli
