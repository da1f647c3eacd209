#include "application/serve.hpp"
#include "cli/command_line.hpp"
#include "cli/compact_command.hpp"
#include "cli/export_command.hpp"
#include "cli/import_command.hpp"
#include "cli/init_command.hpp"
#include "cli/maintenance_commands.hpp"
#include "cli/process_setup.hpp"
#include "cli/record_commands.hpp"
#include "cli/target.hpp"
#include "cli/unknown_command.hpp"
#include "cli/user_command.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <exception>
#include <functional>
#include <map>
#include <memory>

namespace mkdb::cli {
namespace {

constexpr auto directory_or_url = "Database directory, or server as mkdb://USER:PASSWORD@HOST:PORT or HOST:PORT";
constexpr auto socket_url = "Server as mkdb://USER:PASSWORD@HOST:PORT or HOST:PORT";

constexpr auto examples = R"(Examples:
  mkdb init /var/lib/shop                                make a database
  mkdb serve /var/lib/shop                               run it
  mkdb import 127.0.0.1:9001 parts parts.csv             fill a store
  mkdb query 127.0.0.1:9001 parts '{"price": {"lt": 5}}' ask
  mkdb export /var/lib/shop parts > parts.jsonl          take everything out
`mkdb COMMAND --help` says more. A password in the environment variable MKDB_PASSWORD
need not be on the command line. Exit status: 0, 1 for a failure, 2 for wrong usage.)";

/// The tree of commands. Parsing puts what is to be done into `chosen`.
class command_tree {
public:
    command_tree() {
        app_.set_version_flag("--version", "mkdb " MKDB_VERSION, "Print the version");
        app_.set_help_flag("-h,--help", "Print this");
        app_.footer(examples);
        app_.require_subcommand(0, 1);
        app_.get_formatter()->column_width(34);
        add_short_form();
        add_serve();
        add_init();
        add_import();
        add_export();
        add_record_commands();
        add_query();
        add_watch();
        add_compact();
        add_user();
        add_maintenance_commands(app_, [this](std::function<outcome()> action) { chosen_ = std::move(action); });
    }

    [[nodiscard]] CLI::App& app() { return app_; }

    [[nodiscard]] outcome run() {
        if (chosen_) {
            return chosen_();
        }
        if (directory_.empty()) {
            return misused("say what to do: `mkdb DIR` runs a database, `mkdb --help` lists the commands");
        }
        if (auto const word = unknown_command(app_); word && word->is_near && !generate_) {
            return misused(word->sentence);
        }
        return generate_ ? generate_config(directory_) : outcome(server::serve({.directory = directory_}));
    }

private:
    template <class Options>
    CLI::App* add(CLI::App& parent, std::string const& name, std::string const& purpose, std::string const& more,
                  std::shared_ptr<Options> const& options,
                  std::type_identity_t<std::function<outcome(Options const&)>> action) {
        auto* const command = parent.add_subcommand(name, purpose);
        command->footer(more);
        command->callback([this, options, action] { chosen_ = [options, action] { return action(*options); }; });
        return command;
    }

    void add_short_form() {
        app_.add_option("DIR", directory_, "Run the database in this directory, as `mkdb serve DIR`");
        app_.add_flag("-c,--generate-config", generate_, "Only write DIR/config.json, every key at its default");
    }

    void add_serve() {
        auto const options = std::make_shared<server::serve_options>();
        auto* const command =
            add(app_, "serve", "Run a database until it is stopped",
                "Examples:\n  mkdb serve /var/lib/shop\n  mkdb serve /tmp/demo --demo --http-port 8080", options,
                serve_database);
        command->add_option("DIR", options->directory, "Database directory")->required();
        command->add_option("--port", options->socket_port,
                            "Port of the socket plane, instead of config.json's; 0: any");
        command->add_option("--http-port", options->http_port, "Port of the HTTP plane");
        command->add_option("--control-port", options->control_port, "Port of the control plane");
        command->add_flag("--demo", options->demo, "Make a database with sample records to look at");
        command->add_flag("--json", options->json, "When ready, print one line of JSON with the addresses");
    }

    static outcome serve_database(server::serve_options const& options) {
        if (options.demo && !std::filesystem::exists(options.directory / "config.json")) {
            MKDB_TRY(init_database({.directory = options.directory}));
        }
        return server::serve(options);
    }

