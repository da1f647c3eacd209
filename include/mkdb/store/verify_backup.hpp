#pragma once

#include <mkdb/store/backup_fault.hpp>
#include <mkdb/store/directory_kind.hpp>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace mkdb {

/// A file of a backup that is not as `backup.json` says.
struct faulty_backup_file {
    std::filesystem::path path;
    std::string problem; ///< Goes on after the path.
    bool shared = false; ///< A segment, which generations share: a backup copies it anew if its database still has it.
};

/// A generation as a verification found it.
struct verified_backup {
    std::filesystem::path directory;
    bool finished = true;  ///< Else it never counted, and nothing of it was read.
    std::string problem{}; ///< Why there is no telling what it must hold.
    std::uint64_t files = 0;
    std::uint64_t bytes = 0;
    std::vector<faulty_backup_file> faults{};

    [[nodiscard]] bool sound() const noexcept { return !finished || (problem.empty() && faults.empty()); }
};

struct backup_verification {
    std::vector<verified_backup> generations; ///< Oldest first.

    [[nodiscard]] bool sound() const noexcept {
        return std::ranges::all_of(generations, [](auto const& each) { return each.sound(); });
    }
};

namespace detail {

template <class Files>
class backup_verifier {
public:
    backup_verifier(Files& files, copy_progress const& progress) : files_(files), progress_(progress) {}

    [[nodiscard]] result<verified_backup> verify(listed_backup const& listed) {
        verified_backup made{.directory = listed.directory, .finished = listed.finished, .problem = listed.problem};
        if (!listed.manifest) {
            return made;
        }
        for (auto const& file : listed.manifest->files) {
            bool const shared = !file.key.empty();
            auto const path = shared ? listed.directory.parent_path() / backup_names::segments / file.key
                                     : listed.directory / file.path;
            MKDB_TRY_ASSIGN(auto problem, shared ? shared_fault(path, file) : fault(path, file));
            if (!problem.empty()) {
                made.faults.push_back({path, std::move(problem), shared});
            }
            ++made.files;
            made.bytes += file.size;
        }
        return made;
    }

private:
    [[nodiscard]] result<std::string> fault(std::filesystem::path const& path, backup_file const& file) {
        return find_backup_fault(files_, path, file, backup_reading::digest, progress_);
    }

    /// Generations share segments: each is read once.
    [[nodiscard]] result<std::string> shared_fault(std::filesystem::path const& path, backup_file const& file) {
        auto const wanted = std::pair(path, file.digest);
        auto known = found_.find(wanted);
        if (known == found_.end()) {
            MKDB_TRY_ASSIGN(auto problem, fault(path, file));
            known = found_.emplace(wanted, std::move(problem)).first;
        }
        return known->second;
    }

    Files& files_;
    copy_progress const& progress_;
    std::map<std::pair<std::filesystem::path, std::string>, std::string> found_;
};

} // namespace detail

/// Reads every file of a generation, or of all generations in a directory of backups, and compares it with the digest
/// in `backup.json`. Nothing is written and nothing locked: a backup that runs meanwhile may be seen unfinished.
///
/// Errors: `not_found` when there is no backup; `io`; what `progress` gives. Whatever is wrong with a file is in the
/// report, and keeps no other from being read.
/// Complexity: reads the backup once, segments that generations share once for all of them.
template <class Files>
[[nodiscard]] result<backup_verification> verify_backup(Files& files, std::filesystem::path const& backup,
                                                        copy_progress const& progress = {}) {
    auto const directory = plain_directory(backup);
    MKDB_TRY_ASSIGN(auto const kind, kind_of_directory(files, directory));
    std::vector<listed_backup> wanted;
    if (kind == directory_kind::backup) {
        MKDB_TRY_ASSIGN(auto listed, list_backup(files, directory));
        wanted.push_back(std::move(listed));
    } else {
        MKDB_TRY(expect_backups(kind, directory));
        MKDB_TRY_ASSIGN(wanted, list_backups(files, directory));
    }
    if (std::ranges::none_of(wanted, &listed_backup::finished)) {
        return fail(errc::not_found, directory.string() + " holds no finished backup");
    }
    backup_verification made;
    detail::backup_verifier<Files> verifier(files, progress);
    for (auto const& each : wanted) {
        MKDB_TRY_ASSIGN(auto verified, verifier.verify(each));
        made.generations.push_back(std::move(verified));
    }
    return made;
}

} // namespace mkdb
