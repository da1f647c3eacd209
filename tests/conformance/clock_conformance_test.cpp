#include <mkdb/clock/manual.hpp>
#include <mkdb/clock/system.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace {

template <class Clock>
class ClockConformance : public testing::Test {
public:
    Clock clock{};
};

using models = testing::Types<mkdb::clock::system, mkdb::clock::manual>;
TYPED_TEST_SUITE(ClockConformance, models);

TYPED_TEST(ClockConformance, MonotonicTimeNeverGoesBack) {
    auto last = this->clock.monotonic();
    for (int i = 0; i < 10000; ++i) {
        auto const now = this->clock.monotonic();
        ASSERT_GE(now, last);
        last = now;
    }
}

TYPED_TEST(ClockConformance, WhatOneThreadReadIsNotAfterWhatTheNextReads) {
    std::atomic<std::int64_t> latest{0};
    std::atomic<int> backwards{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            for (int step = 0; step < 10000; ++step) {
                auto const seen = latest.load();
                auto const now = this->clock.monotonic().time_since_epoch().count();
                backwards += now < seen;
                auto expected = seen;
                latest.compare_exchange_strong(expected, now);
            }
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    EXPECT_EQ(backwards, 0);
}

TYPED_TEST(ClockConformance, SurvivesAMove) {
    auto const before = this->clock.monotonic();
    auto const moved = std::move(this->clock);
    EXPECT_GE(moved.monotonic(), before);
}

} // namespace
