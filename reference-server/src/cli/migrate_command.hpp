#pragma once

#include "cli/outcome.hpp"

#include <filesystem>

namespace mkdb::cli {

struct migrate_options {
    std::filesystem::path source;
    std::filesystem::path target;
    bool take_unindexed = false;
    std::size_t max_errors = 1000;
    bool json = false;
};

/// Makes a database out of a directory of PyMkDB, which is only read. The target appears when all of it is there and
/// every record has been compared with its source; what is refused is told, and the others go on.
[[nodiscard]] outcome migrate_database(migrate_options const& options);

} // namespace mkdb::cli
