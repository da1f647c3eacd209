#include <mkdb/core/parallel.hpp>

#include <gmock/gmock.h>

#include <atomic>
#include <stdexcept>
#include <system_error>
#include <utility>
#include <vector>

using mkdb::for_each_in_parallel;
using testing::Each;

namespace {

/// A thread of a system that gives only so many.
class scarce_thread {
public:
    template <class Work>
    explicit scarce_thread(Work&& work) {
        if (left == 0) {
            throw std::system_error(std::make_error_code(std::errc::resource_unavailable_try_again));
        }
        --left;
        thread_ = std::jthread(std::forward<Work>(work));
    }

    static inline int left = 0;

private:
    std::jthread thread_;
};

template <class Thread>
std::vector<int> calls_on(std::size_t threads) {
    std::vector<std::atomic<int>> calls(100);
    for_each_in_parallel<Thread>(calls.size(), threads, [&](std::size_t i) { ++calls[i]; });
    return {calls.begin(), calls.end()};
}

} // namespace

TEST(Parallel, CallsTheActionOnceForEach) {
    EXPECT_THAT(calls_on<std::jthread>(4), Each(1));
}

TEST(Parallel, ThreadsThatTheSystemRefusesAreDoneWithout) {
    for (int const given : {0, 2}) {
        scarce_thread::left = given;
        EXPECT_THAT(calls_on<scarce_thread>(8), Each(1)) << "with " << given << " threads";
        EXPECT_EQ(scarce_thread::left, 0);
    }
}

TEST(Parallel, TheFirstExceptionReachesTheCallerWhenAllHaveReturned) {
    std::atomic<int> calls{0};
    auto const action = [&](std::size_t i) {
        ++calls;
        if (i == 3) {
            throw std::runtime_error("three");
        }
    };
    EXPECT_THROW(for_each_in_parallel(10, 2, action), std::runtime_error);
    EXPECT_GE(calls, 4);
}
