#include "support/lent_scratch.hpp"

#include <mkdb/index/detail/row_bitmap.hpp>
#include <mkdb/index/index_allocator.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <vector>

namespace {

using mkdb::index::index_string;
using mkdb::index::index_vector;
using mkdb::index::detail::index_heap;
using mkdb::testing::lent_scratch;
using mkdb::testing::limited_memory;

constexpr std::size_t limit = 100'000;
constexpr std::uint32_t some_row = 7;

class IndexHeap : public testing::Test {
protected:
    lent_scratch::figures disk;
    std::shared_ptr<mkdb::index::index_memory> memory = limited_memory(limit, disk);
};

/// Blocks of all sizes come and go, as containers of an index do; each keeps what was written into it.
TEST_F(IndexHeap, KeepsWhatIsInItOnEitherSideOfTheLimit) {
    auto const seed = std::random_device()();
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937 random(seed);
    {
        index_heap heap(memory);
        std::map<std::size_t, index_vector<std::uint32_t>> held;
        for (int step = 0; step < 20'000; ++step) {
            index_heap::use const in_use(&heap);
            auto const slot = random() % 400;
            auto const filled = [&](std::size_t index) { return static_cast<std::uint32_t>(slot * 1'000'003 + index); };
            auto& at = held[slot];
            if (random() % 3 == 0) {
                held.erase(slot);
                continue;
            }
            auto const grown = at.size() + random() % (random() % 50 == 0 ? 40'000 : 300);
            while (at.size() < grown) {
                at.push_back(filled(at.size()));
            }
            auto const checked = random() % (at.size() + 1);
            ASSERT_TRUE(checked == at.size() || at[checked] == filled(checked));
        }
        EXPECT_LE(memory->ram_bytes(), limit);
        EXPECT_GT(memory->ram_bytes(), limit / 2);
        EXPECT_GT(memory->disk_bytes(), limit);
        EXPECT_EQ(disk.used, memory->disk_bytes());
    }
    EXPECT_EQ(memory->ram_bytes(), 0U);
    EXPECT_EQ(memory->disk_bytes(), 0U);
    EXPECT_EQ(disk.used, 0U);
    EXPECT_EQ(disk.misuse, 0U);
    EXPECT_EQ(memory->untold_excess(), std::nullopt);
}

TEST_F(IndexHeap, GivesRamWhenTheDiskHasNoRoom) {
    disk.room = 4 * 1024 * 1024;
    index_heap heap(memory);
    std::vector<index_vector<std::uint64_t>> held;
    for (int i = 0; i < 100; ++i) {
        index_heap::use const in_use(&heap);
        held.emplace_back(20'000, static_cast<std::uint64_t>(i));
    }
    EXPECT_EQ(disk.used, disk.room);
    EXPECT_GT(memory->ram_bytes(), 10'000'000U);
    EXPECT_EQ(memory->untold_excess(), "the disk has too little room");
    EXPECT_FALSE(memory->untold_excess()) << "it is told once";
    for (int i = 0; i < 100; ++i) {
        EXPECT_EQ(held[static_cast<std::size_t>(i)].back(), static_cast<std::uint64_t>(i));
    }
}

/// A request that is too large for the disk says nothing of those that are not.
TEST_F(IndexHeap, GivesTheDiskToSmallOnesWhenALargeOneHasNoRoom) {
    disk.room = 8 * 1024 * 1024;
    index_heap heap(memory);
    index_heap::use const in_use(&heap);
    index_vector<char> const up_to_the_limit(limit, 'a');
    index_vector<char> const too_large(disk.room + 1, 'b');
    auto const in_ram = memory->ram_bytes();
    EXPECT_EQ(in_ram, limit + too_large.size());
    std::vector<index_vector<char>> small(1000, index_vector<char>(1000, 'c'));
    EXPECT_EQ(memory->ram_bytes(), in_ram);
    EXPECT_GT(memory->disk_bytes(), 1'000'000U);
}

TEST_F(IndexHeap, GivesRamWhenThereIsNoDisk) {
    auto const without = std::make_shared<mkdb::index::index_memory>(limit, nullptr);
    index_heap heap(without);
    index_heap::use const in_use(&heap);
    index_vector<char> const held(1'000'000, 'x');
    EXPECT_EQ(without->ram_bytes(), held.size());
    EXPECT_EQ(without->disk_bytes(), 0U);
    EXPECT_TRUE(without->untold_excess());
    without->set_limit(limit / 2);
    index_vector<char> const more(1'000, 'x');
    EXPECT_FALSE(without->untold_excess()) << "it is not asked again at once";
}

TEST_F(IndexHeap, TakesBackWhatComesHomeWithoutItsBeingInUse) {
    {
        index_heap heap(memory);
        index_vector<char> small;
        index_vector<char> large;
        {
            index_heap::use const in_use(&heap);
            small.assign(1'000, 'a');
            large.assign(1'000'000, 'b');
        }
        index_string const elsewhere(5'000, 'c');
        EXPECT_EQ(memory->ram_bytes(), 1'000U) << "what is made outside is not the index's";
        index_vector<char>().swap(large);
    }
    EXPECT_EQ(memory->ram_bytes(), 0U);
    EXPECT_EQ(disk.used, 0U);
}

/// Of addresses, and of lists in RAM alone: nobody gives it back, and the disk is asked for nothing.
TEST_F(IndexHeap, EndsWithAllThatCameFromIt) {
    auto const before = mkdb::address_slots::instance().take(this);
    ASSERT_TRUE(before);
    mkdb::address_slots::instance().give_back(*before);
    {
        index_heap heap(memory);
        {
            index_heap::use const in_use(&heap);
            for (int i = 0; i < 100; ++i) {
                auto* const left_behind = mkdb::index::index_allocator<std::uint64_t>().allocate(1'000);
                left_behind[999] = 1;
            }
            auto const set = mkdb::index::detail::row_bitmap::make(mkdb::index::row_set(1, &some_row)).release();
            EXPECT_TRUE(set->add(8));
        }
        EXPECT_TRUE(heap.ends_by_itself());
        EXPECT_GT(memory->ram_bytes(), limit / 2);
        EXPECT_GT(disk.used, 0U);
    }
    EXPECT_EQ(disk.discarded, 0U);
    EXPECT_EQ(disk.used, 0U);
    EXPECT_EQ(memory->ram_bytes(), 0U);
    EXPECT_EQ(memory->disk_bytes(), 0U);
    auto const after = mkdb::address_slots::instance().take(this);
    ASSERT_TRUE(after);
    EXPECT_EQ(after->number, before->number) << "its addresses are free again";
    mkdb::address_slots::instance().give_back(*after);
}

TEST_F(IndexHeap, DoesNotEndByItselfWithRamThatIsTheProcesss) {
    memory->set_limit(0);
    index_heap heap(memory);
    index_heap::use const in_use(&heap);
    index_vector<char> const free(1'000, 'a');
    memory->set_limit(limit);
    index_vector<char> const limited(limit, 'b');
    EXPECT_GT(memory->disk_bytes(), 0U);
    EXPECT_FALSE(heap.ends_by_itself());
    disk.is_lost = true;
    EXPECT_FALSE(memory->check());
    EXPECT_TRUE(heap.ends_by_itself()) << "what is in it must not be followed";
    disk.is_lost = false;
}

TEST_F(IndexHeap, HasNothingOnTheDiskWhenAllCameBack) {
    index_heap heap(memory);
    index_heap::use const in_use(&heap);
    index_vector<char> const up_to_the_limit(limit, 'a');
    for (int round = 0; round < 3; ++round) {
        {
            std::vector<index_vector<char>> const beyond(100, index_vector<char>(1'000, 'b'));
            EXPECT_GT(memory->disk_bytes(), 0U);
        }
        EXPECT_EQ(memory->disk_bytes(), 0U);
        EXPECT_EQ(disk.used, 0U);
    }
}

TEST_F(IndexHeap, GrowsIntoRamAgainWhenTheLimitIsRaised) {
    index_heap heap(memory);
    index_heap::use const in_use(&heap);
    index_vector<char> const below(limit, 'a');
    index_vector<char> const above(limit, 'b');
    EXPECT_EQ(memory->ram_bytes(), limit);
    memory->set_limit(0);
    index_vector<char> const again(limit, 'c');
    EXPECT_EQ(memory->ram_bytes(), 2 * limit);
}

/// More of them than there are slots of addresses: those that come too late are in RAM.
TEST_F(IndexHeap, ManyAtOnceDoWithWhatAddressesThereAre) {
    std::vector<std::unique_ptr<index_heap>> heaps;
    std::vector<index_vector<char>> held;
    auto const tiny = limited_memory(1, disk);
    for (std::size_t i = 0; i < mkdb::address_slots::slots + 10; ++i) {
        heaps.push_back(std::make_unique<index_heap>(tiny));
        index_heap::use const in_use(heaps.back().get());
        held.emplace_back(10, static_cast<char>(i));
    }
    EXPECT_GT(tiny->ram_bytes(), 0U);
    for (std::size_t i = 0; i < held.size(); ++i) {
        ASSERT_EQ(held[i].front(), static_cast<char>(i));
    }
    held.clear();
    heaps.clear();
    EXPECT_EQ(tiny->ram_bytes(), 0U);
    EXPECT_EQ(disk.used, 0U);
}

} // namespace
