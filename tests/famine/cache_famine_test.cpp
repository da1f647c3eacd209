#include "support/failing_allocator.hpp"

#include <mkdb/cache/record_cache.hpp>
#include <mkdb/clock/manual.hpp>
#include <mkdb/eviction/any_of.hpp>
#include <mkdb/eviction/lfu.hpp>
#include <mkdb/eviction/lru.hpp>
#include <mkdb/eviction/none.hpp>
#include <mkdb/eviction/s3_fifo.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <new>
#include <string>

namespace {

namespace famine = mkdb::testing::famine;
namespace eviction = mkdb::eviction;
using cache_type =
    mkdb::cache::record_cache<eviction::any_of<eviction::lru, eviction::lfu, eviction::s3_fifo, eviction::none>,
                              mkdb::clock::manual>;

constexpr std::uint64_t max_bytes = 10000;

mkdb::cache::options settings_of(std::string clean_type) {
    mkdb::cache::options made;
    made.max_entries = 1;
    made.max_bytes = max_bytes;
    made.eviction.clean_type = std::move(clean_type);
    return made;
}

std::shared_ptr<std::string const> text_of(std::uint32_t row, std::size_t size) {
    return std::make_shared<std::string const>(size, static_cast<char>('a' + row % 26));
}

/// Whatever was kept is right, and counted right, and goes when there is no room for it.
void expect_whole(cache_type& cache) {
    std::uint64_t entries = 0;
    std::uint64_t bytes = 0;
    for (std::uint32_t row = 0; row < 60; ++row) {
        if (auto const found = cache.get(row)) {
            ++entries;
            bytes += found->text->size() + cache_type::entry_overhead_bytes;
            EXPECT_EQ(found->text->front(), static_cast<char>('a' + row % 26));
        }
    }
    EXPECT_EQ(cache.stats().entries, entries);
    EXPECT_EQ(cache.stats().estimated_bytes, bytes);
    EXPECT_LE(bytes, max_bytes);
    auto none = settings_of("lru");
    none.max_entries = 0;
    cache.reconfigure(none);
    EXPECT_EQ(cache.stats().entries, 0U);
    EXPECT_EQ(cache.stats().estimated_bytes, 0U);
}

/// Runs `act(cache)` on a full cache of this policy; returns how many calls of operator new that took.
template <class Act>
std::uint64_t starve_once(std::string const& clean_type, Act const& act, famine::plan const& wanted) {
    SCOPED_TRACE(clean_type + ", call " + std::to_string(wanted.nth) + (wanted.sticky ? " and all after it" : ""));
    mkdb::clock::manual clock;
    cache_type cache(clock, settings_of(clean_type));
    for (std::uint32_t row = 0; row < 40; ++row) {
        cache.put(row, text_of(row, 100), 1);
    }
    famine::begin(wanted);
    try {
        act(cache);
    } catch (std::bad_alloc const&) {
        // So the caller was told.
    }
    auto const calls = famine::end();
    expect_whole(cache);
    return calls;
}

/// With each of its calls of operator new failing in turn.
template <class Act>
void starve(std::string const& clean_type, Act const& act) {
    auto const calls = starve_once(clean_type, act, {});
    ASSERT_GT(calls, 3U);
    for (std::uint64_t nth = 1; nth <= calls; ++nth) {
        starve_once(clean_type, act, {nth, false});
        starve_once(clean_type, act, {nth, true});
    }
}

TEST(CacheFamine, MakingRoomForALargeTextKeepsTheBooksInOrder) {
    for (auto const* policy : {"lru", "lfu", "s3_fifo"}) {
        starve(policy, [](cache_type& cache) {
            cache.put(50, text_of(50, 9000), 1);
            cache.put(51, text_of(51, 100), 1);
            cache.put(50, text_of(50, 9500), 2);
        });
    }
}

TEST(CacheFamine, AnotherPolicyTakesOverWhatItCanAndForgetsTheRest) {
    for (auto const* policy : {"lru", "lfu", "s3_fifo", "none"}) {
        starve(policy, [other = settings_of(std::string(policy) == "lfu" ? "s3_fifo" : "lfu")](cache_type& cache) {
            cache.reconfigure(other);
            cache.put(50, text_of(50, 3000), 1);
        });
    }
}

} // namespace
