#include "support/log_driver.hpp"

#include <mkdb/file/memory.hpp>
#include <mkdb/log/checkpoint_file.hpp>
#include <mkdb/log/checkpoint_writer.hpp>

#include <gtest/gtest.h>

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace {

using mkdb::log::checkpoint_writer;

std::filesystem::path const directory = "/log";

mkdb::file::memory empty_disk() {
    mkdb::file::memory made;
    made.create_directories(directory).value();
    return made;
}

/// One that no step writes in one piece, and one of no bytes.
std::vector<mkdb::log::checkpoint_section> sections() {
    std::vector<mkdb::log::checkpoint_section> made;
    made.push_back({mkdb::log::section_kind::mark, "mark"});
    made.push_back({mkdb::log::section_kind::lost, ""});
    made.push_back({mkdb::log::section_kind::index, std::string(9 * mkdb::mebibyte, 'x')});
    return made;
}

TEST(CheckpointWriter, WritesTheSameAtOnceAsFromACopy) {
    auto from_copy = empty_disk();
    checkpoint_writer copied(from_copy, directory, sections());
    while (copied.step().value()) {
    }
    auto at_once = empty_disk();
    checkpoint_writer direct(at_once, directory, sections().size());
    for (auto const& each : sections()) {
        auto const write = [&](mkdb::byte_writer& to) {
            for (std::size_t at = 0; at < each.bytes.size(); at += 1000) {
                to.put_bytes(std::string_view(each.bytes).substr(at, 1000));
            }
        };
        ASSERT_TRUE(direct.put(each.kind, write, [] { return mkdb::result<>(); }));
    }
    ASSERT_FALSE(direct.step().value());
    EXPECT_EQ(direct.size(), copied.size());
    EXPECT_EQ(mkdb::testing::snapshot(at_once, "/"), mkdb::testing::snapshot(from_copy, "/"));
    ASSERT_TRUE(direct.publish());
    auto const file = mkdb::log::checkpoint_file<mkdb::file::memory::file>::open(at_once, directory).value();
    EXPECT_EQ(file.read(file.sections().back()).value(), sections().back().bytes);
    EXPECT_TRUE(file.stream(file.sections().back()).finish_rest());
}

TEST(CheckpointWriter, EndsSoonWhereItMeetsAnObstacle) {
    auto disk = empty_disk();
    checkpoint_writer writer(disk, directory, std::size_t{1});
    int asked = 0;
    int written = 0;
    auto const outcome = writer.put(
        mkdb::log::section_kind::index,
        [&](mkdb::byte_writer& to) {
            for (; written < 100; ++written) {
                to.put_bytes(std::string(mkdb::mebibyte, 'x'));
            }
        },
        [&] { return ++asked < 5 ? mkdb::result<>() : mkdb::result<>(fail(mkdb::errc::closed, "enough")); });
    EXPECT_EQ(outcome.error().code, mkdb::errc::closed);
    EXPECT_LT(written, 6);
    ASSERT_TRUE(writer.abandon());
    EXPECT_TRUE(disk.list(directory).value().empty());
}

} // namespace
