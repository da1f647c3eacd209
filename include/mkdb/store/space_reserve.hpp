#pragma once

#include <mkdb/core/result.hpp>
#include <mkdb/engine/space_gate.hpp>
#include <mkdb/file/concept.hpp>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace mkdb {

/// Keeps some of a disk for the time when it is full: a file RESERVE without content, for which space is allocated.
/// When the disk is full the file goes, so that deletions, compaction and a clean stop have what they need (R32);
/// when there is room for it again, and a quarter more, it comes back and writes are taken again.
///
/// On a file system that cannot allocate space for a file it keeps nothing, and only tells that the disk is full.
/// Thread safety: safe from any thread.
template <class Files>
class space_reserve final : public engine::space_gate {
public:
    using notice = std::function<void(std::string const&)>;

    /// Keeps `bytes`, but no more than an eighth of what is free where the file is made first.
    space_reserve(Files& files, std::filesystem::path directory, std::uint64_t bytes, notice on_change)
        : files_(&files), directory_(std::move(directory)), wanted_(bytes), on_change_(std::move(on_change)) {}

    /// Errors: `io`. A disk that is full already is no error: then no writes are taken from the beginning.
    [[nodiscard]] result<> open() {
        std::lock_guard const lock(mutex_);
        MKDB_TRY_ASSIGN(auto const free, files_->free_bytes(directory_));
        bytes_ = std::min(wanted_, free / 8);
        auto kept = keep();
        if (!kept && kept.error().code != errc::no_space) {
            return kept;
        }
        shut_ = !kept;
        return {};
    }

    [[nodiscard]] bool is_shut() override {
        if (!shut_) {
            return false;
        }
        std::unique_lock lock(mutex_);
        auto const free = files_->free_bytes(directory_);
        bool const room = shut_ && free && *free >= bytes_ + bytes_ / 4 && keep();
        shut_ = shut_ && !room;
        lock.unlock();
        if (room) {
            on_change_("There is room on the disk of " + directory_.string() + " again: writes are taken");
        }
        return shut_;
    }

    [[nodiscard]] bool shut() override {
        std::unique_lock lock(mutex_);
        if (shut_.exchange(true)) {
            return false;
        }
        file_.reset();
        auto const removed = files_->remove(path());
        lock.unlock();
        on_change_("The disk of " + directory_.string() +
                   " is full: writes are refused until there is room; reads, deletions and compaction go on" +
                   (removed ? "" : ". The space kept for them could not be given free: " + removed.error().message));
        return true;
    }

private:
    [[nodiscard]] std::filesystem::path path() const { return directory_ / "RESERVE"; }

    [[nodiscard]] result<> keep() {
        MKDB_TRY_ASSIGN(bool const present, files_->exists(path()));
        MKDB_TRY_ASSIGN(auto made,
                        files_->open(path(), present ? file::open_mode::read_write : file::open_mode::create_new));
        if (auto kept = made.preallocate(bytes_); !kept) {
            // What is left of the disk is not for an empty promise.
            MKDB_TRY(files_->remove(path()));
            return kept;
        }
        file_.emplace(std::move(made));
        return {};
    }

    Files* files_;
    std::filesystem::path directory_;
    std::uint64_t wanted_;
    std::uint64_t bytes_ = 0;
    notice on_change_;
    std::mutex mutex_;
    std::optional<typename Files::file> file_;
    std::atomic<bool> shut_{false};
};

} // namespace mkdb
