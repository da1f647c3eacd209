// The end of the segment that was being written, damaged from every offset in every way that a crash knows.
// MKDB_FULL_TESTS=1 goes over 64 KiB instead of a small segment.
#include "support/log_driver.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <functional>

namespace {

using namespace mkdb::testing;

constexpr std::uint64_t first_unmarked = 6;

bool full_run() {
    auto const* const wanted = std::getenv("MKDB_FULL_TESTS");
    return wanted != nullptr && std::string_view(wanted) == "1";
}

/// A log whose program was killed: batches of one to three records, each synced, then some that were not.
struct killed_log {
    std::map<std::string, std::string> files;
    std::string active;                                           ///< The path of the segment that was being written.
    std::vector<std::pair<std::uint64_t, std::uint64_t>> batches; ///< End offset, last sequence.

    explicit killed_log(std::uint64_t size) {
        memory_environment machine;
        auto backend = open_log(machine, 1U << 20).value();
        std::uint64_t last = 0;
        std::uint64_t end = 0;
        for (std::uint64_t number = 1; end < size; ++number) {
            auto const count = number % 3 + 1;
            std::vector<mkdb::storage::location> where;
            append_numbered(backend, last + 1, count, &where).value();
            last += count;
            end = where.back().offset + where.back().length;
            batches.emplace_back(end, last);
            if (number < first_unmarked || number % 4 == 0) {
                backend.sync().value();
            }
        }
        files = snapshot(machine.files, "/");
        active = (log_directory / mkdb::log::names::segment(1)).string();
    }

    /// Last sequence of the batches that end at or before `offset`.
    std::uint64_t whole_before(std::uint64_t offset) const {
        std::uint64_t last = 0;
        for (auto const& [end, sequence] : batches) {
            last = end <= offset ? sequence : last;
        }
        return last;
    }
};

using damage = std::function<void(std::string&, std::size_t)>;

/// Damages from every offset on, and expects exactly the whole batches before it, without an error, twice.
void sweep(damage const& harm) {
    killed_log const log(full_run() ? 65536 : 2048);
    auto const& whole = log.files.at(log.active);
    auto const from = mkdb::log::segment_data_start;
    for (std::size_t offset = from; offset <= whole.size(); ++offset) {
        SCOPED_TRACE("damaged from offset " + std::to_string(offset));
        auto files = log.files;
        harm(files[log.active], offset);
        // Padding may be zero before and after: what did not change does not count as damaged.
        auto const changed = std::ranges::mismatch(files[log.active], whole).in2 - whole.begin();
        auto const tree = tree_of(files);
        memory_environment machine{tree, {}, mkdb::random::seeded(offset)};
        auto opened = open_log(machine);
        ASSERT_TRUE(opened) << opened.error().message;
        auto const found = replay_all(*opened);
        auto const expected = log.whole_before(static_cast<std::uint64_t>(changed));
        ASSERT_EQ(found.sequences.size(), expected);
        EXPECT_TRUE(opened->recovery().lost.empty());
        for (auto const& [sequence, where] : found.places) {
            ASSERT_TRUE(opened->read(where));
        }
        auto const after = snapshot(tree, "/");
        auto again = open_log(machine).value();
        EXPECT_EQ(replay_all(again).sequences.size(), expected);
        ASSERT_EQ(snapshot(tree, "/"), after) << "the second opening changed something";
    }
}

TEST(TornTail, CutAtEveryOffset) {
    sweep([](std::string& bytes, std::size_t offset) { bytes.resize(offset); });
}

TEST(TornTail, ZerosFromEveryOffset) {
    sweep([](std::string& bytes, std::size_t offset) {
        std::fill(bytes.begin() + std::ptrdiff_t(offset), bytes.end(), '\0');
    });
}

TEST(TornTail, OnesFromEveryOffset) {
    sweep([](std::string& bytes, std::size_t offset) {
        std::fill(bytes.begin() + std::ptrdiff_t(offset), bytes.end(), '\xFF');
    });
}

TEST(TornTail, NoiseFromEveryOffset) {
    std::mt19937_64 chance(4711);
    sweep([&](std::string& bytes, std::size_t offset) {
        for (auto at = offset; at < bytes.size(); ++at) {
            bytes[at] = static_cast<char>(bytes[at] ^ static_cast<char>(1 + chance() % 255));
        }
    });
}

TEST(TornTail, BytesOfAnotherSegmentFromEveryOffset) {
    memory_environment elsewhere{{}, {}, mkdb::random::seeded(77)};
    auto other = open_log(elsewhere, 1U << 20).value();
    for (std::uint64_t at = 1; at < 2000; at += 2) {
        append_numbered(other, at, 2).value();
    }
    auto const stale = snapshot(elsewhere.files, "/").at((log_directory / mkdb::log::names::segment(1)).string());
    sweep([&](std::string& bytes, std::size_t offset) {
        std::copy(stale.begin() + std::ptrdiff_t(offset), stale.begin() + std::ptrdiff_t(bytes.size()),
                  bytes.begin() + std::ptrdiff_t(offset));
    });
}

// Of what was acknowledged last nothing tells rot from a write that was cut off: so it is said what goes.
TEST(TornTail, WhatIsDroppedIsToldByTheIdsThatCanBeRead) {
    memory_environment machine;
    std::vector<mkdb::storage::location> where;
    {
        auto backend = open_log(machine, 1U << 20).value();
        for (std::uint64_t at = 1; at <= 3; ++at) {
            append_numbered(backend, at, 2, &where).value();
            backend.sync().value();
        }
    }
    auto files = snapshot(machine.files, "/");
    auto& text = files.at((log_directory / mkdb::log::names::segment(1)).string());
    auto const last = where.back();
    text[last.offset + last.length - 12] ^= 0x20;
    memory_environment again{tree_of(files), {}, mkdb::random::seeded(3)};
    auto backend = open_log(again, 1U << 20).value();
    EXPECT_EQ(replay_all(backend).sequences.size(), 4U);
    ASSERT_EQ(backend.recovery().notes.size(), 1U);
    EXPECT_NE(backend.recovery().notes[0].find(
                  "bytes of unfinished writes at the end of segment-0000000001, of the ids id3, id4"),
              std::string::npos)
        << backend.recovery().notes[0];
}

} // namespace
