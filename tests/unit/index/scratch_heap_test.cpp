#include "support/lent_scratch.hpp"

#include <mkdb/index/detail/scratch_heap.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <memory>
#include <random>
#include <tuple>
#include <utility>
#include <vector>

namespace {

using mkdb::kibibyte;
using mkdb::mebibyte;
using mkdb::index::detail::scratch_heap;
using mkdb::testing::lent_scratch;
using mkdb::testing::limited_memory;

constexpr std::size_t unit = mkdb::scratch_space::unit;

class ScratchHeap : public testing::Test {
protected:
    struct block {
        std::size_t bytes = 0;
        std::size_t alignment = 0;
        unsigned char filled = 0;
    };

    lent_scratch::figures disk;
    std::shared_ptr<mkdb::index::index_memory> memory = limited_memory(1, disk);
    std::unique_ptr<scratch_heap> heap = scratch_heap::make(memory);
    std::map<std::byte*, block> held;
    std::size_t held_bytes = 0;
    std::uint32_t seed = std::random_device()();
    std::mt19937 random{seed};

    void TearDown() override {
        EXPECT_EQ(memory->disk_bytes(), disk.used);
        heap.reset();
        EXPECT_EQ(disk.misuse, 0U) << "seed " << seed;
        EXPECT_EQ(disk.used, 0U);
        EXPECT_EQ(memory->disk_bytes(), 0U);
    }

    /// Those at the beginning, some of the rest, and the last.
    template <class Visit>
    static void for_each_checked(std::size_t bytes, Visit const& visit) {
        for (std::size_t i = 0; i < bytes;
             i += i < 32 ? 1 : std::min(31 + bytes / 256, std::max<std::size_t>(bytes - i - 1, 1))) {
            visit(i);
        }
    }

    std::byte* take(std::size_t bytes, std::size_t alignment = 8) {
        auto* const at = static_cast<std::byte*>(heap->allocate(bytes, alignment));
        if (at == nullptr) {
            return nullptr;
        }
        EXPECT_EQ(reinterpret_cast<std::uintptr_t>(at) % alignment, 0U);
        auto const next = held.lower_bound(at);
        EXPECT_TRUE(next == held.end() || at + bytes <= next->first);
        EXPECT_TRUE(next == held.begin() || std::prev(next)->first + std::prev(next)->second.bytes <= at);
        auto const filled = static_cast<unsigned char>(random());
        for_each_checked(bytes, [&](std::size_t i) { at[i] = std::byte{filled}; });
        held[at] = {bytes, alignment, filled};
        held_bytes += bytes;
        return at;
    }

    void give_back(std::byte* at) {
        auto const found = held.find(at);
        auto const was = found->second;
        std::size_t changed = 0;
        for_each_checked(was.bytes, [&](std::size_t i) { changed += at[i] == std::byte{was.filled} ? 0 : 1; });
        ASSERT_EQ(changed, 0U) << was.bytes << " bytes";
        held.erase(found);
        held_bytes -= was.bytes;
        heap->deallocate(at, was.bytes, was.alignment);
    }
    void give_back_any() {
        auto at = held.begin();
        std::advance(at, static_cast<std::ptrdiff_t>(random() % held.size()));
        give_back(at->first);
    }
    void give_back_all() {
        while (!held.empty()) {
            give_back_any();
        }
    }

    /// Of all magnitudes alike.
    std::size_t any_size(unsigned magnitudes) {
        auto const most = std::size_t{1} << (1 + random() % magnitudes);
        return random() % 4 == 0 ? most : 1 + random() % most;
    }

    /// The most that the disk had to give while this was done again and again.
    template <class Action>
    std::size_t room_for(int times, Action const& action) {
        for (int i = 0; i < times; ++i) {
            action();
        }
        return disk.most_used;
    }
};

TEST_F(ScratchHeap, BlocksOfAllSizesKeepWhatIsInThemAndLieApart) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    for (int round = 0; round < 6; ++round) {
        for (int step = 0; step < 4000; ++step) {
            // Growing, then shrinking: so runs and spans come together again.
            bool const takes = held.empty() || random() % 10 < (step < 2500 ? 7U : 3U);
            if (takes) {
                auto const alignment = std::size_t{1} << (random() % 13);
                ASSERT_NE(take(any_size(random() % 20 == 0 ? 22 : 14), random() % 8 == 0 ? alignment : 8), nullptr);
            } else {
                ASSERT_NO_FATAL_FAILURE(give_back_any());
            }
        }
        ASSERT_LE(disk.used, held_bytes * 2 + 64 * mebibyte);
    }
    ASSERT_NO_FATAL_FAILURE(give_back_all());
    EXPECT_EQ(disk.used, 0U);
}

