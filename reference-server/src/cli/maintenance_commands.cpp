#include "cli/maintenance_commands.hpp"

#include "cli/migrate_command.hpp"

#include <CLI/CLI.hpp>

#include <memory>

namespace mkdb::cli {
namespace {

using chooser = std::function<void(std::function<outcome()>)>;

template <class Options>
CLI::App* add(CLI::App& app, chooser const& choose, std::string const& name, std::string const& purpose,
              std::string const& more, std::shared_ptr<Options> const& options,
              std::type_identity_t<std::function<outcome(Options const&)>> action) {
    auto* const command = app.add_subcommand(name, purpose);
    command->footer(more);
    command->callback([choose, options, action] { choose([options, action] { return action(*options); }); });
    return command;
}

void add_migrate(CLI::App& app, chooser const& choose) {
    auto const options = std::make_shared<migrate_options>();
    auto* const command = add(
        app, choose, "migrate", "Make a database out of a PyMkDB directory",
        "PYMKDB_DIR is only read; stop its server first. Configuration and users come along. Every record is compared\n"
        "with its source before DIR appears. What index and log disagree about, and what cannot be taken, is listed\n"
        "with file and line; with refused records the exit status is 1, and all others are there.\n"
        "Examples:\n  mkdb migrate /var/lib/pymkdb /var/lib/shop\n  mkdb migrate old new --json > report.json",
        options, migrate_database);
    command->add_option("PYMKDB_DIR", options->source, "Directory of a PyMkDB database")->required();
    command->add_option("DIR", options->target, "Directory to make; absent or empty")->required();
    command->add_flag("--take-unindexed", options->take_unindexed,
                      "Take records that only the log has, also those that were deleted long ago");
    command->add_option("--max-errors", options->max_errors, "Findings of a kind to list; all are counted")
        ->capture_default_str();
    command->add_flag("--json", options->json, "Print the summary as JSON");
}

} // namespace

void add_maintenance_commands(CLI::App& app, chooser const& choose) {
    add_migrate(app, choose);
}

} // namespace mkdb::cli
