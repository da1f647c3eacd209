#pragma once

#include <mkdb/core/bytes.hpp>
#include <mkdb/core/result.hpp>
#include <mkdb/core/scratch_space.hpp>
#include <mkdb/file/detail/descriptor.hpp>
#include <mkdb/file/detail/posix_calls.hpp>
#include <mkdb/file/detail/posix_error.hpp>
#include <mkdb/file/detail/posix_scratch_watch.hpp>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <ios>
#include <memory>
#include <sstream>
#include <string>
#include <utility>

namespace mkdb::file::detail {

/// A file without a name, mapped: it is gone with the process, however that ends.
template <class Calls>
class posix_scratch final : public scratch_space {
public:
    /// In a directory on the disk that is meant. Errors: `io`; `unsupported` where a mapped file could end the process
    /// though it has its room.
    [[nodiscard]] static result<std::unique_ptr<scratch_space>> make(std::filesystem::path const& directory) {
        descriptor held(uninterrupted(
            [&] { return ::open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, S_IRUSR | S_IWUSR); }));
        if (!held.valid()) {
            return posix_failure("make a file without a name in", directory);
        }
        struct statfs about {};
        if (uninterrupted([&] { return Calls::fstatfs(held.get(), &about); }) != 0) {
            return posix_failure("read the file system of", directory);
        }
        if (!keeps_room(about)) {
            return fail(errc::unsupported, "the file system of " + directory.string() + ", of type " +
                                               type_name(about) +
                                               ", is none that is known to keep room for what is written again");
        }
        if (static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)) > unit) {
            return fail(errc::unsupported, "pages of memory are larger than " + std::to_string(unit) + " bytes");
        }
        return std::unique_ptr<scratch_space>(new posix_scratch(std::move(held), directory));
    }

    ~posix_scratch() override {
        if (begin_ != nullptr) {
            reserve(begin_, mapped_);
        }
    }

    [[nodiscard]] bool back(std::byte* at, std::size_t bytes) noexcept override {
        begin_ = begin_ == nullptr ? at : begin_;
        auto const from = static_cast<std::size_t>(at - begin_);
        // Room for all of it first: a disk that is full would end the process when a page is written. Where there is
        // not enough, asking would take all that there is for a moment, from others who write.
        if (is_too_long(from + bytes) || !leaves_room(bytes)) {
            return false;
        }
        if (!allocate(0, from, bytes) || !map_up_to(from + bytes)) {
            discard(at, bytes);
            return false;
        }
        return true;
    }

    /// What the system refuses to take back stays on the disk until the end.
    void discard(std::byte* at, std::size_t bytes) noexcept override {
        static_cast<void>(
            allocate(FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, static_cast<std::size_t>(at - begin_), bytes));
    }

    [[nodiscard]] std::shared_ptr<scratch_watch> watch() const noexcept override { return file_; }

private:
    /// What is left to others.
    static constexpr std::uint64_t spared = 256 * mebibyte;

    posix_scratch(descriptor file, std::filesystem::path const& directory)
        : file_(std::make_shared<posix_scratch_watch<Calls>>(std::move(file), directory)) {}

    /// ext2 to ext4, XFS, tmpfs. On others (btrfs, ZFS, bcachefs) room that was allocated does for the first writing of
    /// a page, not for the next, and some (overlayfs, FUSE) do not tell what lies under them.
    [[nodiscard]] static bool keeps_room(struct statfs const& about) noexcept {
        constexpr std::array<std::uint32_t, 3> types{0xEF53, 0x58465342, 0x01021994};
        return std::ranges::find(types, static_cast<std::uint32_t>(about.f_type)) != types.end();
    }
    [[nodiscard]] static std::string type_name(struct statfs const& about) {
        std::ostringstream text;
        text << "0x" << std::hex << static_cast<std::uint32_t>(about.f_type);
        return std::move(text).str();
    }

    /// For the process (`ulimit -f`): growing beyond that would end it by a signal.
    [[nodiscard]] static bool is_too_long(std::uint64_t end) noexcept {
        struct rlimit most {};
        return ::getrlimit(RLIMIT_FSIZE, &most) == 0 && end > most.rlim_cur;
    }

    [[nodiscard]] bool leaves_room(std::size_t bytes) const noexcept {
        struct statfs about {};
        return uninterrupted([&] { return Calls::fstatfs(file_->get(), &about); }) == 0 &&
               static_cast<std::uint64_t>(about.f_bavail) * static_cast<std::uint64_t>(about.f_frsize) >=
                   spared + bytes;
    }

    [[nodiscard]] bool allocate(int mode, std::size_t from, std::size_t bytes) const noexcept {
        return uninterrupted([&] {
                   return Calls::fallocate(file_->get(), mode, static_cast<::off_t>(from), static_cast<::off_t>(bytes));
               }) == 0;
    }

    /// What is mapped stays so, also without room.
    [[nodiscard]] bool map_up_to(std::size_t end) noexcept {
        if (end <= mapped_) {
            return true;
        }
        auto* const at = begin_ + mapped_;
        if (Calls::mmap(at, end - mapped_, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, file_->get(),
                        static_cast<::off_t>(mapped_)) == MAP_FAILED) {
            reserve(at, end - mapped_); // It may have gone before the system refused (POSIX).
            return false;
        }
        mapped_ = end;
        return true;
    }

    static void reserve(std::byte* at, std::size_t bytes) noexcept {
        static_cast<void>(
            Calls::mmap(at, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0));
    }

    std::shared_ptr<posix_scratch_watch<Calls>> file_;
    std::byte* begin_ = nullptr; ///< Where the file begins.
    std::size_t mapped_ = 0;
};

} // namespace mkdb::file::detail
