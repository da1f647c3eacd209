#pragma once

#include <mkdb/core/result.hpp>
#include <mkdb/core/scratch_space.hpp>
#include <mkdb/file/detail/descriptor.hpp>
#include <mkdb/file/detail/posix_calls.hpp>
#include <mkdb/file/detail/posix_error.hpp>

#include <fcntl.h>

#include <cerrno>
#include <filesystem>
#include <mutex>
#include <optional>
#include <utility>

namespace mkdb::file::detail {

/// Holds the file of a `posix_scratch`, and what the system says of it.
template <class Calls>
class posix_scratch_watch final : public scratch_watch {
public:
    posix_scratch_watch(descriptor file, std::filesystem::path directory) noexcept
        : file_(std::move(file)), directory_(std::move(directory)) {}

    [[nodiscard]] int get() const noexcept { return file_.get(); }

    /// The system marks a page that the disk did not take as written, and tells of it once, whoever waits for whatever
    /// part of the file. So this waits for the first page alone, and writes nothing.
    [[nodiscard]] result<> check() override {
        std::lock_guard const lock(mutex_);
        if (!lost_ && wait() != 0) {
            lost_ = posix_failure("keep on the disk what indexes have in", directory_);
        }
        return lost_ ? result<>(*lost_) : result<>();
    }

private:
    [[nodiscard]] int wait() const noexcept {
        auto const waited = uninterrupted(
            [&] { return Calls::sync_file_range(file_.get(), 0, scratch_space::unit, SYNC_FILE_RANGE_WAIT_BEFORE); });
        return waited != 0 && errno == ENOSYS ? Calls::fdatasync(file_.get()) : waited;
    }

    descriptor file_;
    std::filesystem::path directory_;
    std::mutex mutex_;
    std::optional<error> lost_;
};

} // namespace mkdb::file::detail
