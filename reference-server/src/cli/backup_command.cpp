#include "cli/backup_command.hpp"

#include "backup/distrusted_text.hpp"
#include "cli/control_client.hpp"
#include "cli/copy_watch.hpp"
#include "cli/local_database.hpp"
#include "cli/number_text.hpp"
#include "config/json_text.hpp"
#include "config/reading.hpp"

#include <mkdb/document/write.hpp>
#include <mkdb/store/backup_place.hpp>
#include <mkdb/store/restore.hpp>

#include <fmt/format.h>

namespace mkdb::cli {
namespace {

boost::json::object described(backup_report const& report) {
    boost::json::array stores;
    for (auto const& each : report.manifest.stores) {
        stores.push_back(boost::json::value(each.name));
    }
    return {{"generation", report.manifest.generation},
            {"directory", report.directory.string()},
            {"stores", std::move(stores)},
            {"files", report.manifest.files.size()},
            {"bytes", report.manifest.bytes()},
            {"copied_segments", report.copied_segments},
            {"copied_bytes", report.copied_bytes},
            {"distrusted", server::distrusted_json(report)},
            {"left_out", boost::json::array()}};
}

/// Below the database a server's backups have their place. Anywhere else there they would be lost with it unawares.
result<> check_target(backup_command_options const& options, std::filesystem::path const& directory,
                      std::string const& configured) {
    if (!lies_within(options.target, directory) || lies_within(options.target, directory / configured)) {
        return check_backup_place(directory, options.target);
    }
    return fail(errc::invalid_argument,
                fmt::format("{} lies in the database's own directory {}: name a place outside it, or the "
                            "backup.directory of its config.json, which is {}",
                            options.target, directory.string(), (directory / configured).string()));
}

result<boost::json::object> back_up_directory(backup_command_options const& options,
                                              std::filesystem::path const& directory) {
    MKDB_TRY_ASSIGN(auto const local, local_database::open(directory));
    auto const config = local->config().snapshot();
    MKDB_TRY(check_target(options, directory, server::string_at(*config, "backup.directory")));
    MKDB_TRY(local->open_all());
    copy_watch watch(options.json, "interrupted: nothing was made");
    MKDB_TRY_ASSIGN(auto const report,
                    local->database().backup(options.target,
                                             {.files = {{"config.json", server::pretty_json(*config)}},
                                              .verify_earlier = server::bool_at(*config, "backup.verify"),
                                              .on_progress = [&](std::uint64_t bytes) { return watch.add(bytes); }}));
    MKDB_TRY(local->close());
    return described(report);
}

result<boost::json::object> back_up_server(backup_command_options const& options, server_address const& where) {
    MKDB_TRY_ASSIGN(auto const client, control_client::log_in(where, options.login));
    auto const target = options.target == "." ? std::string() : options.target;
    boost::json::object request{{"action", "api_backup"}};
    if (!target.empty()) {
        request["target"] = target;
    }
    MKDB_TRY_ASSIGN(auto made, client.act(request, options.timeout));
    if (!made.is_object()) {
        return fail(errc::connection, "the server's answer is not understood; is it of another version?");
    }
    return std::move(made.get_object());
}

std::uint64_t count_in(boost::json::object const& made, std::string_view name) {
    auto const* const value = made.if_contains(name);
    boost::system::error_code failure;
    return value == nullptr ? 0 : value->to_number<std::uint64_t>(failure);
}

void print_made(boost::json::object const& made) {
    auto const* const directory = made.if_contains("directory");
    fmt::print("Backup {} is in {}: {} bytes, {} of them new.\n", count_in(made, "generation"),
               directory != nullptr && directory->is_string() ? std::string_view(directory->get_string()) : "?",
               grouped(count_in(made, "bytes")), grouped(count_in(made, "copied_bytes")));
    auto const* const distrusted = made.if_contains("distrusted");
    if (distrusted != nullptr && distrusted->is_array()) {
        for (auto const& sentence : distrusted->get_array()) {
            complain(sentence.is_string() ? std::string_view(sentence.get_string()) : "?");
        }
    }
    auto const* const left_out = made.if_contains("left_out");
    if (left_out != nullptr && left_out->is_array()) {
        for (auto const& name : left_out->get_array()) {
            complain(fmt::format("store {} is not open on the server, and not in the backup", document::to_json(name)));
        }
    }
}

bool lacks_something(boost::json::object const& made) {
    auto const* const left_out = made.if_contains("left_out");
    return left_out != nullptr && left_out->is_array() && !left_out->get_array().empty();
}

} // namespace

outcome backup_database(backup_command_options const& options) {
    MKDB_TRY_ASSIGN(auto const where, parse_control_target(options.source));
    interrupt_guard const guard;
    auto const* const address = std::get_if<server_address>(&where);
    MKDB_TRY_ASSIGN(auto const made, address != nullptr
                                         ? back_up_server(options, *address)
                                         : back_up_directory(options, std::get<std::filesystem::path>(where)));
    options.json ? fmt::print("{}\n", document::to_json(made)) : print_made(made);
    std::fflush(stdout);
    return lacks_something(made) ? failed : succeeded;
}

outcome restore_database(restore_command_options const& options) {
    interrupt_guard const guard;
    file::posix files;
    result<backup_manifest> restored;
    {
        copy_watch watch(options.json, "interrupted: nothing was made");
        restored = restore_backup(files, options.backup, options.target,
                                  [&](std::uint64_t bytes) { return watch.add(bytes); });
    }
    MKDB_TRY(restored);
    if (options.json) {
        boost::json::array stores;
        for (auto const& each : restored->stores) {
            stores.push_back(boost::json::value(each.name));
        }
        fmt::print("{}\n", document::to_json(boost::json::object{{"generation", restored->generation},
                                                                 {"directory", options.target.string()},
                                                                 {"stores", std::move(stores)},
                                                                 {"files", restored->files.size()},
                                                                 {"bytes", restored->bytes()}}));
    } else {
        fmt::print("Backup {} is restored: {} stores, {} bytes, every digest right.\nRun it with: mkdb serve {}\n",
                   restored->generation, restored->stores.size(), grouped(restored->bytes()), options.target.string());
    }
    std::fflush(stdout);
    return succeeded;
}

} // namespace mkdb::cli
