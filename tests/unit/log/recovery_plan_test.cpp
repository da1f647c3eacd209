#include <mkdb/log/recovery_plan.hpp>

#include <gtest/gtest.h>

#include <vector>

namespace {

using namespace mkdb::log;
using state = stretch::state;

/// Stretches of 100 bytes, one after another, from the start of the data of segment 1.
class tail {
public:
    tail& add(state condition, std::uint32_t durable_offset = 0, std::uint32_t durable_segment = 1) {
        stretch next;
        next.condition = condition;
        next.offset = end_;
        next.end = end_ += 100;
        next.header.durable_segment = durable_segment;
        next.header.durable_offset = durable_offset;
        stretches_.push_back(next);
        return *this;
    }
    [[nodiscard]] recovery_plan plan(std::uint64_t by_manifest = segment_data_start) const {
        return plan_recovery(stretches_, 1, by_manifest);
    }

private:
    std::vector<stretch> stretches_;
    std::uint64_t end_ = segment_data_start;
};

TEST(RecoveryPlan, WithoutAMarkWholeBatchesAreCarriedUpToTheFirstThatIsNot) {
    auto const plan = tail().add(state::whole).add(state::whole).add(state::damaged).add(state::whole).plan();
    EXPECT_EQ(plan.durable_end, segment_data_start);
    EXPECT_EQ(plan.carried.size(), 2U);
    EXPECT_EQ(plan.torn_bytes, 200U);
    EXPECT_FALSE(plan.rot);
}

TEST(RecoveryPlan, DamageBelowAMarkIsRotAndCutsNothing) {
    auto const plan = tail().add(state::whole).add(state::damaged).add(state::whole, 328).add(state::whole).plan();
    EXPECT_EQ(plan.durable_end, 328U);
    EXPECT_TRUE(plan.rot);
    EXPECT_EQ(plan.carried.size(), 2U);
    EXPECT_EQ(plan.torn_bytes, 0U);
}

TEST(RecoveryPlan, TheMarkOfABatchBehindATornOneStillCounts) {
    auto const plan =
        tail().add(state::unreadable).add(state::whole).add(state::unreadable).add(state::whole, 228).plan();
    EXPECT_EQ(plan.durable_end, 228U);
    EXPECT_TRUE(plan.rot);
    EXPECT_EQ(plan.carried.size(), 1U);
    EXPECT_EQ(plan.torn_bytes, 200U);
}

TEST(RecoveryPlan, TheMarkOfADamagedBatchCountsToo) {
    auto const plan = tail().add(state::damaged).add(state::damaged, 228).plan();
    EXPECT_EQ(plan.durable_end, 228U);
    EXPECT_TRUE(plan.rot);
    EXPECT_EQ(plan.torn_bytes, 100U);
}

TEST(RecoveryPlan, AMarkOfAnotherSegmentSaysNothingAboutThisOne) {
    EXPECT_EQ(tail().add(state::whole, 4000, 2).plan().durable_end, segment_data_start);
}

TEST(RecoveryPlan, TheManifestIsAMarkToo) {
    auto const plan = tail().add(state::damaged).add(state::whole).plan(228);
    EXPECT_TRUE(plan.rot);
    EXPECT_EQ(plan.carried.size(), 1U);
}

TEST(RecoveryPlan, AnUnreadableStretchAcrossTheMarkIsRotBelowAndTornAbove) {
    auto const plan = tail().add(state::whole).add(state::unreadable).plan(278);
    EXPECT_TRUE(plan.rot);
    EXPECT_EQ(plan.torn_bytes, 50U);
    EXPECT_TRUE(plan.carried.empty());
}

TEST(RecoveryPlan, AnEndBeforeTheMarkIsRot) {
    EXPECT_TRUE(tail().add(state::whole).plan(400).rot);
    EXPECT_TRUE(tail().plan(400).rot);
    EXPECT_FALSE(tail().plan().rot);
}

} // namespace
