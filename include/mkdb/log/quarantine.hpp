#pragma once

#include <mkdb/log/file_names.hpp>
#include <mkdb/log/findings.hpp>
#include <mkdb/log/manifest_state.hpp>

#include <filesystem>
#include <set>
#include <string>
#include <vector>

namespace mkdb::log {

/// Names in a log's directory that neither the manifest nor its own files account for. Pure.
[[nodiscard]] inline std::vector<std::string> strangers(std::vector<std::string> const& present,
                                                        manifest_state const& state, std::uint32_t generation) {
    std::set<std::string> known{names::current,
                                names::quarantine,
                                names::checkpoint,
                                names::new_checkpoint,
                                names::manifest(generation, 0),
                                names::manifest(generation, 1)};
    for (auto const& [number, segment] : state.segments()) {
        known.insert(names::segment(number));
        known.insert(names::parity(number));
    }
    std::vector<std::string> unknown;
    for (auto const& name : present) {
        if (!known.contains(name) && !names::is_unfinished(name)) {
            unknown.push_back(name);
        }
    }
    return unknown;
}

/// Moves files aside, under names that are free there. They are never replayed and never removed (R17).
template <class Files>
[[nodiscard]] result<> quarantine(Files& files, std::filesystem::path const& directory,
                                  std::vector<std::string> const& unknown) {
    if (unknown.empty()) {
        return {};
    }
    auto const aside = directory / names::quarantine;
    MKDB_TRY(files.create_directories(aside));
    for (auto const& name : unknown) {
        auto target = aside / name;
        for (unsigned attempt = 1;; ++attempt) {
            MKDB_TRY_ASSIGN(auto const taken, files.exists(target));
            if (!taken) {
                break;
            }
            target = aside / (name + "." + std::to_string(attempt));
        }
        MKDB_TRY(files.rename(directory / name, target));
    }
    MKDB_TRY(files.sync_directory(aside));
    return files.sync_directory(directory);
}

/// Removes copies, parity and a CURRENT that were being made when the program ended: all in them is in other files.
/// Errors: `io`.
template <class Files>
[[nodiscard]] result<> remove_unfinished(Files& files, std::filesystem::path const& directory,
                                         std::vector<std::string> const& present, findings& found) {
    bool removed = false;
    for (auto const& name : present) {
        if (names::is_unfinished(name)) {
            MKDB_TRY(files.remove(directory / name));
            found.notes.push_back("removed " + name + ", which was being made when the program ended");
            removed = true;
        }
    }
    return removed ? files.sync_directory(directory) : result<>();
}

} // namespace mkdb::log
