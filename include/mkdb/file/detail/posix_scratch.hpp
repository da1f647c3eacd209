#pragma once

#include <mkdb/core/bytes.hpp>
#include <mkdb/core/result.hpp>
#include <mkdb/core/scratch_space.hpp>
#include <mkdb/file/detail/descriptor.hpp>
#include <mkdb/file/detail/posix_error.hpp>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <utility>

namespace mkdb::file::detail {

/// A file without a name, mapped: it is gone with the process, however that ends.
class posix_scratch final : public scratch_space {
public:
    /// In a directory on the disk that is meant. Errors: `io`.
    [[nodiscard]] static result<std::unique_ptr<scratch_space>> make(std::filesystem::path const& directory) {
        descriptor held(uninterrupted(
            [&] { return ::open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, S_IRUSR | S_IWUSR); }));
        if (!held.valid()) {
            return posix_failure("make a file without a name in", directory);
        }
        return std::unique_ptr<scratch_space>(new posix_scratch(std::move(held)));
    }

    ~posix_scratch() override {
        if (begin_ != nullptr) {
            reserve(begin_, size_);
        }
    }

    [[nodiscard]] bool back(std::byte* at, std::size_t bytes) noexcept override {
        // Room for all of it first: a disk that is full would end the process when a page is written. Where there is
        // not enough, asking would take all that there is for a moment, from others who write.
        if (!leaves_room(bytes)) {
            return false;
        }
        auto const offset = static_cast<::off_t>(size_);
        if (uninterrupted([&] { return ::fallocate(file_.get(), 0, offset, static_cast<::off_t>(bytes)); }) != 0) {
            return false;
        }
        if (::mmap(at, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, file_.get(), offset) == MAP_FAILED) {
            return false;
        }
        begin_ = begin_ == nullptr ? at : begin_;
        size_ += bytes;
        return true;
    }

    void discard(std::byte* at, std::size_t bytes) noexcept override {
        static_cast<void>(::madvise(at, bytes, MADV_REMOVE)); // What it refuses stays on the disk until the end.
    }

private:
    /// What is left to others.
    static constexpr std::uint64_t spared = 256 * mebibyte;

    [[nodiscard]] bool leaves_room(std::size_t bytes) const noexcept {
        struct statvfs about {};
        return uninterrupted([&] { return ::fstatvfs(file_.get(), &about); }) == 0 &&
               std::uint64_t{about.f_bavail} * about.f_frsize >= spared + bytes;
    }

    explicit posix_scratch(descriptor file) noexcept : file_(std::move(file)) {}

    static void reserve(std::byte* at, std::size_t bytes) noexcept {
        static_cast<void>(::mmap(at, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0));
    }

    descriptor file_;
    std::byte* begin_ = nullptr;
    std::size_t size_ = 0;
};

} // namespace mkdb::file::detail
