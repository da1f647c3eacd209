#pragma once

#include <mkdb/store/backup_catalogue.hpp>

#include <filesystem>
#include <string>

namespace mkdb {

/// What somebody means who names a directory, as far as the names in it tell.
enum class directory_kind {
    absent,
    live_database,
    backup,            ///< A generation of a backup.
    unfinished_backup, ///< A generation whose making was cut off.
    backups,           ///< A directory of generations.
    other,
};

/// Without a slash at its end, so that its name and its parent can be told.
[[nodiscard]] inline std::filesystem::path plain_directory(std::filesystem::path const& directory) {
    auto plain = directory.lexically_normal();
    return plain.has_filename() || !plain.has_parent_path() ? plain : plain.parent_path();
}

/// Errors: `io`.
template <class Files>
[[nodiscard]] result<directory_kind> kind_of_directory(Files& files, std::filesystem::path const& named) {
    auto const directory = plain_directory(named);
    MKDB_TRY_ASSIGN(bool const present, files.exists(directory));
    MKDB_TRY_ASSIGN(bool const backup, files.exists(directory / backup_names::manifest));
    if (!present || backup) {
        return present ? directory_kind::backup : directory_kind::absent;
    }
    MKDB_TRY_ASSIGN(bool const in_backups, files.exists(directory.parent_path() / backup_names::segments));
    if (in_backups && backup_names::generation_of(directory.filename().string()) != 0) {
        return directory_kind::unfinished_backup;
    }
    // Before backups: a database may have had some put into it.
    MKDB_TRY_ASSIGN(bool const stores, files.exists(directory / "stores"));
    MKDB_TRY_ASSIGN(bool const backups, files.exists(directory / backup_names::segments));
    if (stores || backups) {
        return stores ? directory_kind::live_database : directory_kind::backups;
    }
    return directory_kind::other;
}

/// Says what is at a place where a directory of backups was meant. Errors: `not_found` for everything else.
[[nodiscard]] inline result<> expect_backups(directory_kind kind, std::filesystem::path const& directory) {
    auto const refuse = [&](std::string const& why) { return fail(errc::not_found, directory.string() + " " + why); };
    switch (kind) {
    case directory_kind::backups: return {};
    case directory_kind::absent: return refuse("does not exist: name a backup, or a directory of backups");
    case directory_kind::live_database: return refuse("is a database, not a backup");
    case directory_kind::unfinished_backup: return refuse("has no backup.json: this backup was never finished");
    case directory_kind::backup: return refuse("is one backup, not a directory of backups");
    case directory_kind::other: break;
    }
    return refuse("is no backup: neither backup.json nor backups are in it");
}

/// Refuses to take a generation of a backup for a database: opening writes, and then it could not be restored.
/// Errors: `invalid_argument`; `io`.
template <class Files>
[[nodiscard]] result<> refuse_backup(Files& files, std::filesystem::path const& directory) {
    MKDB_TRY_ASSIGN(auto const kind, kind_of_directory(files, directory));
    if (kind != directory_kind::backup && kind != directory_kind::unfinished_backup) {
        return {};
    }
    return fail(errc::invalid_argument, directory.string() +
                                            " is a generation of a backup, not a database, and opening it would "
                                            "change it: make a database of it with `mkdb restore " +
                                            directory.string() + " DIR`");
}

} // namespace mkdb
