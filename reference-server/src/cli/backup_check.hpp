#pragma once

#include "cli/check_command.hpp"

#include <mkdb/store/verify_backup.hpp>

namespace mkdb::cli {

/// Reads every file of a generation, or of all in a directory of backups, and compares it with its digest. Says what is
/// wrong and what to do about it, and fails when something is.
[[nodiscard]] outcome check_backup(check_request const& request);

/// What was found: a line for each thing that is wrong, then a summary. Pure.
[[nodiscard]] std::string backup_check_text(backup_verification const& found);

/// The same for programs. Pure.
[[nodiscard]] boost::json::object backup_check_json(backup_verification const& found);

} // namespace mkdb::cli
