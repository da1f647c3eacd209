#pragma once

#include <mkdb/core/out_of_memory.hpp>
#include <mkdb/core/result.hpp>
#include <mkdb/file/concept.hpp>

#include <filesystem>
#include <string>
#include <utility>

namespace mkdb::file {

/// Removes `path` with all below it. Errors: `errc::io`; what could be removed is gone.
template <file_system Files>
[[nodiscard]] result<> remove_tree(Files& files, std::filesystem::path const& path) {
    if (auto const names = files.list(path)) {
        for (auto const& name : *names) {
            MKDB_TRY(remove_tree(files, path / name));
        }
    }
    return files.remove(path);
}

/// Refuses a place that something is at already: only an absent or an empty directory can become a new one.
/// Errors: `errc::invalid_argument` with the place; `errc::io`.
template <file_system Files>
[[nodiscard]] result<> check_vacant(Files& files, std::filesystem::path const& place) {
    MKDB_TRY_ASSIGN(bool const present, files.exists(place));
    if (!present) {
        return {};
    }
    auto const names = files.list(place);
    if (!names) {
        return fail(errc::invalid_argument, place.string() + " is not a directory: name one that is absent or empty");
    }
    return names->empty() ? result<>()
                          : fail(errc::invalid_argument,
                                 place.string() + " is not empty: name a directory that is absent or empty");
}

/// A directory that is filled beside its place, as PLACE.unfinished, and moved there when it is complete: whoever finds
/// something at the place finds all of it, whenever the program or the machine stopped.
///
/// Thread safety: one thread at a time.
template <file_system Files>
class staged_directory {
public:
    /// Makes the directory beside `place`, which must be absent or an empty directory. Errors: `errc::invalid_argument`
    /// when it is neither, or an earlier run left its unfinished directory; `errc::io`.
    [[nodiscard]] static result<staged_directory> begin(Files& files, std::filesystem::path const& place) {
        auto const target = normal(place);
        MKDB_TRY(check_vacant(files, target));
        auto const staging = std::filesystem::path(target) += ".unfinished";
        MKDB_TRY_ASSIGN(bool const left, files.exists(staging));
        if (left) {
            return fail(errc::invalid_argument, staging.string() + " is left over from a run that was cut off, or "
                                                                   "another one is at work: remove it if none is");
        }
        MKDB_TRY(files.create_directories(staging));
        return staged_directory(files, target, staging);
    }

    staged_directory(staged_directory&& other) noexcept
        : files_(std::exchange(other.files_, nullptr)), target_(std::move(other.target_)),
          staging_(std::move(other.staging_)) {}
    staged_directory(staged_directory const&) = delete;
    staged_directory& operator=(staged_directory&&) = delete;
    staged_directory& operator=(staged_directory const&) = delete;

    /// What was not finished goes, as far as there is memory for that.
    ~staged_directory() {
        if (files_ != nullptr) {
            if_memory_allows([this] { static_cast<void>(remove_tree(*files_, staging_)); });
        }
    }

    /// Where to put the content. What is written there must be synced, names included, before `commit`.
    [[nodiscard]] std::filesystem::path const& path() const noexcept { return staging_; }

    /// Moves the directory to its place. Errors: `errc::io`; then nothing is at the place, and what was made is
    /// removed. Or, as the message says then, the directory is at its place and complete, but its name is not known to
    /// be on the disk: a power cut may take it.
    [[nodiscard]] result<> commit() {
        MKDB_TRY(files_->sync_directory(staging_));
        MKDB_TRY(files_->rename(staging_, target_));
        auto const kept = std::exchange(files_, nullptr)->sync_directory(parent_of(target_));
        auto const what = target_.string() + " is complete, but its name may not survive a power cut: ";
        return kept ? kept : fail(kept.error().code, what + kept.error().message);
    }

private:
    staged_directory(Files& files, std::filesystem::path target, std::filesystem::path staging)
        : files_(&files), target_(std::move(target)), staging_(std::move(staging)) {}

    /// Without a slash at its end, so that a name can be put beside it.
    [[nodiscard]] static std::filesystem::path normal(std::filesystem::path const& place) {
        auto const plain = place.lexically_normal();
        return plain.has_filename() ? plain : plain.parent_path();
    }

    [[nodiscard]] static std::filesystem::path parent_of(std::filesystem::path const& path) {
        return path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
    }

    Files* files_;
    std::filesystem::path target_;
    std::filesystem::path staging_;
};

} // namespace mkdb::file
