#include "support/simulation_scheduler.hpp"

#include <mkdb/store/segment_sealer.hpp>

#include <gtest/gtest.h>

#include <functional>

namespace {

using namespace std::chrono_literals;

struct counting_partition {
    void seal_lasting() {
        ++looks;
        if (meanwhile) {
            meanwhile();
        }
    }
    int looks = 0;
    std::function<void()> meanwhile{};
};

using sealer = mkdb::segment_sealer<counting_partition>;

class SegmentSealer : public testing::Test {
protected:
    /// Runs what is due until then; returns how often the partition was looked at.
    int looks_within(std::chrono::milliseconds time) {
        auto const before = partition->looks;
        auto const end = clock.monotonic() + time;
        while (timer.run_next(end)) {
        }
        timer.move_to(end);
        return partition->looks - before;
    }

    std::shared_ptr<counting_partition> partition = std::make_shared<counting_partition>();
    mkdb::clock::manual clock;
    mkdb::testing::simulated_timer timer{clock};
    std::shared_ptr<sealer> sealing = std::make_shared<sealer>(sealer::partition_list{partition}, &timer);
};

TEST_F(SegmentSealer, LooksAtIntervalsFromTheFirstSettingOn) {
    EXPECT_EQ(looks_within(1h), 0);
    sealing->apply(10min);
    EXPECT_EQ(looks_within(9min), 0);
    EXPECT_EQ(looks_within(1min), 1);
    EXPECT_EQ(looks_within(1h), 6);
}

TEST_F(SegmentSealer, AnotherIntervalTakesTheOldOnesPlace) {
    sealing->apply(10min);
    EXPECT_EQ(looks_within(9min), 0);
    sealing->apply(30min);
    EXPECT_EQ(looks_within(29min), 0);
    EXPECT_EQ(looks_within(1min), 1);
    sealing->apply(30min);
    EXPECT_EQ(looks_within(30min), 1) << "the same again changes nothing";
    sealing->apply(0ms);
    EXPECT_EQ(looks_within(24h), 0);
}

TEST_F(SegmentSealer, ASettingThatComesDuringALookCounts) {
    sealing->apply(10min);
    partition->meanwhile = [this] { sealing->apply(1min); };
    EXPECT_EQ(looks_within(10min), 1);
    EXPECT_EQ(looks_within(10min), 10);
}

TEST_F(SegmentSealer, NoneBeginsWhenItWasStoppedOrIsGone) {
    sealing->apply(10min);
    sealing->stop();
    EXPECT_EQ(looks_within(1h), 0);
    sealing->apply(5min);
    EXPECT_EQ(looks_within(1h), 0);
    auto other = std::make_shared<sealer>(sealer::partition_list{partition}, &timer);
    other->apply(10min);
    other.reset();
    EXPECT_EQ(looks_within(1h), 0);
}

TEST_F(SegmentSealer, WithoutATimerNothingHappens) {
    auto const idle = std::make_shared<sealer>(sealer::partition_list{partition}, nullptr);
    idle->apply(1ms);
    EXPECT_EQ(looks_within(1h), 0);
    idle->stop();
}

} // namespace
