#include <mkdb/core/huge_pages.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace {

constexpr std::size_t page = 2 * mkdb::mebibyte;

[[nodiscard]] std::span<std::byte> allocate(std::size_t bytes, std::size_t alignment) {
    return {static_cast<std::byte*>(mkdb::huge_pages()->allocate(bytes, alignment)), bytes};
}

TEST(HugePages, GiveMemoryOfAnySizeThatIsAlignedAndCanBeUsed) {
    for (std::size_t const bytes :
         {std::size_t{1}, page / 2 - 1, page / 2, page - 1, page, page + 1, 5 * page + 4096}) {
        for (std::size_t const alignment : {1U, 16U, 64U, 16384U}) {
            auto const made = allocate(bytes, alignment);
            EXPECT_EQ(reinterpret_cast<std::uintptr_t>(made.data()) % alignment, 0U) << bytes;
            std::ranges::fill(made, std::byte{0xA5});
            EXPECT_EQ(std::ranges::count(made, std::byte{0xA5}), static_cast<std::ptrdiff_t>(bytes));
            mkdb::huge_pages()->deallocate(made.data(), bytes, alignment);
        }
    }
}

TEST(HugePages, BeginWhatIsLargeOnAPageOfTheirs) {
    std::vector<std::span<std::byte>> all;
    for (std::size_t bytes = page / 2; bytes < 20 * page; bytes += page / 2) {
        all.push_back(allocate(bytes, 8));
        EXPECT_EQ(reinterpret_cast<std::uintptr_t>(all.back().data()) % page, 0U) << bytes;
        std::ranges::fill(all.back(), static_cast<std::byte>(all.size()));
    }
    for (std::size_t i = 0; i < all.size(); ++i) {
        EXPECT_EQ(std::ranges::count(all[i], static_cast<std::byte>(i + 1)),
                  static_cast<std::ptrdiff_t>(all[i].size()));
        mkdb::huge_pages()->deallocate(all[i].data(), all[i].size(), 8);
    }
}

TEST(HugePages, RefuseWhatTheSystemDoesNotHave) {
    auto const more_than_there_is = std::numeric_limits<std::size_t>::max() / 4;
    EXPECT_THROW(static_cast<void>(mkdb::huge_pages()->allocate(more_than_there_is)), std::bad_alloc);
}

} // namespace
