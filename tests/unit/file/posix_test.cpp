#include "support/temporary_directory.hpp"

#include <mkdb/file/posix.hpp>
#include <mkdb/file/whole_file.hpp>

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdlib>

namespace {

using mkdb::as_bytes;
using mkdb::errc;
using mkdb::file::open_mode;

/// System calls that are interrupted, take one byte at a time, or fail, as a test asks.
struct rough_calls {
    static inline std::size_t most_bytes = 1;
    static inline int interruptions = 0;
    static inline int failure = 0;
    static inline int file_syncs = 0;
    static inline int directory_syncs = 0;

    static bool interrupted() {
        errno = EINTR;
        return interruptions > 0 && interruptions-- > 0;
    }
    static bool failed() {
        errno = failure;
        return failure != 0;
    }
    static ssize_t pread(int descriptor, void* into, std::size_t size, off_t offset) noexcept {
        return interrupted() || failed() ? -1 : ::pread(descriptor, into, std::min(size, most_bytes), offset);
    }
    static ssize_t pwrite(int descriptor, void const* from, std::size_t size, off_t offset) noexcept {
        return interrupted() || failed() ? -1 : ::pwrite(descriptor, from, std::min(size, most_bytes), offset);
    }
    static int fdatasync(int descriptor) noexcept {
        ++file_syncs;
        return failed() ? -1 : ::fdatasync(descriptor);
    }
    static int fsync(int descriptor) noexcept {
        ++directory_syncs;
        return failed() ? -1 : ::fsync(descriptor);
    }
    static int fallocate(int descriptor, int mode, off_t offset, off_t length) noexcept {
        return interrupted() || failed() ? -1 : ::fallocate(descriptor, mode, offset, length);
    }
};
using rough = mkdb::file::basic_posix<rough_calls>;

class Posix : public ::testing::Test {
protected:
    void TearDown() override {
        rough_calls::most_bytes = 1;
        rough_calls::interruptions = 0;
        rough_calls::failure = 0;
        rough_calls::file_syncs = rough_calls::directory_syncs = 0;
    }

