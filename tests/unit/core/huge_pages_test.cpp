#include <mkdb/core/huge_pages.hpp>

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <span>
#include <vector>

namespace {

constexpr std::size_t page = 2 * mkdb::mebibyte;

[[nodiscard]] std::span<std::byte> allocate(std::size_t bytes, std::size_t alignment) {
    return {static_cast<std::byte*>(mkdb::huge_pages()->allocate(bytes, alignment)), bytes};
}

void fill(std::span<std::byte> memory, unsigned char byte) {
    std::memset(memory.data(), byte, memory.size());
}

[[nodiscard]] bool is_full_of(std::span<std::byte const> memory, unsigned char byte) {
    return memory[0] == std::byte{byte} && std::memcmp(memory.data(), memory.data() + 1, memory.size() - 1) == 0;
}

TEST(HugePages, GiveMemoryOfAnySizeThatIsAlignedAndCanBeUsed) {
    for (std::size_t const bytes :
         {std::size_t{1}, page / 2 - 1, page / 2, page - 1, page, page + 1, 5 * page + 4096}) {
        for (std::size_t const alignment : {1U, 16U, 64U, 16384U}) {
            auto const made = allocate(bytes, alignment);
            EXPECT_EQ(reinterpret_cast<std::uintptr_t>(made.data()) % alignment, 0U) << bytes;
            fill(made, 0xA5);
            EXPECT_TRUE(is_full_of(made, 0xA5));
            mkdb::huge_pages()->deallocate(made.data(), bytes, alignment);
        }
    }
}

TEST(HugePages, BeginWhatIsLargeOnAPageOfTheirs) {
    std::vector<std::span<std::byte>> all;
    for (std::size_t bytes = page / 2; bytes < 20 * page; bytes += page / 2) {
        all.push_back(allocate(bytes, 8));
        EXPECT_EQ(reinterpret_cast<std::uintptr_t>(all.back().data()) % page, 0U) << bytes;
        fill(all.back(), static_cast<unsigned char>(all.size()));
    }
    for (std::size_t i = 0; i < all.size(); ++i) {
        EXPECT_TRUE(is_full_of(all[i], static_cast<unsigned char>(i + 1)));
        mkdb::huge_pages()->deallocate(all[i].data(), all[i].size(), 8);
    }
}

TEST(HugePages, RefuseWhatTheSystemDoesNotHave) {
    auto const more_than_there_is = std::numeric_limits<std::size_t>::max() / 4;
    EXPECT_THROW(static_cast<void>(mkdb::huge_pages()->allocate(more_than_there_is)), std::bad_alloc);
}

} // namespace
