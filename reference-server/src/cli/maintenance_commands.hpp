#pragma once

#include "cli/outcome.hpp"

#include <functional>

namespace CLI {
class App;
}

namespace mkdb::cli {

/// Adds the commands that look after whole databases. The one that is parsed is handed to `choose`, to be run later.
void add_maintenance_commands(CLI::App& app, std::function<void(std::function<outcome()>)> const& choose);

} // namespace mkdb::cli
