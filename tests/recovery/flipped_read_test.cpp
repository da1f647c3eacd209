// One read during opening gives a bit other than it is, and the next read of the same bytes does not: what is judged
// is what is built upon, and nothing is signed that nobody looked at.
#include "support/log_driver.hpp"

#include <mkdb/log/manifest_load.hpp>
#include <mkdb/log/sealed_check.hpp>

#include <gtest/gtest.h>

namespace {

using namespace mkdb::testing;
using namespace mkdb::log;

constexpr std::uint64_t durable_records = 8;
constexpr std::uint64_t all_records = 16;

/// The files of a log whose program was killed: some batches were synced, the last ones were not.
mkdb::file::memory killed_log() {
    memory_environment machine;
    auto backend = open_log(machine).value();
    for (std::uint64_t at = 1; at < all_records; at += 2) {
        append_numbered(backend, at, 2).value();
        if (at < durable_records) {
            backend.sync().value();
        }
    }
    return tree_of(snapshot(machine.files, "/"));
}

/// What was durable is there, and whatever there is is as it was written.
void expect_sound(fault_environment& machine) {
    auto backend = open_log(machine);
    ASSERT_TRUE(backend) << backend.error().message;
    EXPECT_GE(replay_all(*backend).sequences.size(), durable_records);
    EXPECT_TRUE(backend->recovery().lost.empty());
}

void expect_digests_true(fault_file_system& files) {
    auto const loaded = load_manifest(files, log_directory, files.list(log_directory).value()).value();
    for (auto const& [number, entry] : loaded.state.segments()) {
        auto const file = files.open(log_directory / names::segment(number), mkdb::file::open_mode::read_only).value();
        EXPECT_TRUE((entry.flags & sealed_with_damage) != 0 || is_as_sealed(file, entry)) << names::segment(number);
        EXPECT_GT(entry.counts.records, 0U);
    }
}

/// Returns false when there is no such read.
bool open_with_flipped(mkdb::file::memory const& tree, std::uint64_t read, std::uint64_t byte) {
    SCOPED_TRACE("read " + std::to_string(read) + " byte " + std::to_string(byte));
    fault_environment machine{fault_file_system::holding(tree, read), {}, mkdb::random::seeded(read)};
    machine.files.plan().flip_read_at = read;
    machine.files.plan().flip_byte = byte;
    if (auto const opened = open_log(machine); opened) {
        EXPECT_TRUE(opened->recovery().lost.empty());
    }
    bool const met = machine.files.plan().reads >= read;
    machine.files.plan().flip_read_at = 0;
    expect_sound(machine);
    expect_digests_true(machine.files);
    return met;
}

TEST(FlippedRead, NothingIsSignedThatNobodyJudged) {
    auto const tree = killed_log();
    std::uint64_t const segment_bytes = 1400;
    for (std::uint64_t byte = 0; byte < segment_bytes; byte += 11) {
        for (std::uint64_t read = 1; open_with_flipped(tree, read, byte); ++read) {
            ASSERT_FALSE(HasFailure());
        }
    }
}

} // namespace
