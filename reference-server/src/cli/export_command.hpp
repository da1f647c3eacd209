#pragma once

#include "cli/outcome.hpp"

#include <chrono>
#include <string>

namespace mkdb::cli {

struct export_options {
    std::string target; ///< A database directory or a server.
    std::string store;
    std::string output; ///< A file; empty: standard output.
    std::chrono::seconds timeout{30};
};

/// Writes the records of a store as JSON Lines, `_id` first.
[[nodiscard]] outcome export_records(export_options const& options);

} // namespace mkdb::cli
