#include "cli/stats_command.hpp"

#include "cli/control_client.hpp"
#include "cli/local_database.hpp"
#include "cli/number_text.hpp"
#include "control/storage_report.hpp"

#include <mkdb/document/write.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

namespace mkdb::cli {
namespace {

struct stats_column {
    char const* title;
    std::string_view member; ///< Maybe one of an object: `object.member`.
};

constexpr std::array stats_columns{stats_column{"store", "name"},
                                   stats_column{"records", "records"},
                                   stats_column{"damaged", "damaged_records"},
                                   stats_column{"partitions", "partitions"},
                                   stats_column{"segments", "segments"},
                                   stats_column{"bytes", "bytes"},
                                   stats_column{"bytes/record", "bytes_per_record"},
                                   stats_column{"amplification", "space_amplification"},
                                   stats_column{"unprotected", "unprotected_bytes"},
                                   stats_column{"index RAM", "indexes.ram_bytes"},
                                   stats_column{"index disk", "indexes.disk_bytes"}};

/// Null when there is none, as in the report of an older server.
boost::json::value const* member_of(boost::json::object const& report, std::string_view member) {
    auto const dot = member.find('.');
    auto const* const found = report.if_contains(member.substr(0, dot));
    if (dot == std::string_view::npos || found == nullptr) {
        return found;
    }
    return found->is_object() ? member_of(found->get_object(), member.substr(dot + 1)) : nullptr;
}

std::string cell_of(boost::json::object const& report, std::string_view member) {
    auto const* const value = member_of(report, member);
    if (value == nullptr || value->is_null()) {
        return "-";
    }
    if (auto const* const text = value->if_string()) {
        return std::string(*text);
    }
    if (auto const* const fraction = value->if_double()) {
        return fmt::format("{:.2f}", *fraction);
    }
    boost::system::error_code inexact;
    auto const number = value->to_number<std::uint64_t>(inexact);
    return inexact ? document::to_json(*value) : grouped(number);
}

result<boost::json::array> stats_of_directory(stats_options const& options, std::filesystem::path const& directory) {
    MKDB_TRY_ASSIGN(auto const local, local_database::open(directory));
    boost::json::array stores;
    MKDB_TRY_ASSIGN(auto const names, local->database().stored_names());
    for (auto const& name : options.store.empty() ? names : std::vector{options.store}) {
        MKDB_TRY_ASSIGN(auto const store, local->open_store(name));
        stores.push_back(server::storage_report(*store));
    }
    MKDB_TRY(local->close());
    return stores;
}

result<boost::json::array> stats_of_server(stats_options const& options, server_address const& where) {
    MKDB_TRY_ASSIGN(auto const client, control_client::log_in(where, options.login));
    boost::json::object request{{"action", "api_get_storage_report"}};
    if (!options.store.empty()) {
        request["name"] = options.store;
    }
    MKDB_TRY_ASSIGN(auto answer, client.act(request));
    auto* const stores = answer.is_object() ? answer.get_object().if_contains("stores") : nullptr;
    if (stores == nullptr || !stores->is_array()) {
        return fail(errc::connection, "the server's report is not understood; is it of another version?");
    }
    return std::move(stores->get_array());
}

} // namespace

std::string stats_table(boost::json::array const& stores) {
    std::vector<std::vector<std::string>> rows(1);
    for (auto const& each : stats_columns) {
        rows.front().emplace_back(each.title);
    }
    for (auto const& report : stores) {
        auto& row = rows.emplace_back();
        for (auto const& each : stats_columns) {
            row.push_back(report.is_object() ? cell_of(report.get_object(), each.member) : "-");
        }
    }
    std::array<std::size_t, stats_columns.size()> widths{};
    for (auto const& row : rows) {
        for (std::size_t at = 0; at < stats_columns.size(); ++at) {
            widths[at] = std::max(widths[at], row[at].size());
        }
    }
    std::string text;
    for (auto const& row : rows) {
        for (std::size_t at = 0; at < stats_columns.size(); ++at) {
            text += at == 0 ? fmt::format("{:<{}}", row[at], widths[at]) : fmt::format("  {:>{}}", row[at], widths[at]);
        }
        text += '\n';
    }
    return text;
}

outcome print_stats(stats_options const& options) {
    MKDB_TRY_ASSIGN(auto const where, parse_control_target(options.source));
    auto const* const address = std::get_if<server_address>(&where);
    MKDB_TRY_ASSIGN(auto stores, address != nullptr
                                     ? stats_of_server(options, *address)
                                     : stats_of_directory(options, std::get<std::filesystem::path>(where)));
    if (options.json) {
        fmt::print("{}\n", document::to_json(boost::json::object{{"stores", std::move(stores)}}));
    } else {
        fmt::print("{}", stats_table(stores));
    }
    std::fflush(stdout);
    return succeeded;
}

} // namespace mkdb::cli