    void add_init() {
        auto const options = std::make_shared<init_options>();
        auto* const command = add(
            app_, "init", "Make a database and its admin password",
            "The password of admin, for the control plane, is asked for on a terminal or taken from MKDB_PASSWORD;\n"
            "without either one is made and printed once.\n"
            "Examples:\n  mkdb init /var/lib/shop\n  mkdb init /var/lib/shop --json --password-stdin < secret",
            options, init_database);
        command->add_option("DIR", options->directory, "Database directory; made when it is missing")->required();
        command->add_flag("--password-stdin", options->password_stdin, "Read the password from standard input");
        command->add_flag("--json", options->json, "Print the outcome as JSON");
    }

    void add_import() {
        auto const options = std::make_shared<import_options>();
        auto* const command =
            add(app_, "import", "Put the records of a file into a store",
                "Refused records are listed with line and reason, and the others go on; the exit status is then 1.\n"
                "Records with an id are merged into those that are there. "
                "In CSV the first row names the fields; what JSON\n"
                "writes as a number or boolean becomes one, an empty value no field, all else text.\n"
                "Examples:\n  mkdb import 127.0.0.1:9001 parts parts.csv --id-field sku\n"
                "  mkdb import /var/lib/shop parts parts.jsonl --schema schema.json\n"
                "  zcat parts.jsonl.gz | mkdb import mkdb://ann@db.example:9001 parts - --json",
                options, import_records);
        command->add_option("DIR|URL", options->target, directory_or_url)->required();
        command->add_option("STORE", options->store, "Store; in a directory it is made when it is missing")->required();
        command->add_option("FILE", options->file, "JSON Lines, a JSON array or CSV; - for standard input")->required();
        add_reader_options(*command, options->reader);
        command->add_option("--id-field", options->id_field, "Field that holds the id; records without it get one made")
            ->capture_default_str();
        command->add_option("--schema", options->schema,
                            "File with schema_config for a store that is made (directory only)");
        command->add_option("--max-errors", options->max_errors, "Refused lines to list; all are counted")
            ->capture_default_str();
        command->add_flag("--json", options->json, "Print the summary as JSON");
        add_timeout(*command, options->timeout);
    }

    static void add_reader_options(CLI::App& command, reader_options& reader) {
        static std::map<std::string, record_format> const formats{
            {"jsonl", record_format::json_lines}, {"json", record_format::json_array}, {"csv", record_format::csv}};
        command
            .add_option("--format", reader.format,
                        "jsonl, json (an array) or csv; otherwise by FILE's end or first byte")
            ->transform(CLI::CheckedTransformer(formats).description(""))
            ->option_text("FORMAT");
        command.add_option("--delimiter", reader.delimiter, "Between the values of CSV; a *.tsv has tabulators");
        add_names(command, "--text-field", reader.text_fields, "CSV field that is text whatever it looks like");
    }

    void add_export() {
        auto const options = std::make_shared<export_options>();
        auto* const command = add(app_, "export", "Write the records of a store as JSON Lines",
                                  "Every line is a record with its id as _id; `mkdb import` reads it back.\n"
                                  "Examples:\n  mkdb export /var/lib/shop parts > parts.jsonl\n"
                                  "  mkdb export mkdb://ann@db.example:9001 parts --output parts.jsonl",
                                  options, export_records);
        command->add_option("DIR|URL", options->target, directory_or_url)->required();
        command->add_option("STORE", options->store, "Store")->required();
        command->add_option("--output,-o", options->output, "File instead of standard output");
        add_timeout(*command, options->timeout);
    }

    void add_record_commands() {
        add_record("get", "Print a record", "mkdb get 127.0.0.1:9001 parts bolt-7", get_record);
        auto const setting = add_record("set", "Merge fields into a record, or make it",
                                        "mkdb set 127.0.0.1:9001 parts bolt-7 '{\"price\": 2.5, \"old_field\": null}'\n"
                                        "  mkdb set 127.0.0.1:9001 parts '' - < new_part.json",
                                        set_record);
        setting.command
            ->add_option("JSON", setting.options->fields,
                         "JSON object of fields, null to remove one; - for standard input")
            ->required();
        add_revision(setting);
        add_revision(add_record("delete", "Delete a record", "mkdb delete 127.0.0.1:9001 parts bolt-7", delete_record));
    }

    struct record_command {
        CLI::App* command;
        std::shared_ptr<record_options> options;
    };

