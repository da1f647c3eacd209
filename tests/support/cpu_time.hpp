#pragma once

#include <algorithm>
#include <chrono>
#include <ctime>
#include <limits>

namespace mkdb::test {

/// Time that this thread computed: what else the machine does is not in it.
[[nodiscard]] inline std::chrono::nanoseconds thread_time() noexcept {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

template <class Act>
[[nodiscard]] std::chrono::nanoseconds time_of(Act&& act) {
    auto const before = thread_time();
    act();
    return thread_time() - before;
}

/// What two things cost in proportion: each the best of some rounds, by turns, since disturbances only ever add. A
/// round or two is enough when the answer is clear.
template <class Hostile, class Usual>
[[nodiscard]] double cost_ratio(Hostile&& hostile, Usual&& usual, double enough) {
    constexpr int most_rounds = 5;
    auto best_hostile = std::chrono::nanoseconds::max();
    auto best_usual = best_hostile;
    double ratio = std::numeric_limits<double>::max();
    for (int round = 0; round < most_rounds && ratio > enough; ++round) {
        best_usual = std::min(best_usual, time_of(usual));
        best_hostile = std::min(best_hostile, time_of(hostile));
        ratio = static_cast<double>(best_hostile.count()) / static_cast<double>(best_usual.count());
    }
    return ratio;
}

} // namespace mkdb::test