/// Between two that stay, so that it is no matter of the end.
TEST_F(ScratchHeap, UsesRoomAgain) {
    for (auto const bytes : {std::size_t{24}, std::size_t{1000}, 40 * kibibyte, 63 * kibibyte, 65 * kibibyte,
                             100 * kibibyte, 580 * kibibyte, 3 * mebibyte + 1, 40 * mebibyte}) {
        auto const count = bytes > mebibyte ? 2 : 50;
        auto const cycle = [&] {
            std::vector<std::byte*> taken;
            for (int i = 0; i < count; ++i) {
                taken.push_back(take(bytes));
                ASSERT_NE(taken.back(), nullptr);
            }
            for (auto* const each : taken) {
                ASSERT_NO_FATAL_FAILURE(give_back(each));
            }
        };
        cycle();
        take(8);
        take(70 * kibibyte);
        auto const once = room_for(2, cycle);
        EXPECT_LE(room_for(60, cycle), once + 4 * mebibyte) << bytes;
    }
    ASSERT_NO_FATAL_FAILURE(give_back_all());
}

/// A vector that doubles asks for more than all that it gave back, and what is cut off for others fits again later.
TEST_F(ScratchHeap, AddressesLastWhenLargeOnesComeAndGo) {
    auto const addresses = mkdb::address_slots::slot_bytes;
    auto const large = addresses / 8;
    for (int round = 0; round < 8; ++round) {
        auto* const first = heap->allocate(large * 3, 8);
        auto* const second = heap->allocate(large * 4, 8);
        ASSERT_TRUE(first != nullptr && second != nullptr) << round;
        heap->deallocate(first, large * 3, 8);
        auto* const third = heap->allocate(large, 8);
        auto* const fourth = heap->allocate(large + unit * static_cast<std::size_t>(round), 8);
        ASSERT_TRUE(third != nullptr && fourth != nullptr) << round;
        heap->deallocate(second, large * 4, 8);
        heap->deallocate(third, large, 8);
        heap->deallocate(fourth, large + unit * static_cast<std::size_t>(round), 8);
    }
    auto* const all = heap->allocate(addresses, 8);
    EXPECT_NE(all, nullptr) << "free neighbours are one";
    EXPECT_EQ(heap->allocate(unit + 1, 8), nullptr) << "the addresses are used up";
    EXPECT_EQ(heap->allocate(SIZE_MAX - 5, 8), nullptr);
    EXPECT_EQ(heap->allocate(8, 64 * kibibyte), nullptr);
    heap->deallocate(all, addresses, 8);
    EXPECT_EQ(disk.used, 0U);
}

/// Wherever room ends, what was there stays as it is, and when there is more it goes on.
TEST_F(ScratchHeap, IsUnchangedWhereTheDiskHasNoRoom) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    for (std::size_t room = 0; room < 12 * mebibyte; room += 3 * unit) {
        disk.room = room;
        std::size_t refused = 0;
        for (int step = 0; step < 300; ++step) {
            if (!held.empty() && random() % 3 == 0) {
                ASSERT_NO_FATAL_FAILURE(give_back_any());
            } else {
                refused += take(any_size(random() % 10 == 0 ? 22 : 17)) == nullptr ? 1 : 0;
            }
        }
        EXPECT_LE(disk.used, disk.room);
        EXPECT_TRUE(refused > 0 || room > 4 * mebibyte);
        ASSERT_NO_FATAL_FAILURE(give_back_all());
    }
    disk.room = SIZE_MAX;
    for (int i = 0; i < 2000; ++i) {
        std::ignore = heap->allocate(5 * mebibyte, 8) == nullptr;
    }
    EXPECT_NE(take(5 * mebibyte), nullptr);
}

TEST_F(ScratchHeap, ADiskThatIsFullIsNotAskedForEachAllocation) {
    std::vector<std::byte*> small;
    for (int i = 0; i < 10'000; ++i) {
        small.push_back(take(64));
    }
    disk.room = disk.used;
    auto const before = disk.asked;
    for (int i = 0; i < 10'000; ++i) {
        EXPECT_EQ(heap->allocate(100 * mebibyte, 8), nullptr);
    }
    EXPECT_LT(disk.asked - before, 50U);
    // What is small has room all the same, on what is there and on what comes back.
    while (take(64) != nullptr) {
    }
    ASSERT_NO_FATAL_FAILURE(give_back(small[77]));
    EXPECT_NE(take(64), nullptr);
    auto const asked = disk.asked;
    for (int i = 0; i < 10'000; ++i) {
        EXPECT_EQ(heap->allocate(64, 8), nullptr);
    }
    EXPECT_LT(disk.asked - asked, 50U);
    disk.room += unit;
    for (int i = 0; i < 1100 && heap->allocate(64, 8) == nullptr; ++i) {
    }
    EXPECT_NE(take(64), nullptr) << "it is asked now and then";
}

} // namespace
