#pragma once

#include <mkdb/file/whole_file.hpp>
#include <mkdb/store/backup_manifest.hpp>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace mkdb {

/// Names in a directory of backups.
namespace backup_names {

inline constexpr char const* manifest = "backup.json";
inline constexpr char const* segments = "segments";
inline constexpr char const* lock = "LOCK";

[[nodiscard]] inline std::string generation(std::uint64_t number) {
    auto const digits = std::to_string(number);
    return "backup-" + std::string(digits.size() < 10 ? 10 - digits.size() : 0, '0') + digits;
}

/// The generation that a directory's name stands for; 0: none.
[[nodiscard]] inline std::uint64_t generation_of(std::string_view name) {
    constexpr std::string_view prefix = "backup-";
    std::uint64_t number = 0;
    if (name.starts_with(prefix)) {
        std::from_chars(name.data() + prefix.size(), name.data() + name.size(), number);
    }
    return number != 0 && generation(number) == name ? number : 0;
}

} // namespace backup_names

/// A generation in a directory of backups.
struct listed_backup {
    std::uint64_t generation = 0;
    std::filesystem::path directory;
    std::optional<backup_manifest> manifest{}; ///< None: it was never finished, or its `backup.json` is damaged.
    std::string problem{};                   ///< Why there is none.
    bool finished = true;                    ///< Whether it has a `backup.json`, which is written last.
};

/// Errors: `not_found` when the generation was never finished; `corrupt_file`, `format_newer`; `io`.
template <class Files>
[[nodiscard]] result<backup_manifest> load_backup(Files& files, std::filesystem::path const& directory) {
    auto const path = directory / backup_names::manifest;
    MKDB_TRY_ASSIGN(bool const present, files.exists(path));
    if (!present) {
        return fail(errc::not_found,
                    directory.string() + " has no backup.json: it is no backup, or one that was never finished");
    }
    MKDB_TRY_ASSIGN(auto const content, file::read_whole(files, path));
    auto loaded = parse_backup(content);
    if (!loaded) {
        return fail(loaded.error().code, path.string() + " " + loaded.error().message);
    }
    return loaded;
}

/// A generation, damaged or unfinished ones too. Nothing but its `backup.json` is read. Errors: `io`.
template <class Files>
[[nodiscard]] result<listed_backup> list_backup(Files& files, std::filesystem::path const& directory) {
    listed_backup listed{.generation = backup_names::generation_of(directory.filename().string()),
                         .directory = directory};
    auto loaded = load_backup(files, directory);
    if (loaded) {
        listed.manifest = *std::move(loaded);
    } else if (loaded.error().code == errc::io) {
        return loaded.error();
    } else {
        listed.finished = loaded.error().code != errc::not_found;
        listed.problem = loaded.error().message;
    }
    return listed;
}

/// The generations in `directory`, oldest first, damaged and unfinished ones too. Nothing but `backup.json` is read.
/// Errors: `io`.
template <class Files>
[[nodiscard]] result<std::vector<listed_backup>> list_backups(Files& files, std::filesystem::path const& directory) {
    std::vector<listed_backup> found;
    MKDB_TRY_ASSIGN(bool const present, files.exists(directory));
    if (!present) {
        return found;
    }
    MKDB_TRY_ASSIGN(auto const names, files.list(directory));
    for (auto const& name : names) {
        if (backup_names::generation_of(name) == 0) {
            continue;
        }
        MKDB_TRY_ASSIGN(auto listed, list_backup(files, directory / name));
        found.push_back(std::move(listed));
    }
    std::ranges::sort(found, {}, &listed_backup::generation);
    return found;
}

/// The segments that finished generations name, by key.
[[nodiscard]] inline std::map<std::string, backup_file, std::less<>>
shared_segments(std::vector<listed_backup> const& generations) {
    std::map<std::string, backup_file, std::less<>> known;
    for (auto const& each : generations) {
        if (each.manifest) {
            for (auto const& file : each.manifest->files) {
                if (!file.key.empty()) {
                    known.insert_or_assign(file.key, file);
                }
            }
        }
    }
    return known;
}

} // namespace mkdb
