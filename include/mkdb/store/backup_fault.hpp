#pragma once

#include <mkdb/store/backup_manifest.hpp>
#include <mkdb/store/file_copy.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace mkdb {

/// How much of a file of a backup is looked at.
enum class backup_reading {
    length, ///< Its name and its length: a file that is gone or was cut short is found, and nothing is read.
    digest, ///< All its bytes.
};

/// What is wrong with a file of a backup that was read: goes on after its path. Empty: nothing. Pure.
[[nodiscard]] inline std::string backup_fault(backup_file const& wanted, std::uint64_t size,
                                              log::segment_digest const& digest) {
    if (size != wanted.size) {
        return "has " + std::to_string(size) + " bytes, and backup.json says " + std::to_string(wanted.size);
    }
    return digest_text(digest) != wanted.digest ? "is damaged: its digest is not the one in backup.json" : "";
}

/// What is wrong with the file of a backup at `path`: goes on after its path. Empty: nothing. What the disk cannot give
/// is a fault and no error. Errors: what `progress` gives.
template <class Files>
[[nodiscard]] result<std::string> find_backup_fault(Files& files, std::filesystem::path const& path,
                                                    backup_file const& wanted, backup_reading reading,
                                                    copy_progress const& progress) {
    auto const unreadable = [](error const& why) { return "cannot be read: " + why.message; };
    auto const present = files.exists(path);
    if (!present || !*present) {
        return present ? "is missing" : unreadable(present.error());
    }
    auto const file = files.open(path, file::open_mode::read_only);
    auto const size = file ? file->size() : result<std::uint64_t>(file.error());
    if (!size) {
        return unreadable(size.error());
    }
    log::digest_stream all;
    if (*size != wanted.size || reading == backup_reading::length) {
        return *size != wanted.size ? backup_fault(wanted, *size, all.value()) : std::string();
    }
    std::vector<std::byte> buffer(mebibyte);
    for (std::uint64_t at = 0;;) {
        auto const got = file->read_at(at, buffer);
        if (!got) {
            return unreadable(got.error());
        }
        if (*got == 0) {
            return backup_fault(wanted, at, all.value());
        }
        all.add(std::span<std::byte const>(buffer).first(*got));
        at += *got;
        if (progress) {
            MKDB_TRY(progress(*got));
        }
    }
}

} // namespace mkdb
