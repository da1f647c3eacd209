#pragma once

#include <mkdb/file/staged_directory.hpp>
#include <mkdb/store/backup_fault.hpp>
#include <mkdb/store/directory_kind.hpp>
#include <mkdb/store/file_copy.hpp>

#include <algorithm>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

namespace mkdb {

namespace detail {

/// Where the files of a generation lie.
struct backup_source {
    std::filesystem::path directory;
    std::filesystem::path segments;
    backup_manifest manifest;
};

/// `backup` is a generation, or a directory of backups: then the newest one that was finished counts.
template <class Files>
[[nodiscard]] result<backup_source> find_backup(Files& files, std::filesystem::path const& backup) {
    auto directory = plain_directory(backup);
    MKDB_TRY_ASSIGN(auto const kind, kind_of_directory(files, directory));
    if (kind != directory_kind::backup) {
        MKDB_TRY(expect_backups(kind, directory));
        MKDB_TRY_ASSIGN(auto const generations, list_backups(files, directory));
        auto const newest = std::find_if(generations.rbegin(), generations.rend(), [](auto const& each) {
            // A damaged newest one is refused by name: that an older one is wanted instead is for a person to say.
            return each.finished;
        });
        if (newest == generations.rend()) {
            return fail(errc::not_found, directory.string() + " holds no finished backup");
        }
        directory = newest->directory;
    }
    MKDB_TRY_ASSIGN(auto manifest, load_backup(files, directory));
    return backup_source{directory, directory.parent_path() / backup_names::segments, std::move(manifest)};
}

/// What to do about a damaged file of a generation; follows on what is wrong.
[[nodiscard]] inline std::string restore_remedy(backup_file const& damaged) {
    return damaged.key.empty()
               ? ": nothing was restored; another generation may be whole, which `mkdb check` tells"
               : ": nothing was restored; while the database still has this segment, its next backup into the same "
                 "directory copies it anew, and `mkdb check` tells which generations are whole";
}

template <class Files>
[[nodiscard]] result<> restore_file(Files& files, backup_source const& source, backup_file const& wanted,
                                    std::filesystem::path const& target, copy_progress const& progress) {
    auto const from = wanted.key.empty() ? source.directory / wanted.path : source.segments / wanted.key;
    auto const refuse = [&](std::string const& why) {
        return fail(errc::corrupt_file, from.string() + " " + why + restore_remedy(wanted));
    };
    MKDB_TRY_ASSIGN(bool const present, files.exists(from));
    if (!present) {
        return refuse("is missing");
    }
    MKDB_TRY(files.create_directories((target / wanted.path).parent_path()));
    MKDB_TRY_ASSIGN(auto const opened, files.open(from, file::open_mode::read_only));
    MKDB_TRY_ASSIGN(auto const copied, copy_file(files, opened, target / wanted.path, 0, progress));
    auto const fault = backup_fault(wanted, copied.size, copied.digest);
    return fault.empty() ? result<>() : refuse(fault);
}

} // namespace detail

/// Makes the database in `target`, which must be absent or empty, out of a generation of a backup, or the newest one of
/// a directory of backups. The digest of every file is compared before the database appears; then all of it is there.
/// Returns what was restored.
///
/// Errors: `invalid_argument` for a target that is not empty; `not_found` when there is no finished backup;
/// `corrupt_file` with the file and what is wrong, `format_newer`: nothing is left in `target`; `io`, `no_space`:
/// likewise, unless the message says that the database is complete, and only its name may not survive a power cut.
template <class Files>
[[nodiscard]] result<backup_manifest> restore_backup(Files& files, std::filesystem::path const& backup,
                                                     std::filesystem::path const& target,
                                                     copy_progress const& progress = {}) {
    MKDB_TRY(file::check_vacant(files, target));
    MKDB_TRY_ASSIGN(auto source, detail::find_backup(files, backup));
    MKDB_TRY_ASSIGN(auto stage, file::staged_directory<Files>::begin(files, target));
    std::set<std::filesystem::path> directories;
    MKDB_TRY(files.create_directories(stage.path() / "stores"));
    for (auto const& each : source.manifest.files) {
        MKDB_TRY(detail::restore_file(files, source, each, stage.path(), progress));
        for (auto up = (stage.path() / each.path).parent_path(); up != stage.path(); up = up.parent_path()) {
            directories.insert(up);
        }
    }
    for (auto const& directory : directories) {
        MKDB_TRY(files.sync_directory(directory));
    }
    MKDB_TRY(stage.commit());
    return std::move(source.manifest);
}

} // namespace mkdb
