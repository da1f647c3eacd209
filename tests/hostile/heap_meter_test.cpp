#include "support/heap_meter.hpp"

#include <gtest/gtest.h>
#include <malloc.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <new>
#include <vector>

namespace {

std::atomic<std::ptrdiff_t> in_use{0};
std::atomic<std::ptrdiff_t> peak{0};
std::atomic<std::ptrdiff_t> at_begin{0};

void* counted(void* block) noexcept {
    auto const now = in_use += static_cast<std::ptrdiff_t>(malloc_usable_size(block));
    auto before = peak.load();
    while (before < now && !peak.compare_exchange_weak(before, now)) {
    }
    return block;
}

void release(void* block) noexcept {
    in_use -= static_cast<std::ptrdiff_t>(malloc_usable_size(block));
    std::free(block);
}

void* checked(void* block) {
    if (block == nullptr) {
        throw std::bad_alloc();
    }
    return counted(block);
}

} // namespace

// The other forms of the standard library lead here.
void* operator new(std::size_t size) {
    return checked(std::malloc(std::max<std::size_t>(size, 1)));
}
void* operator new(std::size_t size, std::align_val_t alignment) {
    auto const step = static_cast<std::size_t>(alignment);
    return checked(std::aligned_alloc(step, (size + step - 1) / step * step));
}
void operator delete(void* block) noexcept {
    release(block);
}
void operator delete(void* block, std::size_t) noexcept {
    release(block);
}
void operator delete(void* block, std::align_val_t) noexcept {
    release(block);
}
void operator delete(void* block, std::size_t, std::align_val_t) noexcept {
    release(block);
}

namespace mkdb::test {

void heap_meter::begin() noexcept {
    at_begin = in_use.load();
    peak = in_use.load();
}

std::size_t heap_meter::growth() noexcept {
    return static_cast<std::size_t>(std::max<std::ptrdiff_t>(peak - at_begin, 0));
}

} // namespace mkdb::test

namespace {

TEST(HeapMeter, SeesWhatCameAndWent) {
    constexpr std::size_t large = 1U << 20U;
    mkdb::test::heap_meter::begin();
    { std::vector<char> const block(large); }
    EXPECT_GE(mkdb::test::heap_meter::growth(), large);
    mkdb::test::heap_meter::begin();
    EXPECT_LT(mkdb::test::heap_meter::growth(), large);
}

} // namespace
