#include "support/temporary_directory.hpp"

#include <mkdb/file/posix.hpp>

#include <gmock/gmock.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstring>

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

TEST(PosixScratch, IsMemoryThatTakesItsRoomOnTheDiskAndLeavesNoName) {
    constexpr std::size_t part = std::size_t{1} << 20U;
    mkdb::testing::temporary_directory const directory;
    mkdb::file::posix files;
    reserved_pages const pages(2 * part);
    {
        auto const scratch = files.scratch(directory.path()).value();
        ASSERT_TRUE(scratch->back(pages.begin(), part));
        ASSERT_TRUE(scratch->back(pages.begin() + part, part));
        EXPECT_EQ(pages.begin()[2 * part - 1], std::byte{0});
        std::memset(pages.begin(), 7, 2 * part);
        scratch->discard(pages.begin(), part);
        EXPECT_EQ(pages.begin()[2 * part - 1], std::byte{7});
        EXPECT_TRUE(files.list(directory.path()).value().empty());
    }
    EXPECT_EXIT(pages.begin()[0] = std::byte{1}, testing::KilledBySignal(SIGSEGV), "") << "reserved as it was";
}

TEST(PosixScratch, TakesNothingThatTheSystemHasNoRoomFor) {
    constexpr std::size_t part = std::size_t{1} << 20U;
    mkdb::testing::temporary_directory const directory;
    mkdb::file::posix files;
    auto const scratch = files.scratch(directory.path()).value();
    reserved_pages const pages(2 * part);
    ::rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
    auto* const handler = std::signal(SIGXFSZ, SIG_IGN);
    ::rlimit const tight{part, before.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &tight), 0);
    bool const too_much = scratch->back(pages.begin(), 2 * part);
    bool const enough = scratch->back(pages.begin(), part);
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
    std::signal(SIGXFSZ, handler);
    EXPECT_FALSE(too_much);
    EXPECT_TRUE(enough);
    EXPECT_EQ(pages.begin()[part - 1], std::byte{0});
}

TEST(PosixScratch, LeavesTheRestOfAFullDiskToOthers) {
    mkdb::testing::temporary_directory const directory;
    mkdb::file::posix files;
    auto const scratch = files.scratch(directory.path()).value();
    auto const before = files.free_bytes(directory.path()).value();
    reserved_pages const pages(4096);
    EXPECT_FALSE(scratch->back(pages.begin(), before / 4096 * 4096));
}

TEST(PosixScratch, NamesTheDirectoryThatItCannotBeIn) {
    auto const refused = mkdb::file::posix().scratch("/nowhere/at/all");
    EXPECT_EQ(refused.error().code, mkdb::errc::io);
    EXPECT_THAT(refused.error().message, testing::HasSubstr("/nowhere/at/all"));
}

} // namespace
