// Numbers of segments end: then a log refuses what needs one, is never left as it cannot be opened, and can still be
// read, compacted and recovered.
#include "support/log_driver.hpp"

#include <mkdb/log/segment_numbers.hpp>

#include <gmock/gmock.h>

namespace {

using namespace mkdb::testing;
using namespace mkdb::log;
using mkdb::errc;
using file_map = std::map<std::string, std::string>;
using backend_type = log_backend<memory_environment>;

constexpr std::uint64_t record_count = 24;
constexpr std::uint64_t next_record = record_count + 1;

/// The files of a log of several segments: closed, or with a batch that was not yet known to be durable.
file_map small_log(bool closed = true) {
    memory_environment machine;
    auto backend = open_log(machine, 1024).value();
    for (std::uint64_t at = 1; at < next_record; at += 4) {
        append_numbered(backend, at, 4).value();
    }
    if (closed) {
        backend.close().value();
    }
    return snapshot(machine.files, "/");
}

/// Adds an edit of one entry to both copies of the manifest.
file_map edited(file_map files, manifest_entry const& entry) {
    for (unsigned copy = 0; copy < 2; ++copy) {
        auto& text = files.at((log_directory / names::manifest(1, copy)).string());
        auto const read = read_manifest_copy(mkdb::as_bytes(text));
        auto const edit =
            encode_edit({&entry, 1}, read.edits.size(), place(read.header.manifest_id), std::uint64_t{text.size()});
        text.append(mkdb::as_text(edit));
    }
    return files;
}

/// The same log, if so many numbers were left in it.
file_map with_numbers_left(file_map const& files, std::uint32_t left) {
    return edited(files, {.kind = entry_kind::spend, .number = segment_number_limit - 1 - left});
}

memory_environment machine_with(file_map const& files) {
    return {tree_of(files), {}, mkdb::random::seeded(5)};
}

mkdb::result<> compact_all(backend_type& backend) {
    std::vector<std::uint32_t> victims;
    for (auto const& each : backend.segments()) {
        victims.push_back(each.segment);
    }
    MKDB_TRY_ASSIGN(auto rewrite, backend.begin_rewrite(victims));
    for (;;) {
        MKDB_TRY_ASSIGN(auto const bytes, rewrite.step([](auto const&, auto const&) { return true; }));
        if (bytes == 0) {
            break;
        }
    }
    MKDB_TRY(rewrite.commit());
    return rewrite.release();
}

void expect_refused(mkdb::result<> const& outcome) {
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().code, errc::limit_exceeded) << outcome.error().message;
}

TEST(SegmentNumbers, TheWriterStopsWhileCompactionGoesOn) {
    auto machine = machine_with(with_numbers_left(small_log(), numbers_for_upkeep));
    auto backend = open_log(machine, 1024).value();
    EXPECT_EQ(replay_all(backend).sequences.size(), record_count);
    expect_refused(append_numbered(backend, next_record, 4));
    expect_refused(append_numbered(backend, next_record, 4));
    auto const compacted = compact_all(backend);
    EXPECT_TRUE(compacted) << compacted.error().message;
    backend.close().value();
    auto again = open_log(machine, 1024).value();
    EXPECT_EQ(replay_all(again).sequences.size(), record_count);
    expect_refused(append_numbered(again, next_record, 4));
}

TEST(SegmentNumbers, TheLastOneOfTheWriterIsUsed) {
    auto machine = machine_with(with_numbers_left(small_log(), numbers_for_upkeep + 1));
    auto backend = open_log(machine, 1024).value();
    ASSERT_TRUE(append_numbered(backend, next_record, 4));
    ASSERT_TRUE(backend.sync());
    // What has room in the segment that is being written needs no other.
    ASSERT_TRUE(append_numbered(backend, next_record + 4, 1));
    expect_refused(append_numbered(backend, next_record + 5, 40));
    ASSERT_TRUE(append_numbered(backend, next_record + 5, 1));
    backend.close().value();
    auto again = open_log(machine, 1024).value();
    EXPECT_EQ(replay_all(again).sequences.size(), record_count + 6);
}

TEST(SegmentNumbers, CompactionStopsBeforeTheManifestIsEdited) {
    for (std::uint32_t const left : {0U, numbers_for_recovery}) {
        auto machine = machine_with(with_numbers_left(small_log(), left));
        auto backend = open_log(machine, 1024).value();
        EXPECT_EQ(replay_all(backend).sequences.size(), record_count);
        auto const before = snapshot(machine.files, "/");
        expect_refused(compact_all(backend));
        EXPECT_EQ(snapshot(machine.files, "/"), before);
        backend.close().value();
        auto again = open_log(machine, 1024).value();
        EXPECT_EQ(replay_all(again).sequences.size(), record_count);
    }
}

TEST(SegmentNumbers, RecoveryTakesTheLastOneAndStopsBeforeAnythingIsChanged) {
    auto const torn = small_log(false);
    {
        auto machine = machine_with(with_numbers_left(torn, numbers_for_recovery));
        auto backend = open_log(machine, 1024);
        ASSERT_TRUE(backend) << backend.error().message;
        EXPECT_EQ(replay_all(*backend).sequences.size(), record_count);
    }
    auto const full = with_numbers_left(torn, 0);
    auto machine = machine_with(full);
    auto const refused = open_log(machine, 1024);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, errc::limit_exceeded) << refused.error().message;
    EXPECT_EQ(snapshot(machine.files, "/"), full);
}

TEST(SegmentNumbers, AListedSegmentBeyondTheLastIsAnErrorAndNoEnd) {
    for (std::uint32_t const number : {segment_number_limit, 0xFFFFFFFFU}) {
        auto const files = edited(small_log(), {.kind = entry_kind::seal_segment, .number = number, .length = 128});
        auto machine = machine_with(files);
        auto const refused = open_log(machine, 1024);
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, errc::limit_exceeded) << refused.error().message;
        EXPECT_THAT(refused.error().message, testing::HasSubstr(names::segment(number)));
        EXPECT_EQ(snapshot(machine.files, "/"), files);
    }
}

} // namespace