    record_command add_record(std::string const& name, std::string const& purpose, std::string const& example,
                              outcome (*action)(record_options const&)) {
        auto const options = std::make_shared<record_options>();
        auto* const command = add(app_, name, purpose, "Examples:\n  " + example, options, action);
        add_call_options(*command, *options);
        command->add_option("ID", options->id, name == "set" ? "Record; '' for a new id" : "Record")->required();
        return {command, options};
    }

    static void add_revision(record_command const& to) {
        to.command
            ->add_option("--if-revision", to.options->if_revision,
                         "Only when the record is at this revision; 0: only when it is not there")
            ->check(whole_number());
    }

    /// CLI11 reads -1 as the largest number there is.
    static CLI::Validator whole_number() {
        return {[](std::string& text) {
                    bool const digits = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
                    return digits ? std::string() : "expected a whole number, found '" + text + "'";
                },
                ""};
    }

    void add_query() {
        auto const options = std::make_shared<query_options>();
        auto* const command =
            add(app_, "query", "Find records",
                "A table on a terminal, otherwise one JSON object with count, total_matches and records.\n"
                "Examples:\n  mkdb query 127.0.0.1:9001 parts '{\"price\": {\"lte\": 10}}' --sort -price\n"
                "  mkdb query 127.0.0.1:9001 parts '{\"name\": [\"bolt\"]}' --ids --limit 5 --json\n"
                "  mkdb query 127.0.0.1:9001 parts --fields name --fields price\n"
                "  mkdb query 127.0.0.1:9001 parts --search 'steel bolts' --in name^2 --in description\n"
                "  mkdb query 127.0.0.1:9001 parts --aggregate '{\"metrics\": {\"mean\": {\"avg\": \"price\"}}}'",
                options, query_records);
        add_call_options(*command, *options);
        command->add_option("FILTER", options->filter, "JSON object; without it all records");
        add_names(*command, "--sort", options->sort, "Field, with - in front for descending; may be repeated")
            ->option_text("FIELD ...");
        auto* const fields =
            add_names(*command, "--fields", options->fields, "Only this field of the records; may be repeated");
        command->add_option("--limit", options->limit, "Most records; 0: all; otherwise as the store is set")
            ->check(whole_number());
        auto* const offset = command->add_option("--offset", options->offset, "Records to skip")->check(whole_number());
        command->add_option("--cursor", options->cursor, "Go on after the answer that gave this as next_cursor")
            ->excludes(offset);
        command->add_flag("--ids", options->ids_only, "Only the ids")->excludes(fields);
        command->add_flag("--count", options->count_only, "Only how many there are");
        command->add_option("--aggregate", options->aggregate, "Only these figures of them, a JSON object");
        auto* const search = command->add_option("--search", options->search, "Words: the best records come first");
        auto* const in = add_names(*command, "--in", options->search_fields,
                                   "Field in which they are looked for, NAME^2 counts twice; may be repeated");
        search->needs(in->needs(search));
        command->add_flag("--explain", options->explain, "Instead, how it is answered: indexes, estimates, time");
    }

    /// An option of one value that may be given again and again.
    static CLI::Option* add_names(CLI::App& command, std::string const& name, std::vector<std::string>& names,
                                  std::string const& purpose) {
        return command.add_option(name, names, purpose)
            ->expected(1)
            ->take_all()
            ->allow_extra_args(false)
            ->option_text("NAME ...");
    }

    void add_watch() {
        auto const options = std::make_shared<call_options>();
        auto* const command =
            add(app_, "watch", "Print the changes of a store as they happen, a JSON object a line",
                "Ends with Ctrl+C.\nExamples:\n  mkdb watch 127.0.0.1:9001 parts", options, watch_store);
        add_call_options(*command, *options);
    }

    static void add_call_options(CLI::App& command, call_options& options) {
        command.add_option("URL", options.url, socket_url)->required();
        command.add_option("STORE", options.store, "Store")->required();
        command.add_flag("--json", options.json, "Compact JSON on a terminal too");
        add_timeout(command, options.timeout);
    }

    static void add_timeout(CLI::App& command, std::chrono::seconds& timeout) {
        command
            .add_option_function<unsigned>(
                "--timeout", [&timeout](unsigned seconds) { timeout = std::chrono::seconds(seconds); },
                "Seconds that a server may be silent (30)")
            ->check(CLI::Range(1U, 86400U).description(""))
            ->option_text("SECONDS");
    }

