// A disk that says it has synced and has not, from every sync on, and then loses its power: what is found is right, and
// is a prefix of what was written, or it is said that something is missing. Only a disk that loses all of its last
// writes alike gives nothing to tell that by.
#include "support/log_driver.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace {

using namespace mkdb::testing;

/// Writes through several rolls; returns whether a sync was reached that lies.
bool write_on_lying_disk(fault_environment& machine, std::uint64_t from) {
    machine.files.plan().lie_from = from;
    auto backend = open_log(machine, 1024).value();
    for (std::uint64_t first = 1; first < 40; first += 3) {
        append_numbered(backend, first, 3).value();
        backend.sync().value();
    }
    return machine.files.plan().syncs >= from;
}

/// Whether the first of them are there and no others.
bool is_prefix(std::vector<std::uint64_t> sequences) {
    std::ranges::sort(sequences);
    for (std::size_t i = 0; i < sequences.size(); ++i) {
        if (sequences[i] != i + 1) {
            return false;
        }
    }
    return true;
}

TEST(LyingDisk, NothingWrongIsServedAndNoGapIsHidden) {
    std::uint64_t refused = 0;
    std::uint64_t states = 0;
    bool reached = true;
    for (std::uint64_t from = 1; reached; ++from) {
        for (auto const data : {kept_bytes::none, kept_bytes::prefix, kept_bytes::subset, kept_bytes::zeros}) {
            for (auto const names : {kept_names::none, kept_names::all, kept_names::subset}) {
                SCOPED_TRACE("lies from sync " + std::to_string(from) + ", data " +
                             std::to_string(static_cast<int>(data)) + ", names " +
                             std::to_string(static_cast<int>(names)));
                fault_environment machine{fault_file_system(from), {}, mkdb::random::seeded(from)};
                reached = write_on_lying_disk(machine, from);
                auto const left = machine.files.after_power_cut(data, names, ++states);
                memory_environment after{left, {}, mkdb::random::seeded(1)};
                auto opened = open_log(after);
                if (!opened) {
                    ++refused;
                    EXPECT_EQ(opened.error().code, mkdb::errc::corrupt_file) << opened.error().message;
                    continue;
                }
                auto const found = replay_all(*opened);
                EXPECT_TRUE(is_prefix(found.sequences) || !opened->recovery().notes.empty());
                EXPECT_EQ(found.sequences.size(), found.places.size()) << "a version came twice";
            }
        }
        ASSERT_FALSE(HasFailure());
    }
    RecordProperty("states", std::to_string(states));
    EXPECT_GT(states, 300U);
    EXPECT_GT(refused, 10U);
}

} // namespace
