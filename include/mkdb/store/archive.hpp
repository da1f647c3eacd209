#pragma once

#include <mkdb/clock/concept.hpp>
#include <mkdb/core/result.hpp>
#include <mkdb/store/name.hpp>

#include <chrono>
#include <filesystem>
#include <string>

namespace mkdb {

/// Moves a closed store's directory into the archive beside it, under its name and the time, numbered when that is
/// taken. Returns the name of the directory. Errors: `io`.
template <class Files>
[[nodiscard]] result<std::string> move_to_archive(Files& files, std::filesystem::path const& stores,
                                                  std::string const& name, clock::wall_time now) {
    auto const archive = stores / archive_directory;
    MKDB_TRY(files.create_directories(archive));
    auto const seconds = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
    auto const stem = name + "-" + std::to_string(seconds);
    auto target = stem;
    for (int copy = 2;; ++copy) {
        MKDB_TRY_ASSIGN(bool const taken, files.exists(archive / target));
        if (!taken) {
            break;
        }
        target = stem + "-" + std::to_string(copy);
    }
    MKDB_TRY(files.rename(stores / name, archive / target));
    MKDB_TRY(files.sync_directory(archive));
    MKDB_TRY(files.sync_directory(stores));
    return target;
}

} // namespace mkdb
