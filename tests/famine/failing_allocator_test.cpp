#include "support/failing_allocator.hpp"

#include <gtest/gtest.h>
#include <malloc.h>
#include <strings.h>

#include <atomic>
#include <cstdlib>
#include <memory>
#include <new>
#include <string>
#include <vector>

namespace {

std::atomic<bool> short_of_memory{false};
std::atomic<std::uint64_t> calls{0};
std::atomic<std::uint64_t> nth{0};
std::atomic<bool> sticky{false};
std::atomic<std::int64_t> live_blocks{0};
std::atomic<std::int64_t> live_bytes{0};

/// Buffers of a mebibyte come from pages that are there already: thousands of short lives need many of them.
[[maybe_unused]] bool const pages_are_kept =
    ::mallopt(M_MMAP_THRESHOLD, 64 << 20) == 1 && ::mallopt(M_TRIM_THRESHOLD, 256 << 20) == 1;

bool fails_now() noexcept {
    if (!short_of_memory.load(std::memory_order_relaxed)) {
        return false;
    }
    auto const call = calls.fetch_add(1) + 1;
    return nth != 0 && (call == nth || (sticky && call > nth));
}

void* counted(void* made) {
    if (made == nullptr) {
        throw std::bad_alloc();
    }
    live_blocks.fetch_add(1, std::memory_order_relaxed);
    live_bytes.fetch_add(static_cast<std::int64_t>(::malloc_usable_size(made)), std::memory_order_relaxed);
    return made;
}

/// Who still uses a block that was given back is to find nothing in it. Out of line, since compilers that see `free`
/// follow the library's own `new` warn of a mismatch, and that nobody reads what is written here.
[[gnu::noinline]] void give_back(void* block) noexcept {
    if (block != nullptr) {
        auto const size = ::malloc_usable_size(block);
        live_blocks.fetch_sub(1, std::memory_order_relaxed);
        live_bytes.fetch_sub(static_cast<std::int64_t>(size), std::memory_order_relaxed);
        ::explicit_bzero(block, size);
        std::free(block);
    }
}

} // namespace

// The other forms of the standard library end in these. NOLINTBEGIN(misc-new-delete-overloads)
void* operator new(std::size_t size) {
    return counted(fails_now() ? nullptr : std::malloc(size == 0 ? 1 : size));
}
void* operator new(std::size_t size, std::align_val_t alignment) {
    auto const to = static_cast<std::size_t>(alignment);
    return counted(fails_now() ? nullptr : std::aligned_alloc(to, (size + to - 1) / to * to));
}
void operator delete(void* block) noexcept {
    give_back(block);
}
void operator delete(void* block, std::size_t /*size*/) noexcept {
    give_back(block);
}
void operator delete(void* block, std::align_val_t /*alignment*/) noexcept {
    give_back(block);
}
void operator delete(void* block, std::size_t /*size*/, std::align_val_t /*alignment*/) noexcept {
    give_back(block);
}
// NOLINTEND(misc-new-delete-overloads)

namespace mkdb::testing::famine {

void begin(plan const& wanted) noexcept {
    calls = 0;
    nth = wanted.nth;
    sticky = wanted.sticky;
    short_of_memory = true;
}

std::uint64_t end() noexcept {
    short_of_memory = false;
    return calls;
}

live_memory live() noexcept {
    return {live_blocks, live_bytes};
}

} // namespace mkdb::testing::famine

namespace {

namespace famine = mkdb::testing::famine;

/// Which of ten calls failed.
std::string failures_of_ten(famine::plan const& wanted) {
    std::string failed(10, '.');
    std::vector<std::unique_ptr<int>> kept(10);
    famine::begin(wanted);
    for (std::size_t i = 0; i < 10; ++i) {
        try {
            kept[i] = std::make_unique<int>(1);
        } catch (std::bad_alloc const&) {
            failed[i] = 'x';
        }
    }
    EXPECT_EQ(famine::end(), 10U);
    return failed;
}

TEST(FailingAllocator, FailsTheNthCallOnceOrAllFromItOn) {
    EXPECT_EQ(failures_of_ten({}), "..........");
    EXPECT_EQ(failures_of_ten({4, false}), "...x......");
    EXPECT_EQ(failures_of_ten({4, true}), "...xxxxxxx");
}

TEST(FailingAllocator, KnowsWhatWasNotGivenBack) {
    auto const before = famine::live();
    auto kept = std::make_unique<std::string>(1000, 'x');
    EXPECT_EQ(famine::live().blocks, before.blocks + 2);
    EXPECT_GE(famine::live().bytes, before.bytes + 1000);
    kept.reset();
    EXPECT_EQ(famine::live(), before);
}

} // namespace
