#pragma once

#include "cli/outcome.hpp"

#include <boost/json/array.hpp>

#include <string>

namespace mkdb::cli {

struct stats_options {
    std::string source; ///< A database directory or a control plane.
    std::string store;  ///< Empty: all.
    std::string login = "admin";
    bool json = false;
};

/// Prints what each store takes on the disk and has done.
[[nodiscard]] outcome print_stats(stats_options const& options);

/// One row a store, numbers to the right. `stores` are reports as `api_get_storage_report` gives them.
[[nodiscard]] std::string stats_table(boost::json::array const& stores);

} // namespace mkdb::cli
