#pragma once

#include <mkdb/file/concept.hpp>
#include <mkdb/file/detail/posix_file.hpp>
#include <mkdb/file/detail/posix_lock.hpp>
#include <mkdb/file/detail/posix_scratch.hpp>

#include <dirent.h>
#include <fcntl.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace mkdb::file {

/// The operating system's files. What it creates belongs to its user alone: files 0600, directories 0700.
///
/// `Calls` stands between it and the system calls that a signal or a full disk can cut short.
template <class Calls>
class basic_posix {
public:
    using file = detail::posix_file<Calls>;
    using lock_handle = detail::posix_lock;

    basic_posix() noexcept { detail::occupy_standard_descriptors(); }

    [[nodiscard]] result<file> open(std::filesystem::path const& path, open_mode mode) {
        auto const flags = flags_for(mode);
        detail::descriptor held(detail::uninterrupted([&] { return ::open(path.c_str(), flags, S_IRUSR | S_IWUSR); }));
        if (!held.valid()) {
            return detail::posix_failure(mode == open_mode::create_new ? "create" : "open", path);
        }
        // The system then reads twice as far ahead of what is read in order: here that is read whole. What is read in
        // no order it reads as before. A refusal costs speed and nothing else.
        static_cast<void>(::posix_fadvise(held.get(), 0, 0, POSIX_FADV_SEQUENTIAL));
        return file(std::move(held), path);
    }

    [[nodiscard]] result<bool> exists(std::filesystem::path const& path) const {
        struct stat about {};
        if (::stat(path.c_str(), &about) == 0) {
            return true;
        }
        if (errno == ENOENT || errno == ENOTDIR) {
            return false;
        }
        return detail::posix_failure("look up", path);
    }

    /// Names in `path`, sorted.
    [[nodiscard]] result<std::vector<std::string>> list(std::filesystem::path const& path) const {
        // Not by the standard library: its iterator ends the process when there is no memory for it.
        auto const close = [](DIR* opened) noexcept { ::closedir(opened); };
        std::unique_ptr<DIR, decltype(close)> const opened(::opendir(path.c_str()), close);
        std::vector<std::string> names;
        if (opened) {
            errno = 0;
            while (auto const* entry = ::readdir(opened.get())) {
                std::string_view const name(entry->d_name);
                if (name != "." && name != "..") {
                    names.emplace_back(name);
                }
                errno = 0;
            }
        }
        if (errno != 0) {
            return detail::posix_failure("list directory", path);
        }
        std::ranges::sort(names);
        return names;
    }

    [[nodiscard]] result<> create_directories(std::filesystem::path const& path) {
        MKDB_TRY_ASSIGN(auto const present, exists(path));
        if (present) {
            return {};
        }
        auto const parent = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
        if (parent != path) {
            MKDB_TRY(create_directories(parent));
        }
        if (::mkdir(path.c_str(), S_IRWXU) != 0 && errno != EEXIST) {
            return detail::posix_failure("create directory", path);
        }
        return sync_directory(parent);
    }

    [[nodiscard]] result<> rename(std::filesystem::path const& from, std::filesystem::path const& to) {
        if (::rename(from.c_str(), to.c_str()) != 0) {
            return detail::posix_failure("rename to " + to.string() + " the file", from);
        }
        return {};
    }

    [[nodiscard]] result<> remove(std::filesystem::path const& path) {
        if (std::remove(path.c_str()) != 0) {
            return detail::posix_failure("remove", path);
        }
        return {};
    }

    [[nodiscard]] result<> sync_directory(std::filesystem::path const& path) {
        detail::descriptor held(
            detail::uninterrupted([&] { return ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); }));
        if (!held.valid()) {
            return detail::posix_failure("open directory", path);
        }
        if (Calls::fsync(held.get()) != 0) {
            return detail::posix_failure("sync directory", path);
        }
        return {};
    }

    [[nodiscard]] result<lock_handle> lock(std::filesystem::path const& path) { return lock_handle::acquire(path); }

    /// As `scratch_file_system` says.
    [[nodiscard]] result<std::unique_ptr<scratch_space>> scratch(std::filesystem::path const& directory) {
        return detail::posix_scratch<Calls>::make(directory);
    }

    /// What an unprivileged user may still write.
    [[nodiscard]] result<std::uint64_t> free_bytes(std::filesystem::path const& path) const {
        struct statvfs about {};
        if (detail::uninterrupted([&] { return ::statvfs(path.c_str(), &about); }) != 0) {
            return detail::posix_failure("read the free space of", path);
        }
        return std::uint64_t{about.f_bavail} * about.f_frsize;
    }

private:
    [[nodiscard]] static int flags_for(open_mode mode) noexcept {
        switch (mode) {
        case open_mode::read_only: return O_RDONLY | O_CLOEXEC;
        case open_mode::read_write: return O_RDWR | O_CLOEXEC;
        case open_mode::create_new: return O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC;
        }
        return O_RDONLY | O_CLOEXEC;
    }
};

using posix = basic_posix<detail::posix_calls>;

static_assert(scratch_file_system<posix>);

} // namespace mkdb::file
