#include <mkdb/core/byte_writer.hpp>
#include <mkdb/engine/load_directory.hpp>
#include <mkdb/engine/save_directory.hpp>
#include <mkdb/file/memory.hpp>
#include <mkdb/file/whole_file.hpp>
#include <mkdb/log/digest.hpp>

#include <gmock/gmock.h>

#include <array>
#include <string>
#include <utility>

namespace {

using mkdb::errc;
using mkdb::engine::directory;
using mkdb::engine::version;

/// What a checkpoint that holds the rows, and whose digests are right, gives.
mkdb::result<directory> load_saved(directory const& rows) {
    mkdb::byte_writer to;
    mkdb::engine::save_directory(rows, to);
    auto const bytes = std::move(to).take();
    mkdb::log::digest_stream digest;
    digest.add(mkdb::as_bytes(bytes));
    mkdb::log::section_entry const section{mkdb::log::section_kind::directory, 0, bytes.size(), digest.value()};
    mkdb::file::memory files;
    files.create_directories("/d").value();
    mkdb::file::replace_whole(files, "/d/rows", bytes).value();
    auto const file = files.open("/d/rows", mkdb::file::open_mode::read_only).value();
    std::array<std::uint32_t, 2> const segments{1, 2};
    using stream = mkdb::log::section_stream<mkdb::file::memory::file>;
    return mkdb::engine::directory_loader(stream(file, section, 0), std::span(segments)).load();
}

directory rows_with(version const& last) {
    directory rows(7);
    rows.insert("a", {1, 1, {1, 64, 40}});
    rows.insert("b", last);
    return rows;
}

TEST(LoadDirectory, GivesWhatWasSaved) {
    auto loaded = load_saved(rows_with({2, 2, {2, 64, 48}}));
    ASSERT_TRUE(loaded) << loaded.error().message;
    EXPECT_EQ(loaded->size(), 2U);
    EXPECT_EQ(loaded->at(loaded->find("b").value()).where.length, 48U);
    loaded->erase(loaded->find("b").value());
    EXPECT_EQ(loaded->size(), 1U);
}

TEST(LoadDirectory, RefusesAVersionThatTakesNoBytes) {
    auto const loaded = load_saved(rows_with({2, 2, {2, 64, 0}}));
    ASSERT_FALSE(loaded) << "to take that row out again would break what is known of its segment";
    EXPECT_EQ(loaded.error().code, errc::corrupt_file);
}

TEST(LoadDirectory, RefusesAVersionInASegmentThatTheLogDoesNotHave) {
    EXPECT_EQ(load_saved(rows_with({2, 2, {3, 64, 48}})).error().code, errc::corrupt_file);
}

TEST(LoadDirectory, RefusesVersionsOutOfOrder) {
    EXPECT_EQ(load_saved(rows_with({1, 1, {2, 64, 48}})).error().code, errc::corrupt_file);
    EXPECT_EQ(load_saved(rows_with({2, 3, {2, 64, 48}})).error().code, errc::corrupt_file);
}

} // namespace
