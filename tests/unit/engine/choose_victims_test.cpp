#include <mkdb/engine/choose_victims.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using mkdb::engine::choose_victims;
using mkdb::engine::segment_usage;
using mkdb::engine::victim_options;
using numbers = std::vector<std::uint32_t>;

/// A segment of 1,000 bytes beside its fixed ones, which holds the sequences [100 n, 100 n + 99].
segment_usage segment(std::uint32_t number, std::uint64_t live, std::uint64_t tombstones = 0) {
    segment_usage usage;
    usage.segment = {.segment = number,
                     .bytes = 1300,
                     .fixed_bytes = 300,
                     .tombstone_bytes = tombstones,
                     .first_sequence = number * 100,
                     .last_sequence = number * 100 + 99};
    usage.live_bytes = live;
    return usage;
}

segment_usage small(std::uint32_t number) {
    auto usage = segment(number, 10);
    usage.segment.bytes = 310;
    usage.segment.small = true;
    return usage;
}

segment_usage changed(segment_usage usage, void (*change)(segment_usage&)) {
    change(usage);
    return usage;
}

struct table_row {
    std::string fact;
    std::vector<segment_usage> all;
    victim_options options;
    numbers expected;
};

TEST(ChooseVictims, FollowTheTable) {
    auto const open = [](segment_usage& each) { each.segment.sealed = false; };
    auto const damaged = [](segment_usage& each) { each.segment.damaged = true; };
    auto const aside = [](segment_usage& each) { each.set_aside = true; };
    auto const overlapping = [](segment_usage& each) { each.segment.first_sequence = 150; };
    std::vector<table_row> const table{
        {"an empty log has none", {}, {}, {}},
        {"live segments stay", {segment(1, 1000), segment(2, 900)}, {}, {}},
        {"a dead one goes", {segment(1, 1000), segment(2, 0)}, {}, {2}},
        {"the ratio is of all bytes, and reaching it is enough", {segment(1, 610)}, {.dead_ratio = 0.3}, {1}},
        {"below the ratio it stays", {segment(1, 611)}, {.dead_ratio = 0.3}, {}},
        {"what every segment has is not dead", {segment(1, 1000)}, {.dead_ratio = 0}, {}},
        {"what is being written stays", {segment(1, 1000), changed(segment(2, 0), open)}, {}, {}},
        {"known damage stays", {changed(segment(1, 0), damaged), segment(2, 0)}, {}, {2}},
        {"what was set aside stays", {changed(segment(1, 0), aside), segment(2, 0)}, {}, {2}},
        {"several are copied in order of their content",
         {segment(3, 10), segment(4, 0), segment(5, 10)},
         {},
         {3, 4, 5}},
        {"the best come first when not all fit", {segment(1, 500), segment(2, 0)}, {.run_bytes = 1300}, {2}},
        {"of equals the one that has been quiet longer", {segment(1, 100), segment(2, 100)}, {.run_bytes = 1300}, {1}},
        {"one may be larger than a run", {segment(1, 100)}, {.run_bytes = 10}, {1}},
        {"what would not fit on the disk is left", {segment(1, 500), segment(2, 0)}, {.room = 400}, {2}},
        {"a full disk still frees what is all dead",
         {changed(segment(1, 0), [](segment_usage& each) { each.segment.fixed_bytes = 0; })},
         {.room = 0},
         {1}},
        {"tombstones that are needed are not dead", {segment(1, 1000), segment(2, 0, 900)}, {}, {}},
        {"the tombstones of the oldest segment go", {segment(1, 0, 900), segment(2, 1000)}, {}, {1}},
        {"and those after it, while all that is older goes too", {segment(1, 0, 900), segment(2, 0, 900)}, {}, {1, 2}},
        {"not past one that stays", {segment(1, 1000), segment(2, 0, 900), segment(3, 0, 900)}, {}, {}},
        {"not when another overlaps", {segment(1, 0, 900), changed(segment(2, 1000), overlapping)}, {}, {}},
        {"not when the older one does not fit, which then goes alone",
         {segment(1, 550), segment(2, 0, 900)},
         {.run_bytes = 1300},
         {1}},
        {"seven small ones stay", {small(1), small(2), small(3), small(4), small(5), small(6), small(7)}, {}, {}},
        {"eight small ones are joined",
         {small(1), small(2), small(3), small(4), small(5), small(6), small(7), small(8), segment(9, 1000)},
         {},
         {1, 2, 3, 4, 5, 6, 7, 8}},
    };
    for (auto const& row : table) {
        EXPECT_EQ(choose_victims(row.all, row.options), row.expected) << row.fact;
    }
}

} // namespace