    void add_compact() {
        auto const options = std::make_shared<compact_options>();
        auto* const command =
            add(app_, "compact", "Give back the space of replaced and deleted records",
                "Rewrites the segments whose dead bytes are worth it, as compaction_dead_ratio in config.json says. A "
                "server\n"
                "does this by itself; there it takes an operator. Nothing is lost when it is interrupted.\n"
                "Examples:\n  mkdb compact /var/lib/shop\n"
                "  mkdb compact http://127.0.0.1:8090 parts --login operator --json",
                options, compact_stores);
        command->add_option("DIR|URL", options->target, directory_or_control_url)->required();
        command->add_option("STORE", options->store, "Store; without it every one");
        command
            ->add_option("--login", options->login, "Who logs in at the control plane; MKDB_PASSWORD has the password")
            ->capture_default_str();
        command->add_flag("--json", options->json, "Print the outcome as JSON");
    }

    void add_user() {
        auto* const group = app_.add_subcommand("user", "Manage the users of the data planes");
        group->require_subcommand(1);
        group->footer("Examples:\n  mkdb user add /var/lib/shop ann\n  mkdb user list http://127.0.0.1:8090");
        add_user_command(*group, "add", "Add a user", "mkdb user add http://127.0.0.1:8090 ann --login admin",
                         add_user_named);
        add_user_command(*group, "list", "List the users and their rights", "mkdb user list /var/lib/shop --json",
                         list_users);
        add_user_command(*group, "grant", "Set what a user may do with a store",
                         "mkdb user grant /var/lib/shop ann parts rw", grant_rights);
        add_user_command(*group, "password", "Give a user a new password", "mkdb user password /var/lib/shop ann",
                         set_user_password);
    }

    static outcome add_user_named(user_options const& options) { return cli::add_user(options); }

    void add_user_command(CLI::App& group, std::string const& name, std::string const& purpose,
                          std::string const& example, outcome (*action)(user_options const&)) {
        auto const options = std::make_shared<user_options>();
        auto* const command = add(group, name, purpose, "Examples:\n  " + example, options, action);
        command->add_option("DIR|URL", options->target, directory_or_control_url)->required();
        command
            ->add_option("--login", options->login,
                         "Who logs in to a control plane; the password is MKDB_PASSWORD or asked for")
            ->capture_default_str();
        if (name == "list") {
            command->add_flag("--json", options->json, "Print JSON");
            return;
        }
        command->add_option("NAME", options->username, "User")->required();
        if (name == "grant") {
            command->add_option("STORE", options->store, "Store")->required();
            command->add_option("RIGHTS", options->rights, "r, w, rw or none")
                ->required()
                ->check(CLI::IsMember({"r", "w", "rw", "none"}).description(""));
            return;
        }
        command->add_flag("--password-stdin", options->password_stdin, "Read the user's password from standard input");
    }

    CLI::App app_{"MkDB, a JSON document database that keeps what it acknowledged", "mkdb"};
    std::string directory_;
    bool generate_ = false;
    std::function<outcome()> chosen_;
};

CLI::App const& innermost(CLI::App const& app) {
    auto const chosen = app.get_subcommands();
    return chosen.empty() ? app : innermost(*chosen.front());
}

std::string full_name(CLI::App const& app) {
    auto const* const parent = app.get_parent();
    return parent == nullptr ? app.get_name() : full_name(*parent) + " " + app.get_name();
}

int parse_and_run(command_tree& tree, int argc, char const* const* argv) {
    try {
        tree.app().parse(argc, argv);
    } catch (CLI::Success const& asked) {
        return tree.app().exit(asked);
    } catch (CLI::ParseError const& problem) {
        auto const word = unknown_command(tree.app());
        if (word && problem.get_exit_code() == static_cast<int>(CLI::ExitCodes::ExtrasError)) {
            return misused(word->sentence);
        }
        return misused(fmt::format("{}; see `{} --help`", problem.what(), full_name(innermost(tree.app()))));
    }
    return exit_status(tree.run());
}

} // namespace

int run_command_line(int argc, char const* const* argv) {
    prepare_process();
    try {
        command_tree tree;
        return with_output_written(parse_and_run(tree, argc, argv));
    } catch (std::exception const& unforeseen) {
        complain(unforeseen.what());
        return failed;
    }
}

std::string help_text(std::string const& command) {
    command_tree tree;
    auto const* app = &tree.app();
    for (std::size_t at = 0; at < command.size();) {
        auto const end = std::min(command.find(' ', at), command.size());
        app = app->get_subcommand(command.substr(at, end - at));
        at = end + 1;
    }
    return app->help();
}

} // namespace mkdb::cli