    mkdb::testing::temporary_directory temporary;
    std::filesystem::path root = temporary.path();
    mkdb::file::posix files;
    rough rough_files;
};

TEST_F(Posix, ShortWritesAndReadsAreContinuedAtEveryLength) {
    std::string const text = "the quick brown fox jumps over the lazy dog";
    for (std::size_t most = 1; most <= text.size(); ++most) {
        rough_calls::most_bytes = most;
        rough_calls::interruptions = 3;
        auto const path = root / std::to_string(most);
        auto file = rough_files.open(path, open_mode::create_new).value();
        ASSERT_TRUE(file.write_at(5, as_bytes(text)));
        std::string back(text.size() + 10, '?');
        rough_calls::interruptions = 3;
        EXPECT_EQ(file.read_at(5, std::as_writable_bytes(std::span(back))).value(), text.size());
        EXPECT_EQ(back.substr(0, text.size()), text);
    }
}

TEST_F(Posix, AFullDiskAndAnExceededQuotaAreNoSpace) {
    auto file = rough_files.open(root / "f", open_mode::create_new).value();
    for (auto const& [number, code] :
         {std::pair(ENOSPC, errc::no_space), std::pair(EDQUOT, errc::no_space), std::pair(EIO, errc::io)}) {
        rough_calls::failure = number;
        auto const written = file.write_at(0, as_bytes("x"));
        auto const reserved = file.preallocate(4096);
        auto const synced = file.sync();
        auto const named = rough_files.sync_directory(root);
        for (auto const* outcome : {&written, &reserved, &synced, &named}) {
            ASSERT_FALSE(*outcome);
            EXPECT_EQ(outcome->error().code, code);
            EXPECT_NE(outcome->error().message.find(std::generic_category().message(number)), std::string::npos);
            EXPECT_NE(outcome->error().message.find(root.string()), std::string::npos);
        }
    }
}

TEST_F(Posix, AFileSystemThatCannotReserveIsTolerated) {
    auto file = rough_files.open(root / "f", open_mode::create_new).value();
    for (auto const number : {EOPNOTSUPP, ENOSYS, EINVAL}) {
        rough_calls::failure = number;
        EXPECT_TRUE(file.preallocate(4096));
    }
}

TEST_F(Posix, EveryDirectoryThatIsMadeIsSyncedWhereItWasMade) {
    ASSERT_TRUE(rough_files.create_directories(root / "a" / "b" / "c"));
    EXPECT_EQ(rough_calls::directory_syncs, 3);
    ASSERT_TRUE(rough_files.create_directories(root / "a" / "b" / "c"));
    EXPECT_EQ(rough_calls::directory_syncs, 3);
}

TEST_F(Posix, ASyncReachesTheSystem) {
    auto file = rough_files.open(root / "f", open_mode::create_new).value();
    ASSERT_TRUE(file.sync());
    EXPECT_EQ(rough_calls::file_syncs, 1);
    ASSERT_TRUE(rough_files.sync_directory(root));
    EXPECT_EQ(rough_calls::directory_syncs, 1);
}

TEST_F(Posix, AFailedSyncIsNotRepeated) {
    auto file = rough_files.open(root / "f", open_mode::create_new).value();
    rough_calls::failure = EINTR;
    EXPECT_FALSE(file.sync());
}

TEST_F(Posix, WhatIsMadeBelongsToItsUserAlone) {
    files.create_directories(root / "a" / "b").value();
    static_cast<void>(files.open(root / "a" / "f", open_mode::create_new).value());
    static_cast<void>(files.lock(root / "a" / "LOCK").value());
    auto const rights = [](std::filesystem::path const& path) {
        return static_cast<unsigned>(std::filesystem::status(path).permissions());
    };
    EXPECT_EQ(rights(root / "a"), 0700U);
    EXPECT_EQ(rights(root / "a" / "b"), 0700U);
    EXPECT_EQ(rights(root / "a" / "f"), 0600U);
    EXPECT_EQ(rights(root / "a" / "LOCK"), 0600U);
}

/// Exit code of a child process that runs `body`.
template <class Body>
int in_child(Body const& body) {
    auto const child = ::fork();
    if (child == 0) {
        std::_Exit(body());
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST_F(Posix, AnotherProcessIsKeptOutAlsoThroughASymbolicLink) {
    files.create_directories(root / "db").value();
    std::filesystem::create_symlink(root / "db", root / "alias");
    auto held = files.lock(root / "db" / "LOCK");
    ASSERT_TRUE(held);
    auto const try_lock = [&](std::filesystem::path const& path) {
        return in_child([&] {
            mkdb::file::posix other;
            auto const refused = other.lock(path);
            auto const owner = "process " + std::to_string(::getppid());
            return !refused && refused.error().code == errc::locked &&
                           refused.error().message.find(owner) != std::string::npos
                       ? 7
                       : 0;
        });
    };
    EXPECT_EQ(try_lock(root / "db" / "LOCK"), 7);
    EXPECT_EQ(try_lock(root / "alias" / "LOCK"), 7);
    // A record lock would be lost by this; a flock is not.
    static_cast<void>(files.open(root / "db" / "LOCK", open_mode::read_only).value().close());
    EXPECT_EQ(try_lock(root / "db" / "LOCK"), 7);
}

TEST_F(Posix, ALockIsFreeWhenItsProcessHasDied) {
    auto const path = root / "LOCK";
    std::array<int, 2> ready{};
    ASSERT_EQ(::pipe(ready.data()), 0);
    auto const child = ::fork();
    if (child == 0) {
        mkdb::file::posix other;
        auto held = other.lock(path);
        static_cast<void>(::write(ready[1], held ? "y" : "n", 1));
        ::pause();
        std::_Exit(0);
    }
    char answer = 0;
    ASSERT_EQ(::read(ready[0], &answer, 1), 1);
    EXPECT_EQ(answer, 'y');
    EXPECT_EQ(files.lock(path).error().code, errc::locked);
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    EXPECT_TRUE(files.lock(path));
    ::close(ready[0]);
    ::close(ready[1]);
}

TEST(PosixDescriptors, NoFileGetsTheNumbersOfTheStandardStreams) {
    mkdb::testing::temporary_directory temporary;
    // Starts over as a program whose standard streams are closed.
    auto const script = "exec 0<&- 1>&- 2>&-; exec '" + std::filesystem::read_symlink("/proc/self/exe").string() +
                        "' --gtest_also_run_disabled_tests --gtest_filter=PosixDescriptors.DISABLED_WithClosedStreams";
    EXPECT_EQ(std::system(("MKDB_TEST_DIRECTORY='" + temporary.path().string() + "' sh -c \"" + script + "\"").c_str()),
              0);
    mkdb::file::posix files;
    EXPECT_EQ(mkdb::file::read_whole(files, temporary.path() / "f").value(), "data");
}

TEST(PosixDescriptors, DISABLED_WithClosedStreams) {
    auto const* const directory = std::getenv("MKDB_TEST_DIRECTORY");
    ASSERT_NE(directory, nullptr);
    mkdb::file::posix files;
    auto file = files.open(std::filesystem::path(directory) / "f", open_mode::create_new).value();
    ASSERT_TRUE(file.write_at(0, as_bytes("data")));
    std::fprintf(stdout, "a stray print");
    std::fprintf(stderr, "another");
    std::fflush(nullptr);
}

} // namespace
