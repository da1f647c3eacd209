#pragma once

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/statfs.h>
#include <sys/types.h>
#include <unistd.h>

#include <cstddef>

namespace mkdb::file::detail {

/// The system calls that may be interrupted or do less than they were asked to: tests replace them to do just that.
struct posix_calls {
    static ssize_t pread(int descriptor, void* into, std::size_t size, off_t offset) noexcept {
        return ::pread(descriptor, into, size, offset);
    }
    static ssize_t pwrite(int descriptor, void const* from, std::size_t size, off_t offset) noexcept {
        return ::pwrite(descriptor, from, size, offset);
    }
    static int fdatasync(int descriptor) noexcept { return ::fdatasync(descriptor); }
    static int fsync(int descriptor) noexcept { return ::fsync(descriptor); }
    static int sync_file_range(int descriptor, off64_t offset, off64_t length, unsigned flags) noexcept {
        return ::sync_file_range(descriptor, offset, length, flags);
    }
    static int fallocate(int descriptor, int mode, off_t offset, off_t length) noexcept {
        return ::fallocate(descriptor, mode, offset, length);
    }
    static int fstatfs(int descriptor, struct statfs* into) noexcept { return ::fstatfs(descriptor, into); }
    static void* mmap(void* at, std::size_t size, int protection, int flags, int descriptor, off_t offset) noexcept {
        return ::mmap(at, size, protection, flags, descriptor, offset);
    }
};

} // namespace mkdb::file::detail
