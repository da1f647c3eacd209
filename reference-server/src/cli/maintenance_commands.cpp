#include "cli/backup_command.hpp"
#include "cli/check_command.hpp"
#include "cli/maintenance_commands.hpp"
#include "cli/migrate_command.hpp"
#include "cli/stats_command.hpp"
#include "cli/target.hpp"

#include <CLI/CLI.hpp>

#include <chrono>
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

void add_check(CLI::App& app, chooser const& choose) {
    auto const options = std::make_shared<check_request>();
    auto* const command =
        add(app, choose, "check", "Verify everything that is stored, and mend what parity can",
            "Reads every segment, parity file and manifest of a database that no server has, "
            "and changes nothing; with\n"
            "--repair damaged segments are healed and missing parity is made. Records that are lost are named.\n"
            "The exit status is 1 when something is wrong and was not mended. A running server checks its stores\n"
            "itself: see scrub_store of the control plane.\n"
            "Of a backup every file is compared with its digest.\n"
            "Examples:\n  mkdb check /var/lib/shop\n  mkdb check /var/lib/shop --repair --json\n"
            "  mkdb check /mnt/backups/shop",
            options, check_directory);
    command->add_option("DIR", options->directory, "Directory of a database, of backups, or of one backup")->required();
    command->add_flag("--repair", options->repair, "Heal what can be healed, and make parity that is missing");
    command->add_flag("--json", options->json, "Print what was found as JSON");
}

void add_login(CLI::App& command, std::string& login) {
    command.add_option("--login", login, "Who logs in to a control plane; the password is MKDB_PASSWORD or asked for")
        ->capture_default_str();
}

void add_backup(CLI::App& app, chooser const& choose) {
    auto const options = std::make_shared<backup_command_options>();
    auto* const command = add(
        app, choose, "backup", "Back up a database, running or not",
        "Each backup is a generation of its own; what an earlier one has is not copied again. A server writes only\n"
        "below the backup.directory of its config.json: TARGET is then a name there, or . for that directory.\n"
        "Examples:\n  mkdb backup /var/lib/shop /mnt/backups/shop\n  mkdb backup http://127.0.0.1:8090 .",
        options, backup_database);
    command->add_option("DIR|URL", options->source, directory_or_control_url)->required();
    command->add_option("TARGET", options->target, "Directory of backups; made when it is missing")->required();
    add_login(*command, options->login);
    command
        ->add_option_function<unsigned>(
            "--timeout", [options](unsigned seconds) { options->timeout = std::chrono::seconds(seconds); },
            "Seconds that a server may take (3600)")
        ->option_text("SECONDS");
    command->add_flag("--json", options->json, "Print the outcome as JSON");
}

void add_restore(CLI::App& app, chooser const& choose) {
    auto const options = std::make_shared<restore_command_options>();
    auto* const command =
        add(app, choose, "restore", "Make a database out of a backup",
            "The digest of every file is compared before DIR appears; a damaged backup is refused with the file's "
            "name.\nExamples:\n  mkdb restore /mnt/backups/shop /var/lib/shop\n"
            "  mkdb restore /mnt/backups/shop/backup-0000000003 /tmp/shop-of-monday",
            options, restore_database);
    command->add_option("BACKUP", options->backup, "Directory of backups (its newest counts), or one generation in it")
        ->required();
    command->add_option("DIR", options->target, "Directory to make; absent or empty")->required();
    command->add_flag("--json", options->json, "Print the outcome as JSON");
}

void add_stats(CLI::App& app, chooser const& choose) {
    auto const options = std::make_shared<stats_options>();
    auto* const command = add(app, choose, "stats", "Show what stores hold and take on the disk",
                              "Examples:\n  mkdb stats /var/lib/shop\n  mkdb stats http://127.0.0.1:8090 parts --json",
                              options, print_stats);
    command->add_option("DIR|URL", options->source, directory_or_control_url)->required();
    command->add_option("STORE", options->store, "Only this store");
    add_login(*command, options->login);
    command->add_flag("--json", options->json, "Print JSON");
}

} // namespace

void add_maintenance_commands(CLI::App& app, chooser const& choose) {
    add_check(app, choose);
    add_migrate(app, choose);
    add_backup(app, choose);
    add_restore(app, choose);
    add_stats(app, choose);
}

} // namespace mkdb::cli
