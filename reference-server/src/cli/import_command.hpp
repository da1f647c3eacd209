#pragma once

#include "cli/outcome.hpp"
#include "cli/record_reader.hpp"

#include <chrono>
#include <string>

namespace mkdb::cli {

struct import_options {
    std::string target; ///< A database directory or a server.
    std::string store;
    std::string file; ///< `-`: standard input.
    reader_options reader;
    std::string id_field = "_id"; ///< Of CSV, one of another name must be a column.
    std::string schema; ///< A file; empty: none.
    std::size_t max_errors = 20;
    std::chrono::seconds timeout{30};
    bool json = false;
};

/// Puts the records of a file into a store. A record that is refused is told, and the others go on.
[[nodiscard]] outcome import_records(import_options const& options);

} // namespace mkdb::cli
