#pragma once

#include <mkdb/core/result.hpp>
#include <mkdb/log/checkpoint_writer.hpp>
#include <mkdb/log/file_names.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace mkdb::engine {

/// Keeps the checkpoint of a partition and the moving of its versions apart: a checkpoint that was captured before or
/// while versions moved is never put in place, and one that is in place goes before they do. Neither waits for the
/// other.
///
/// Thread safety: safe from any thread.
template <class Files>
class checkpoint_keeper {
public:
    checkpoint_keeper(Files& files, std::filesystem::path directory)
        : files_(&files), directory_(std::move(directory)) {}
    checkpoint_keeper(checkpoint_keeper const&) = delete;
    checkpoint_keeper& operator=(checkpoint_keeper const&) = delete;
    ~checkpoint_keeper() = default;

    /// While it lives, versions may move. It must not outlive the keeper.
    class moving {
    public:
        explicit moving(checkpoint_keeper& keeper) noexcept : keeper_(&keeper) {}
        moving(moving&& other) noexcept : keeper_(std::exchange(other.keeper_, nullptr)) {}
        moving& operator=(moving&&) = delete;
        ~moving() {
            if (keeper_ != nullptr) {
                std::lock_guard const lock(keeper_->mutex_);
                --keeper_->moving_;
            }
        }

    private:
        checkpoint_keeper* keeper_;
    };

    /// Removes the checkpoint for good, and lets nobody put one in place that knows the old places.
    /// Errors: `io`; then nothing may be moved.
    [[nodiscard]] result<moving> begin_move() {
        std::lock_guard const lock(mutex_);
        // Before the file is looked at: a capture under way must fail whatever comes of that.
        ++generation_;
        auto const path = directory_ / log::names::checkpoint;
        MKDB_TRY_ASSIGN(bool const there, files_->exists(path));
        if (there) {
            covered_.reset();
            MKDB_TRY(files_->remove(path));
            MKDB_TRY(files_->sync_directory(directory_));
        }
        covered_.reset();
        ++moving_;
        return moving(*this);
    }

    /// What `publish` wants to be shown; nothing while versions move.
    [[nodiscard]] std::optional<std::uint64_t> begin_capture() const {
        std::lock_guard const lock(mutex_);
        return moving_ == 0 ? std::optional(generation_) : std::nullopt;
    }

    /// A checkpoint of this partition on its way to the disk.
    [[nodiscard]] log::checkpoint_writer<Files> write(std::vector<log::checkpoint_section> sections) const {
        return log::checkpoint_writer<Files>(*files_, directory_, std::move(sections));
    }
    /// As `write`, of so many sections that nobody copied.
    [[nodiscard]] log::checkpoint_writer<Files> write(std::size_t sections) const {
        return log::checkpoint_writer<Files>(*files_, directory_, sections);
    }

    /// Runs `put_in_place` unless versions have moved, or begun to, since the capture began; false then. `covered` is
    /// how many bytes had been appended since the partition was opened, `size` what the checkpoint takes.
    /// Errors: those of `put_in_place`.
    template <class PutInPlace>
    [[nodiscard]] result<bool> publish(std::uint64_t captured, std::uint64_t covered, std::uint64_t size,
                                       PutInPlace&& put_in_place) {
        std::lock_guard const lock(mutex_);
        if (captured != generation_) {
            return false;
        }
        covered_.reset();
        MKDB_TRY(std::forward<PutInPlace>(put_in_place)());
        covered_ = covered;
        uncovered_at_opening_ = 0;
        size_ = size;
        return true;
    }

    /// There are indexes that neither a checkpoint in place has, nor one that is being written: opening would have to
    /// read all of the log for them.
    void outdate() {
        std::lock_guard const lock(mutex_);
        ++generation_;
        covered_.reset();
    }

    /// The partition was opened from a checkpoint of `size` bytes and `uncovered` bytes of log behind it.
    void opened_from(std::uint64_t size, std::uint64_t uncovered) {
        std::lock_guard const lock(mutex_);
        covered_ = 0;
        uncovered_at_opening_ = uncovered;
        size_ = size;
    }

    /// How much of the log opening would have to read now, when it has `log_bytes`, `appended` of them since the
    /// partition was opened.
    [[nodiscard]] std::uint64_t uncovered(std::uint64_t log_bytes, std::uint64_t appended) const {
        std::lock_guard const lock(mutex_);
        return covered_ ? uncovered_at_opening_ + appended - *covered_ : log_bytes;
    }

    /// Of the newest checkpoint that this process knows of, in place or not; zero for none.
    [[nodiscard]] std::uint64_t size() const {
        std::lock_guard const lock(mutex_);
        return size_;
    }

private:
    Files* files_;
    std::filesystem::path directory_;
    mutable std::mutex mutex_;
    std::uint64_t generation_ = 0;
    std::uint64_t moving_ = 0;
    /// Bytes appended since opening that a checkpoint in place knows, with all indexes; else none.
    std::optional<std::uint64_t> covered_;
    std::uint64_t uncovered_at_opening_ = 0;
    std::uint64_t size_ = 0;
};

} // namespace mkdb::engine
