#include "support/failing_allocator.hpp"
#include "support/lent_scratch.hpp"

#include <mkdb/index/detail/scratch_heap.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>

namespace {

namespace famine = mkdb::testing::famine;
using mkdb::index::detail::scratch_heap;

constexpr std::size_t blocks = 600;

std::size_t size_of(std::size_t number) {
    return number % 30 == 0 ? 300'000 : 100 + number * 37 % 9'000;
}

/// Returns whether the plan had been over before all was taken.
bool survives(std::uint64_t nth, bool sticky) {
    mkdb::testing::lent_scratch::figures disk;
    auto const memory = mkdb::testing::limited_memory(1, disk);
    auto const heap = scratch_heap::make(memory);
    std::array<void*, blocks> held{};
    auto const take_all = [&] {
        for (std::size_t number = 0; number < blocks; ++number) {
            if (held[number] == nullptr && (held[number] = heap->allocate(size_of(number), 8)) != nullptr) {
                std::memset(held[number], static_cast<int>(number % 200), size_of(number));
            }
        }
    };
    famine::begin({nth, sticky});
    take_all();
    for (std::size_t number = 0; number < blocks; number += 3) {
        if (held[number] != nullptr) {
            heap->deallocate(held[number], size_of(number), 8);
            held[number] = nullptr;
        }
    }
    auto const calls = famine::end();
    take_all();
    for (std::size_t number = 0; number < blocks; ++number) {
        auto const* const bytes = static_cast<unsigned char const*>(held[number]);
        EXPECT_TRUE(bytes != nullptr && bytes[0] == number % 200 && bytes[size_of(number) - 1] == number % 200);
        heap->deallocate(held[number], size_of(number), 8);
    }
    EXPECT_EQ(disk.misuse, 0U);
    return calls < nth;
}

TEST(ScratchHeapFamine, WithoutMemoryForItsRecordsItGivesNothingAndGoesOn) {
    std::uint64_t nth = 1;
    while (!testing::Test::HasFailure() && !survives(nth, nth % 2 == 0)) {
        ++nth;
    }
    EXPECT_GT(nth, 5U);
}

} // namespace
