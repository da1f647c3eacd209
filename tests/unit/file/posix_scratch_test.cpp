#include "support/temporary_directory.hpp"

#include <mkdb/file/posix.hpp>

#include <gmock/gmock.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <utility>

namespace {

/// Addresses of whole pages that nothing is at.
class reserved_pages {
public:
    explicit reserved_pages(std::size_t bytes)
        : bytes_(bytes), begin_(static_cast<std::byte*>(
                             ::mmap(nullptr, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0))) {}
    reserved_pages(reserved_pages const&) = delete;
    reserved_pages& operator=(reserved_pages const&) = delete;
    ~reserved_pages() { ::munmap(begin_, bytes_); }

    [[nodiscard]] std::byte* begin() const noexcept { return begin_; }

private:
    std::size_t bytes_;
    std::byte* begin_;
};

constexpr std::size_t part = std::size_t{1} << 20U;

/// Skips what needs files that can be memory where there are none.
class PosixScratch : public testing::Test {
protected:
    mkdb::testing::temporary_directory directory;

    void SetUp() override {
        if (auto const made = mkdb::file::posix().scratch(directory.path()); !made) {
            GTEST_SKIP() << made.error().message;
        }
    }

    [[nodiscard]] std::unique_ptr<mkdb::scratch_space> make() const {
        return mkdb::file::posix().scratch(directory.path()).value();
    }
};

TEST_F(PosixScratch, IsMemoryThatTakesItsRoomOnTheDiskAndLeavesNoName) {
    reserved_pages const pages(2 * part);
    {
        auto const scratch = make();
        ASSERT_TRUE(scratch->back(pages.begin(), part));
        ASSERT_TRUE(scratch->back(pages.begin() + part, part));
        std::memset(pages.begin(), 7, 2 * part);
        scratch->discard(pages.begin(), part);
        EXPECT_EQ(pages.begin()[2 * part - 1], std::byte{7});
        EXPECT_TRUE(mkdb::file::posix().list(directory.path()).value().empty());
    }
    EXPECT_EXIT(pages.begin()[0] = std::byte{1}, testing::KilledBySignal(SIGSEGV), "") << "reserved as it was";
}

/// Where it was discarded, over the end of that, and behind.
TEST_F(PosixScratch, TakesRoomAgain) {
    reserved_pages const pages(4 * part);
    auto const scratch = make();
    ASSERT_TRUE(scratch->back(pages.begin(), 2 * part));
    std::memset(pages.begin(), 7, 2 * part);
    scratch->discard(pages.begin() + part, part);
    ASSERT_TRUE(scratch->back(pages.begin() + part, 2 * part));
    ASSERT_TRUE(scratch->back(pages.begin() + 3 * part, part));
    EXPECT_EQ(pages.begin()[part - 1], std::byte{7});
    std::memset(pages.begin() + part, 8, 3 * part);
    EXPECT_EQ(pages.begin()[part - 1], std::byte{7});
}

/// The system's calls, of which one fails when it is told to.
struct failing_calls : mkdb::file::detail::posix_calls {
    inline static bool maps = true;
    inline static bool allocates = true;
    inline static std::uint32_t type = 0;                 ///< Of the file system; 0: as it is.
    inline static std::uint64_t free = ~std::uint64_t{0}; ///< Bytes of it; the most: as it is.
    inline static int write_back = 0;                     ///< The error that the system has to tell, once.
    inline static bool ranges = true;                     ///< Whether it can wait for a part of a file.
    inline static std::int64_t allocated = 0;

    static int fallocate(int descriptor, int mode, off_t offset, off_t length) noexcept {
        if (mode == 0 && !allocates) {
            errno = ENOSPC;
            return -1;
        }
        allocated += mode == 0 ? length : -length;
        return posix_calls::fallocate(descriptor, mode, offset, length);
    }
    static int fstatfs(int descriptor, struct statfs* into) noexcept {
        auto const answer = posix_calls::fstatfs(descriptor, into);
        into->f_type = type == 0 ? into->f_type : type;
        into->f_bavail = free == ~std::uint64_t{0} ? into->f_bavail : free / static_cast<std::uint64_t>(into->f_frsize);
        return answer;
    }
    static int told_once() noexcept {
        errno = std::exchange(write_back, 0);
        return errno == 0 ? 0 : -1;
    }
    static int sync_file_range(int, off64_t, off64_t, unsigned) noexcept {
        if (!ranges) {
            errno = ENOSYS;
            return -1;
        }
        return told_once();
    }
    static int fdatasync(int) noexcept { return told_once(); }
    /// As POSIX lets it: what was there is gone.
    static void* mmap(void* at, std::size_t size, int protection, int flags, int descriptor, off_t offset) noexcept {
        if (descriptor >= 0 && !maps) {
            ::munmap(at, size);
            errno = ENOMEM;
            return MAP_FAILED;
        }
        return posix_calls::mmap(at, size, protection, flags, descriptor, offset);
    }
};

class PosixScratchCalls : public PosixScratch {
protected:
    mkdb::file::basic_posix<failing_calls> files;
    reserved_pages pages{2 * part};

