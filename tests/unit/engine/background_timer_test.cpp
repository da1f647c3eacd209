#include <mkdb/engine/background_timer.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <latch>
#include <new>

namespace {

using namespace std::chrono_literals;

TEST(BackgroundTimer, RunsATaskAgainThatFoundNoMemoryAndTellsOfItOnce) {
    std::atomic<int> told{0};
    std::latch ended(1);
    int tries = 0;
    mkdb::engine::background_timer timer([&] { ++told; }, 1ms);
    timer.after(0ms, [&] {
        if (++tries < 4) {
            throw std::bad_alloc();
        }
        ended.count_down();
    });
    ended.wait();
    EXPECT_EQ(tries, 4);
    EXPECT_EQ(told, 1);
}

TEST(BackgroundTimer, RunsOthersBetweenTheTriesOfATask) {
    std::latch other_ran(1);
    std::latch ended(1);
    std::atomic<bool> enough{false};
    mkdb::engine::background_timer timer({}, 1ms);
    timer.after(0ms, [&] {
        if (!enough) {
            throw std::bad_alloc();
        }
        ended.count_down();
    });
    timer.after(5ms, [&] { other_ran.count_down(); });
    other_ran.wait();
    enough = true;
    ended.wait();
}

TEST(BackgroundTimer, DropsATaskThatNeverFindsMemoryWhenItGoes) {
    std::atomic<int> tries{0};
    {
        mkdb::engine::background_timer timer([] { throw std::bad_alloc(); }, 1ms);
        timer.after(0ms, [&] {
            ++tries;
            tries.notify_all();
            throw std::bad_alloc();
        });
        for (auto seen = tries.load(); seen < 3; seen = tries.load()) {
            tries.wait(seen);
        }
    }
    auto const at_the_end = tries.load();
    EXPECT_GE(at_the_end, 3);
}

} // namespace
