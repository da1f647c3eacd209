#include "support/fault_file_system.hpp"

#include <mkdb/file/memory.hpp>
#include <mkdb/file/staged_directory.hpp>
#include <mkdb/file/whole_file.hpp>

#include <gmock/gmock.h>

#include <string>
#include <utility>

using namespace mkdb;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

namespace {

class StagedDirectory : public ::testing::Test {
protected:
    using staged = file::staged_directory<file::memory>;

    void put(std::filesystem::path const& path) {
        files.create_directories(path.parent_path()).value();
        file::replace_whole(files, path, "content").value();
    }

    file::memory files;
};

} // namespace

TEST_F(StagedDirectory, AppearsWithAllThatIsInItWhenItIsComplete) {
    auto stage = staged::begin(files, "/a/place").value();
    put(stage.path() / "inner" / "file");
    EXPECT_FALSE(files.exists("/a/place").value());
    stage.commit().value();
    EXPECT_EQ(file::read_whole(files, "/a/place/inner/file").value(), "content");
    EXPECT_THAT(files.list("/a").value(), ElementsAre("place"));
}

TEST_F(StagedDirectory, LeavesNothingWhenItIsNotCompleted) {
    {
        auto stage = staged::begin(files, "/a/place").value();
        put(stage.path() / "inner" / "file");
    }
    EXPECT_THAT(files.list("/a").value(), ElementsAre());
}

TEST_F(StagedDirectory, TakesThePlaceOfAnEmptyDirectoryHoweverItIsWritten) {
    files.create_directories("/a/place").value();
    auto stage = staged::begin(files, "/a/./place/").value();
    put(stage.path() / "file");
    stage.commit().value();
    EXPECT_THAT(files.list("/a/place").value(), ElementsAre("file"));
}

TEST_F(StagedDirectory, IsRefusedWhereSomethingIs) {
    put("/a/full/file");
    EXPECT_THAT(staged::begin(files, "/a/full").error().message, HasSubstr("is not empty"));
    EXPECT_THAT(staged::begin(files, "/a/full/file").error().message, HasSubstr("is not a directory"));
}

TEST_F(StagedDirectory, LeavesWhatAnEarlierRunLeftToAPerson) {
    put("/a/place.unfinished/file");
    auto const refused = staged::begin(files, "/a/place");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, errc::invalid_argument);
    EXPECT_THAT(refused.error().message, HasSubstr("/a/place.unfinished is left over"));
    EXPECT_TRUE(files.exists("/a/place.unfinished/file").value());
}

class StagedDirectoryOnABadDisk : public ::testing::Test {
protected:
    mkdb::testing::fault_file_system disk;

    /// Fills a directory, and completes it while the `nth` call of this kind fails.
    result<> commit_failing(std::string kind, std::uint64_t nth) {
        auto stage = file::staged_directory<mkdb::testing::fault_file_system>::begin(disk, "/a/place").value();
        file::replace_whole(disk, stage.path() / "file", "content").value();
        disk.plan() = {.fail_at = nth, .only = std::move(kind)};
        return stage.commit();
    }
};

TEST_F(StagedDirectoryOnABadDisk, LeavesNothingWhenItCannotBeMoved) {
    for (auto const* const kind : {"sync_directory", "rename"}) {
        EXPECT_EQ(commit_failing(kind, 1).error().code, errc::io);
        EXPECT_THAT(disk.list("/a").value(), ElementsAre()) << kind;
    }
}

TEST_F(StagedDirectoryOnABadDisk, SaysThatItIsCompleteWhenOnlyItsNameMayGo) {
    auto const done = commit_failing("sync_directory", 2);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, errc::io);
    EXPECT_THAT(done.error().message, HasSubstr("/a/place is complete, but its name may not survive a power cut: "));
    EXPECT_THAT(done.error().message, HasSubstr("injected failure"));
    EXPECT_EQ(file::read_whole(disk, "/a/place/file").value(), "content");
    EXPECT_THAT(disk.list("/a").value(), ElementsAre("place"));
}