    PosixScratchCalls() {
        failing_calls::maps = failing_calls::allocates = true;
        failing_calls::ranges = true;
        failing_calls::type = 0;
        failing_calls::free = ~std::uint64_t{0};
        failing_calls::write_back = 0;
        failing_calls::allocated = 0;
    }

    /// Whether others could get these addresses.
    [[nodiscard]] bool are_reserved() const {
        unsigned char resident = 0;
        return ::mincore(pages.begin(), 1, &resident) == 0 && ::mincore(pages.begin() + part, 1, &resident) == 0;
    }
};

TEST_F(PosixScratchCalls, WithoutAMappingItTakesNoRoomAndKeepsTheAddresses) {
    auto const scratch = files.scratch(directory.path()).value();
    ASSERT_TRUE(scratch->back(pages.begin(), part));
    std::memset(pages.begin(), 7, part);
    failing_calls::maps = false;
    EXPECT_FALSE(scratch->back(pages.begin() + part, part));
    EXPECT_EQ(failing_calls::allocated, std::int64_t{part});
    EXPECT_TRUE(are_reserved());
    failing_calls::maps = true;
    EXPECT_TRUE(scratch->back(pages.begin() + part, part));
    EXPECT_EQ(pages.begin()[part - 1], std::byte{7});
    std::memset(pages.begin() + part, 8, part);
}

TEST_F(PosixScratchCalls, WithoutRoomNothingChanges) {
    auto const scratch = files.scratch(directory.path()).value();
    failing_calls::allocates = false;
    EXPECT_FALSE(scratch->back(pages.begin(), part));
    EXPECT_TRUE(are_reserved());
    failing_calls::allocates = true;
    EXPECT_TRUE(scratch->back(pages.begin(), part));
    std::memset(pages.begin(), 8, part);
}

/// Whatever is not known to keep room: btrfs, ZFS, overlayfs, FUSE, and what comes yet.
TEST_F(PosixScratchCalls, RefusesFileSystemsThatMayNeedRoomForEachWriting) {
    for (auto const type : {0x9123683EU, 0x2FC12FC1U, 0x794C7630U, 0x65735546U, 1U}) {
        failing_calls::type = type;
        auto const refused = files.scratch(directory.path());
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, mkdb::errc::unsupported);
        EXPECT_THAT(refused.error().message, testing::HasSubstr(directory.path().string()));
    }
    EXPECT_THAT(files.scratch(directory.path()).error().message, testing::HasSubstr("of type 0x1,"));
}

/// The system tells once, and what lies there is other bytes for good.
TEST_F(PosixScratchCalls, RemembersThatTheDiskDidNotTakeWhatWasWritten) {
    for (bool const ranges : {true, false}) {
        failing_calls::ranges = ranges;
        auto scratch = files.scratch(directory.path()).value();
        auto const watch = scratch->watch();
        EXPECT_TRUE(watch->check());
        failing_calls::write_back = EIO;
        EXPECT_EQ(watch->check().error().code, mkdb::errc::io);
        EXPECT_FALSE(scratch->watch()->check());
        scratch.reset();
        EXPECT_THAT(watch->check().error().message, testing::HasSubstr(directory.path().string()));
    }
}

TEST_F(PosixScratchCalls, LeavesTheRestOfAFullDiskToOthers) {
    auto const scratch = files.scratch(directory.path()).value();
    failing_calls::free = 256 * mkdb::mebibyte + part - 4096;
    EXPECT_FALSE(scratch->back(pages.begin(), part));
    EXPECT_EQ(failing_calls::allocated, 0);
    failing_calls::free += 4096;
    EXPECT_TRUE(scratch->back(pages.begin(), part));
}

TEST_F(PosixScratch, HasNothingToTellOfADiskThatTakesAll) {
    reserved_pages const pages(part);
    auto const scratch = make();
    ASSERT_TRUE(scratch->back(pages.begin(), part));
    std::memset(pages.begin(), 7, part);
    EXPECT_TRUE(scratch->watch()->check());
}

/// Growing beyond it would be a signal, which ends the process.
TEST_F(PosixScratch, IsNoLongerThanFilesOfTheProcessMayBe) {
    auto const scratch = make();
    reserved_pages const pages(2 * part);
    ::rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
    ::rlimit const tight{part, before.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &tight), 0);
    bool const too_much = scratch->back(pages.begin(), 2 * part);
    bool const enough = scratch->back(pages.begin(), part);
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
    EXPECT_FALSE(too_much);
    EXPECT_TRUE(enough);
    EXPECT_EQ(pages.begin()[part - 1], std::byte{0});
}

TEST_F(PosixScratch, NamesTheDirectoryThatItCannotBeIn) {
    auto const refused = mkdb::file::posix().scratch("/nowhere/at/all");
    EXPECT_EQ(refused.error().code, mkdb::errc::io);
    EXPECT_THAT(refused.error().message, testing::HasSubstr("/nowhere/at/all"));
}

} // namespace
