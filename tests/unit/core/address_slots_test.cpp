#include <mkdb/core/address_slots.hpp>

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <vector>

namespace {

using mkdb::address_slots;

TEST(AddressSlots, TellWhoseAnAddressIs) {
    auto& slots = address_slots::instance();
    int one = 0;
    int other = 0;
    auto const first = slots.take(&one);
    auto const second = slots.take(&other);
    ASSERT_TRUE(first && second);
    EXPECT_EQ(slots.owner_of(first->begin), &one);
    EXPECT_EQ(slots.owner_of(first->begin + address_slots::slot_bytes - 1), &one);
    EXPECT_EQ(slots.owner_of(second->begin), &other);
    EXPECT_EQ(slots.owner_of(&one), nullptr);
    EXPECT_EQ(slots.owner_of(nullptr), nullptr);
    slots.give_back(*first);
    EXPECT_EQ(slots.owner_of(first->begin), nullptr);
    auto const again = slots.take(&other);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->begin, first->begin);
    slots.give_back(*again);
    slots.give_back(*second);
}

/// However many of those there are who could do without.
TEST(AddressSlots, AreNeverAllWithThoseWhoMayHaveHalf) {
    auto& slots = address_slots::instance();
    int owner = 0;
    std::vector<address_slots::slot> taken;
    while (auto const each = slots.take(&owner, address_slots::share::half)) {
        taken.push_back(*each);
    }
    auto const half = taken.size();
    while (auto const each = slots.take(&owner)) {
        taken.push_back(*each);
    }
    EXPECT_EQ(taken.size(), 2 * half);
    EXPECT_GT(half, 0U);
    for (auto const& each : taken) {
        slots.give_back(each);
    }
}

/// Says whether there is a slot, and whether half of the limit is left.
void end_with_what_a_limit_leaves(std::size_t left) {
    struct rlimit most {};
    ::getrlimit(RLIMIT_AS, &most);
    most.rlim_cur = left + (std::size_t{1} << 30U);
    ::setrlimit(RLIMIT_AS, &most);
    auto const before = mkdb::addresses_left();
    auto const slots = std::make_unique<address_slots>();
    auto const taken = slots->take(&most);
    bool const enough = mkdb::addresses_left() >= before / 2 - (std::size_t{1} << 30U);
    std::_Exit((taken ? 1 : 0) + (enough ? 2 : 0));
}

TEST(AddressSlotsDeathTest, LeaveHalfOfALimitToAllElse) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    GTEST_SKIP() << "sanitizers need more addresses than that";
#endif
    EXPECT_EXIT(end_with_what_a_limit_leaves(address_slots::slot_bytes * 40), testing::ExitedWithCode(3), "");
    EXPECT_EXIT(end_with_what_a_limit_leaves(address_slots::slot_bytes * 20), testing::ExitedWithCode(2), "");
}

} // namespace
