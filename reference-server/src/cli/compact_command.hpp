#pragma once

#include "cli/outcome.hpp"

#include <string>

namespace mkdb::cli {

struct compact_options {
    std::string target; ///< A database directory or a control plane.
    std::string store;  ///< Empty: every one.
    std::string login = "admin";
    bool json = false;
};

/// Compacts one store or all of them, and says for each what that gave back.
[[nodiscard]] outcome compact_stores(compact_options const& options);

} // namespace mkdb::cli
