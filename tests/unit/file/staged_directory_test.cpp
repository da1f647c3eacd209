#include <mkdb/file/memory.hpp>
#include <mkdb/file/staged_directory.hpp>
#include <mkdb/file/whole_file.hpp>

#include <gmock/gmock.h>

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
