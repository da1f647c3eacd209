#pragma once

#include "cli/outcome.hpp"

#include <mkdb/store/check.hpp>

#include <boost/json/object.hpp>

#include <string>

namespace mkdb::cli {

struct check_request {
    std::string directory;
    bool repair = false;
    bool json = false;
};

/// Reads everything that a database stores and compares it with its checksums; with `repair` mends what parity can
/// mend. A backup is compared with its digests. Says what is wrong, and fails when something is.
[[nodiscard]] outcome check_directory(check_request const& request);

/// What a check found: a line for each thing that is not as it should be, then a summary. Pure.
[[nodiscard]] std::string check_text(check_report const& report, bool repaired);

/// The same for programs. Pure.
[[nodiscard]] boost::json::object check_json(check_report const& report);

} // namespace mkdb::cli
