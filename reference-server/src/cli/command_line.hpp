#pragma once

#include <string>

namespace mkdb::cli {

/// Runs the command that the arguments name and returns the exit status: 0, 1 for a failure, 2 for wrong usage.
[[nodiscard]] int run_command_line(int argc, char const* const* argv);

/// What `mkdb --help` prints, or with a command's name (as "user add") what its `--help` does.
[[nodiscard]] std::string help_text(std::string const& command = {});

} // namespace mkdb::cli
