#include <mkdb/protocol/heartbeat.hpp>

#include <gtest/gtest.h>

namespace {

using namespace std::chrono_literals;
using mkdb::protocol::heartbeat;
using verdict = heartbeat::verdict;

struct Heartbeat : ::testing::Test {
    heartbeat beat;
    mkdb::clock::monotonic_time start{};

    Heartbeat() { beat.start(start); }
    verdict after(std::chrono::milliseconds time) { return beat.tick(start + time, 5s); }
};

TEST_F(Heartbeat, PingsOnceAnInterval) {
    EXPECT_EQ(after(4999ms), verdict::quiet);
    EXPECT_EQ(after(5000ms), verdict::ping);
    EXPECT_EQ(after(5001ms), verdict::quiet);
    beat.heard();
    EXPECT_EQ(after(10'000ms), verdict::ping);
}

TEST_F(Heartbeat, GivesUpAfterTwoIntervalsWithoutAnswer) {
    EXPECT_EQ(after(5s), verdict::ping);
    EXPECT_EQ(after(10s), verdict::ping);
    EXPECT_EQ(after(14'999ms), verdict::quiet);
    EXPECT_EQ(after(15s), verdict::dead);
}

TEST_F(Heartbeat, StaysWithAClientThatAnswersLate) {
    EXPECT_EQ(after(5s), verdict::ping);
    EXPECT_EQ(after(10s), verdict::ping);
    beat.heard();
    EXPECT_EQ(after(15s), verdict::ping);
}

TEST_F(Heartbeat, IsOffWithoutAnInterval) { EXPECT_EQ(beat.tick(start + 100s, 0s), verdict::quiet); }

} // namespace
