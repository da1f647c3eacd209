// What every file_system promises, run over all models.
#include "support/fault_file_system.hpp"
#include "support/temporary_directory.hpp"

#include <mkdb/file/concept.hpp>
#include <mkdb/file/memory.hpp>
#include <mkdb/file/posix.hpp>
#include <mkdb/file/whole_file.hpp>

#include <gtest/gtest.h>

#include <optional>

namespace {

using mkdb::as_bytes;
using mkdb::errc;
using mkdb::file::open_mode;

template <class Files>
class FileSystemSuite : public ::testing::Test {
protected:
    FileSystemSuite() { files.create_directories(root).value(); }

    std::string content(std::string const& name) { return mkdb::file::read_whole(files, root / name).value(); }
    typename Files::file make(std::string const& name, std::string_view text) {
        auto made = files.open(root / name, open_mode::create_new).value();
        made.write_at(0, as_bytes(text)).value();
        return made;
    }

    mkdb::testing::temporary_directory temporary;
    std::filesystem::path root = temporary.path() / "tree";
    Files files;
};

using Models = ::testing::Types<mkdb::file::posix, mkdb::file::memory, mkdb::testing::fault_file_system>;
TYPED_TEST_SUITE(FileSystemSuite, Models);

TYPED_TEST(FileSystemSuite, WhatIsWrittenCanBeRead) {
    auto made = this->make("f", "hello world");
    std::string some(5, '\0');
    EXPECT_EQ(made.read_at(6, std::as_writable_bytes(std::span(some))).value(), 5U);
    EXPECT_EQ(some, "world");
    EXPECT_EQ(made.size().value(), 11U);
    EXPECT_TRUE(made.sync());
    EXPECT_TRUE(made.close());
    EXPECT_EQ(this->content("f"), "hello world");
}

TYPED_TEST(FileSystemSuite, ReadingOverTheEndGivesWhatIsThere) {
    auto made = this->make("f", "abc");
    std::string some(10, '?');
    EXPECT_EQ(made.read_at(1, std::as_writable_bytes(std::span(some))).value(), 2U);
    EXPECT_EQ(made.read_at(3, std::as_writable_bytes(std::span(some))).value(), 0U);
    EXPECT_EQ(made.read_at(300, std::as_writable_bytes(std::span(some))).value(), 0U);
}

TYPED_TEST(FileSystemSuite, WritingBehindTheEndFillsWithZeros) {
    auto made = this->make("f", "a");
    made.write_at(3, as_bytes("b")).value();
    EXPECT_EQ(this->content("f"), (std::string{'a', '\0', '\0', 'b'}));
}

TYPED_TEST(FileSystemSuite, ResizingCutsAndGrows) {
    auto made = this->make("f", "abcdef");
    made.resize(2).value();
    made.resize(4).value();
    EXPECT_EQ(this->content("f"), (std::string{'a', 'b', '\0', '\0'}));
}

TYPED_TEST(FileSystemSuite, ReservingSpaceDoesNotChangeTheSize) {
    auto made = this->make("f", "abc");
    EXPECT_TRUE(made.preallocate(65536));
    EXPECT_EQ(made.size().value(), 3U);
}

TYPED_TEST(FileSystemSuite, CreatingAFileThatExistsFails) {
    this->make("f", "old");
    auto again = this->files.open(this->root / "f", open_mode::create_new);
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, errc::io);
    EXPECT_NE(again.error().message.find((this->root / "f").string()), std::string::npos);
    EXPECT_EQ(this->content("f"), "old");
}

TYPED_TEST(FileSystemSuite, OpeningWhatIsNotThereFails) {
    for (auto const mode : {open_mode::read_only, open_mode::read_write}) {
        auto opened = this->files.open(this->root / "none", mode);
        ASSERT_FALSE(opened);
        EXPECT_EQ(opened.error().code, errc::io);
    }
    EXPECT_FALSE(this->files.open(this->root / "no" / "where", open_mode::create_new));
    EXPECT_FALSE(this->files.list(this->root / "none"));
    EXPECT_FALSE(this->files.remove(this->root / "none"));
    EXPECT_FALSE(this->files.exists(this->root / "none").value());
}

TYPED_TEST(FileSystemSuite, AFileOpenForReadingCannotBeWritten) {
    this->make("f", "abc");
    auto opened = this->files.open(this->root / "f", open_mode::read_only).value();
    EXPECT_FALSE(opened.write_at(0, as_bytes("x")));
    EXPECT_EQ(this->content("f"), "abc");
}

TYPED_TEST(FileSystemSuite, ListingNamesFilesAndDirectoriesInOrder) {
    this->make("b", "");
    this->make("a", "");
    this->files.create_directories(this->root / "c" / "d").value();
    this->files.create_directories(this->root / "c" / "d").value();
    EXPECT_EQ(this->files.list(this->root).value(), (std::vector<std::string>{"a", "b", "c"}));
    EXPECT_EQ(this->files.list(this->root / "c").value(), (std::vector<std::string>{"d"}));
}

TYPED_TEST(FileSystemSuite, RenamingReplacesTheTarget) {
    this->make("new", "new");
    this->make("old", "old");
    this->files.rename(this->root / "new", this->root / "old").value();
    EXPECT_EQ(this->content("old"), "new");
    EXPECT_FALSE(this->files.exists(this->root / "new").value());
    EXPECT_TRUE(this->files.sync_directory(this->root));
}

TYPED_TEST(FileSystemSuite, AnOpenFileSurvivesItsName) {
    auto made = this->make("f", "abc");
    this->files.remove(this->root / "f").value();
    std::string some(3, '\0');
    EXPECT_EQ(made.read_at(0, std::as_writable_bytes(std::span(some))).value(), 3U);
    EXPECT_EQ(some, "abc");
}

TYPED_TEST(FileSystemSuite, ALockIsHeldUntilItsHandleGoes) {
    auto const path = this->root / "LOCK";
    {
        auto held = this->files.lock(path);
        ASSERT_TRUE(held) << held.error().message;
        auto second = this->files.lock(path);
        ASSERT_FALSE(second);
        EXPECT_EQ(second.error().code, errc::locked);
        auto moved = std::move(*held);
        EXPECT_FALSE(this->files.lock(path));
    }
    EXPECT_TRUE(this->files.lock(path));
}

TYPED_TEST(FileSystemSuite, ReplacingAWholeFileLeavesNoTemporaryFile) {
    auto const path = this->root / "whole";
    mkdb::file::replace_whole(this->files, path, "one").value();
    mkdb::file::replace_whole(this->files, path, "two").value();
    EXPECT_EQ(this->content("whole"), "two");
    EXPECT_EQ(this->files.list(this->root).value().size(), 1U);
}

TYPED_TEST(FileSystemSuite, FreeSpaceIsKnown) {
    EXPECT_GT(this->files.free_bytes(this->root).value(), 0U);
}

} // namespace
