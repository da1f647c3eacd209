#include "cli/backup_check.hpp"
#include "cli/check_command.hpp"
#include "cli/json_output.hpp"
#include "cli/number_text.hpp"
#include "cli/terminal.hpp"
#include "config/config_file.hpp"
#include "config/reading.hpp"
#include "config/settings.hpp"
#include "control/store_settings.hpp"
#include "pymkdb/source_directory.hpp"
#include "server_policies.hpp"

#include <boost/json/array.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace mkdb::cli {
namespace {

using log::healing_outcome;
using log::parity_verdict;

std::string_view name_of(healing_outcome outcome) {
    switch (outcome) {
    case healing_outcome::clean: return "clean";
    case healing_outcome::healed: return "healed";
    case healing_outcome::healable: return "healable";
    case healing_outcome::unrecoverable: return "unrecoverable";
    }
    return "unknown";
}

std::string_view name_of(log::checked_segment const& segment) {
    if (!segment.sealed) {
        return "not yet";
    }
    if (segment.parity_made) {
        return "made";
    }
    switch (segment.parity) {
    case parity_verdict::good: return segment.parity_whole ? "whole" : "damaged";
    case parity_verdict::missing: return "missing";
    case parity_verdict::damaged: return "damaged";
    case parity_verdict::foreign: return "of another segment";
    case parity_verdict::other_codec: return "of another codec";
    case parity_verdict::newer: return "of a newer version";
    case parity_verdict::unopened: return "not to be opened";
    }
    return "unknown";
}

std::string place_of(checked_partition const& partition) {
    return partition.partition ? fmt::format("Store '{}', partition {}", partition.store, *partition.partition)
                               : fmt::format("Store '{}' cannot be checked", partition.store);
}

void describe_partition(std::string& text, checked_partition const& partition) {
    auto const add = [&](std::string_view what) { text += fmt::format("{}: {}\n", place_of(partition), what); };
    if (partition.failure) {
        add(partition.failure->message);
        return;
    }
    if (!partition.manifest_sound) {
        add("the manifest is damaged in one of its copies; the next opening mends it");
    }
    for (auto const& segment : partition.segments) {
        if (segment.state.outcome != healing_outcome::clean) {
            add(fmt::format("{} [{}]", segment.state.message, name_of(segment.state.outcome)));
        }
    }
    for (auto const& note : partition.notes) {
        add(note);
    }
    if (!partition.lost_ids.empty()) {
        add(fmt::format("lost records: {}", fmt::join(partition.lost_ids, ", ")));
    }
    if (partition.lost_unnamed) {
        add("lost records whose ids cannot be read any more");
    }
}

std::uint64_t segments_of(check_report const& report) {
    std::uint64_t all = 0;
    for (auto const& partition : report.partitions) {
        all += partition.segments.size();
    }
    return all;
}

std::uint64_t without_parity(check_report const& report) {
    std::uint64_t all = 0;
    for (auto const& partition : report.partitions) {
        for (auto const& segment : partition.segments) {
            all += segment.sealed && !segment.parity_whole ? 1 : 0;
        }
    }
    return all;
}

boost::json::object partition_json(checked_partition const& partition) {
    boost::json::array segments;
    for (auto const& each : partition.segments) {
        segments.push_back(boost::json::object{{"segment", each.number},
                                               {"state", name_of(each.state.outcome)},
                                               {"damaged_blocks", each.state.damaged_blocks},
                                               {"message", each.state.message},
                                               {"parity", name_of(each)}});
    }
    return {{"store", partition.store},
            {"partition", partition.partition ? boost::json::value(*partition.partition) : boost::json::value()},
            {"sound", partition.sound()},
            {"failure", partition.failure ? partition.failure->message : ""},
            {"manifest_sound", partition.manifest_sound},
            {"segments", std::move(segments)},
            {"lost_ids", boost::json::array(partition.lost_ids.begin(), partition.lost_ids.end())},
            {"lost_unnamed", partition.lost_unnamed},
            {"notes", boost::json::array(partition.notes.begin(), partition.notes.end())}};
}

result<check_report> check(check_request const& request) {
    file::posix files;
    MKDB_TRY_ASSIGN(auto const loaded, server::config_file<file::posix>(files, request.directory).load());
    MKDB_TRY(pymkdb::check_not_source(files, request.directory));
    auto const& stores = server::section_at(loaded.document, "stores");
    check_options options;
    options.repair = request.repair;
    options.storage_nodes = server::read_storage_nodes(loaded.document, request.directory);
    options.storage = [&stores](std::string const& name) {
        auto const* const found = stores.if_contains(name);
        auto const section = found == nullptr ? server::new_store_section(name) : found->get_object();
        return server::read_storage_options(section).of<storage::rolling_log>();
    };
    if (is_terminal(stderr)) {
        options.on_progress = [](std::string const& sentence) { fmt::print(stderr, "{}\n", sentence); };
    }
    auto checked = check_database<server::server_policies>(request.directory, options);
    if (!checked && checked.error().code == errc::locked) {
        return fail(errc::locked,
                    fmt::format("{} is in use, by a server or another command: stop it first, or have the "
                                "server scrub its stores (api_scrub_store)",
                                request.directory));
    }
    return checked;
}

} // namespace

std::string check_text(check_report const& report, bool repaired) {
    std::string text;
    for (auto const& partition : report.partitions) {
        describe_partition(text, partition);
    }
    for (auto const& note : report.notes) {
        text += note + "\n";
    }
    auto const healable = report.count(healing_outcome::healable);
    text += fmt::format(
        "{} partitions, {} segments: {} clean, {} healed, {} healable, {} unrecoverable; {} without whole "
        "parity.\n",
        grouped(report.partitions.size()), grouped(segments_of(report)), grouped(report.count(healing_outcome::clean)),
        grouped(report.count(healing_outcome::healed)), grouped(healable),
        grouped(report.count(healing_outcome::unrecoverable)), grouped(without_parity(report)));
    if (!repaired && (healable > 0 || without_parity(report) > 0)) {
        text += "Run it with --repair to heal what can be healed, and to make parity that is missing.\n";
    }
    return text;
}

boost::json::object check_json(check_report const& report) {
    boost::json::array partitions;
    for (auto const& each : report.partitions) {
        partitions.push_back(partition_json(each));
    }
    return {{"sound", report.sound()},
            {"segments", segments_of(report)},
            {"clean", report.count(healing_outcome::clean)},
            {"healed", report.count(healing_outcome::healed)},
            {"healable", report.count(healing_outcome::healable)},
            {"unrecoverable", report.count(healing_outcome::unrecoverable)},
            {"without_parity", without_parity(report)},
            {"partitions", std::move(partitions)},
            {"notes", boost::json::array(report.notes.begin(), report.notes.end())}};
}

outcome check_directory(check_request const& request) {
    file::posix files;
    MKDB_TRY_ASSIGN(auto const kind, kind_of_directory(files, request.directory));
    if (kind == directory_kind::backup || kind == directory_kind::backups) {
        return check_backup(request);
    }
    MKDB_TRY_ASSIGN(auto const report, check(request));
    if (request.json) {
        print_json(check_json(report), true);
    } else {
        fmt::print("{}", check_text(report, request.repair));
    }
    return report.sound() ? succeeded : failed;
}

} // namespace mkdb::cli
