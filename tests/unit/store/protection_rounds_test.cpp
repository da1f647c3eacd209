#include <mkdb/store/protection_rounds.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using mkdb::errc;
using mkdb::result;
using namespace std::chrono_literals;

/// A partition with some segments that have no parity, whose disk may fail.
class unprotected_partition {
public:
    [[nodiscard]] unprotected_partition& backend() { return *this; }
    [[nodiscard]] result<std::uint64_t> protect_step() {
        ++steps;
        if (fails && steps % (steps_before_failure + 1) == 0) {
            return mkdb::fail(errc::no_space, "the disk is full");
        }
        if (fails) {
            return std::uint64_t{1000};
        }
        auto const bytes = unprotected > 0 ? std::uint64_t{1000} : std::uint64_t{0};
        unprotected -= bytes > 0 ? 1 : 0;
        return bytes;
    }

    int unprotected = 0;
    bool fails = false;
    int steps_before_failure = 0;
    int steps = 0;
};

class ProtectionRounds : public testing::Test {
protected:
    using rounds_type = mkdb::protection_rounds<unprotected_partition>;

    /// Steps for as long as there is no pause; returns the pause.
    std::optional<std::chrono::milliseconds> until_pause() {
        auto delay = rounds.step();
        while (delay == 0ms) {
            delay = rounds.step();
        }
        return delay;
    }

    std::vector<std::shared_ptr<unprotected_partition>> partitions{std::make_shared<unprotected_partition>(),
                                                                   std::make_shared<unprotected_partition>(),
                                                                   std::make_shared<unprotected_partition>()};
    std::vector<std::string> notices;
    rounds_type rounds{partitions, [this](std::string const& note) { notices.push_back(note); }};
};

TEST_F(ProtectionRounds, EndWhenNoPartitionHasAnythingLeft) {
    partitions[0]->unprotected = 3;
    partitions[2]->unprotected = 2;
    EXPECT_EQ(until_pause(), std::nullopt);
    EXPECT_EQ(partitions[0]->unprotected + partitions[2]->unprotected, 0);
    EXPECT_TRUE(notices.empty());
}

TEST_F(ProtectionRounds, APartitionThatFailsHoldsUpNoOther) {
    partitions[0]->fails = true;
    partitions[1]->unprotected = 5;
    partitions[2]->unprotected = 5;
    EXPECT_EQ(until_pause(), rounds_type::second_try);
    EXPECT_EQ(partitions[1]->unprotected + partitions[2]->unprotected, 0);
    EXPECT_EQ(partitions[0]->steps, 1) << "it was tried again in a hurry";
}

TEST_F(ProtectionRounds, WhatFailsAtItsEndIsNotBegunAgainInAHurry) {
    partitions[1]->fails = true;
    partitions[1]->steps_before_failure = 3;
    EXPECT_EQ(until_pause(), rounds_type::second_try);
    EXPECT_EQ(partitions[1]->steps, 4);
}

TEST_F(ProtectionRounds, WhatIsSealedDuringARoundIsFoundByTheNext) {
    partitions[2]->unprotected = 1;
    ASSERT_EQ(rounds.step(), 0ms);
    partitions[0]->unprotected = 1;
    EXPECT_EQ(until_pause(), std::nullopt);
    EXPECT_EQ(partitions[0]->unprotected, 0);
}

TEST_F(ProtectionRounds, FailuresThatFollowEachOtherAreToldOnce) {
    partitions[1]->fails = true;
    EXPECT_EQ(until_pause(), rounds_type::second_try);
    EXPECT_EQ(until_pause(), rounds_type::second_try);
    EXPECT_THAT(notices, testing::ElementsAre(testing::HasSubstr("the disk is full")));
    partitions[1]->fails = false;
    EXPECT_EQ(until_pause(), std::nullopt);
    partitions[1]->fails = true;
    EXPECT_EQ(until_pause(), rounds_type::second_try);
    EXPECT_EQ(notices.size(), 2U);
}

} // namespace
