#pragma once

#include <mkdb/core/result.hpp>
#include <mkdb/file/detail/descriptor.hpp>
#include <mkdb/file/detail/posix_calls.hpp>
#include <mkdb/file/detail/posix_error.hpp>

#include <sys/stat.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>

namespace mkdb::file::detail {

/// An open file of the operating system. See `random_access_file` for the contract.
template <class Calls>
class posix_file {
public:
    posix_file(descriptor held, std::filesystem::path path) : held_(std::move(held)), path_(std::move(path)) {}

    [[nodiscard]] result<std::size_t> read_at(std::uint64_t offset, std::span<std::byte> into) const {
        std::size_t filled = 0;
        while (filled < into.size()) {
            auto const rest = into.subspan(filled);
            auto const got = uninterrupted([&] {
                return Calls::pread(held_.get(), rest.data(), rest.size(), static_cast<off_t>(offset + filled));
            });
            if (got < 0) {
                return posix_failure("read", path_);
            }
            if (got == 0) {
                break;
            }
            filled += static_cast<std::size_t>(got);
        }
        return filled;
    }

    [[nodiscard]] result<std::uint64_t> size() const {
        struct stat about {};
        if (::fstat(held_.get(), &about) != 0) {
            return posix_failure("read the size of", path_);
        }
        return static_cast<std::uint64_t>(about.st_size);
    }

    [[nodiscard]] result<> write_at(std::uint64_t offset, std::span<std::byte const> from) {
        while (!from.empty()) {
            auto const put = uninterrupted(
                [&] { return Calls::pwrite(held_.get(), from.data(), from.size(), static_cast<off_t>(offset)); });
            if (put <= 0) {
                // A write that takes nothing and names no reason would loop for ever.
                return posix_failure("write to", path_, put < 0 ? errno : EIO);
            }
            offset += static_cast<std::uint64_t>(put);
            from = from.subspan(static_cast<std::size_t>(put));
        }
        return {};
    }

    /// Never repeated after a failure, not even after EINTR: the kernel may have marked the lost pages clean (R12).
    [[nodiscard]] result<> sync() {
        if (Calls::fdatasync(held_.get()) != 0) {
            return posix_failure("sync", path_);
        }
        return {};
    }

    [[nodiscard]] result<> resize(std::uint64_t size) {
        if (uninterrupted([&] { return ::ftruncate(held_.get(), static_cast<off_t>(size)); }) != 0) {
            return posix_failure("resize", path_);
        }
        return {};
    }

    /// File systems that cannot reserve are left to grow as they are written.
    [[nodiscard]] result<> preallocate(std::uint64_t length) {
        auto const answer = uninterrupted(
            [&] { return Calls::fallocate(held_.get(), FALLOC_FL_KEEP_SIZE, 0, static_cast<off_t>(length)); });
        if (answer != 0 && errno != EOPNOTSUPP && errno != ENOSYS && errno != EINVAL) {
            return posix_failure("reserve space for", path_);
        }
        return {};
    }

    /// Also reports what some file systems say only now. Linux frees the descriptor even then, so it is not repeated.
    [[nodiscard]] result<> close() {
        if (held_.valid() && ::close(held_.release()) != 0 && errno != EINTR) {
            return posix_failure("close", path_);
        }
        return {};
    }

private:
    descriptor held_;
    std::filesystem::path path_;
};

} // namespace mkdb::file::detail
