#pragma once

#include <mkdb/core/result.hpp>
#include <mkdb/file/detail/descriptor.hpp>
#include <mkdb/file/detail/posix_error.hpp>

#include <sys/file.h>
#include <sys/stat.h>

#include <array>
#include <filesystem>
#include <string>

namespace mkdb::file::detail {

/// A lock file held by `flock` for as long as the object lives. Record locks would be dropped by any `close` of the
/// same file elsewhere in the process (R30); a `flock` goes only with this descriptor or the process.
class posix_lock {
public:
    [[nodiscard]] static result<posix_lock> acquire(std::filesystem::path const& path) {
        occupy_standard_descriptors();
        // Two names of one directory must meet at one lock file.
        std::error_code ignored;
        auto const directory = std::filesystem::weakly_canonical(path.parent_path(), ignored);
        auto const resolved = ignored ? path : directory / path.filename();
        descriptor held(uninterrupted(
            [&] { return ::open(resolved.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR); }));
        if (!held.valid()) {
            return posix_failure("open lock file", resolved);
        }
        if (uninterrupted([&] { return ::flock(held.get(), LOCK_EX | LOCK_NB); }) != 0) {
            return errno == EWOULDBLOCK ? fail(errc::locked, owner_sentence(held.get(), resolved))
                                        : posix_failure("lock", resolved);
        }
        note_owner(held.get());
        return posix_lock(std::move(held));
    }

private:
    explicit posix_lock(descriptor held) noexcept : held_(std::move(held)) {}

    [[nodiscard]] static std::string owner_sentence(int number, std::filesystem::path const& path) {
        std::array<char, 32> text{};
        auto const got = ::pread(number, text.data(), text.size(), 0);
        std::string owner(text.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
        owner.resize(std::min(owner.size(), owner.find_first_not_of("0123456789")));
        auto const holder = owner.empty() ? std::string("another process") : "process " + owner;
        return path.string() + " is locked by " + holder + ": stop it first, one process at a time owns a directory";
    }

    /// Only helps people: the lock is the flock, so a failure to write the number changes nothing.
    static void note_owner(int number) noexcept {
        auto const text = std::to_string(::getpid()) + "\n";
        if (::ftruncate(number, 0) == 0) {
            static_cast<void>(::pwrite(number, text.data(), text.size(), 0) == 0);
        }
    }

    descriptor held_;
};

} // namespace mkdb::file::detail
