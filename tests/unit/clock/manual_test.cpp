#include <mkdb/clock/manual.hpp>

#include <gtest/gtest.h>

namespace {

using mkdb::clock::manual;
using namespace std::chrono_literals;

TEST(ManualClock, StandsStillUntilItIsMoved) {
    manual clock;
    EXPECT_EQ(clock.monotonic(), mkdb::clock::monotonic_time{});
    EXPECT_EQ(clock.monotonic(), clock.monotonic());
    clock.advance(5s);
    EXPECT_EQ(clock.monotonic() - mkdb::clock::monotonic_time{}, 5s);
    EXPECT_EQ(clock.wall() - mkdb::clock::wall_time{}, 5s);
}

TEST(ManualClock, SteppingTheWallClockLeavesTheMonotonicOneAlone) {
    manual clock;
    auto const before = clock.monotonic();
    clock.step_wall(-24h);
    EXPECT_EQ(clock.wall() - mkdb::clock::wall_time{}, -24h);
    EXPECT_EQ(clock.monotonic(), before);
}

TEST(ManualClock, CopiesShareOneTime) {
    manual const clock;
    manual copy = clock;
    copy.advance(1s);
    EXPECT_EQ(clock.monotonic(), copy.monotonic());
}

} // namespace
