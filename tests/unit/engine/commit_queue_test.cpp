#include <mkdb/engine/commit_queue.hpp>

#include <gmock/gmock.h>

#include <atomic>
#include <functional>
#include <memory>
#include <new>
#include <thread>

namespace {

using queue = mkdb::engine::commit_queue<int, int>;
using tickets = std::span<queue::ticket* const>;

std::size_t double_all(tickets group) {
    for (auto* ticket : group) {
        ticket->outcome = 2 * ticket->operation;
    }
    return group.size();
}

TEST(CommitQueue, ALoneCallerLeadsItself) {
    queue commits(double_all, {});
    EXPECT_EQ(commits.run(21), 42);
}

TEST(CommitQueue, EveryCallerOfACrowdGetsItsOwnOutcome) {
    std::atomic<int> leaders{0};
    queue commits(
        [&](tickets group) {
            EXPECT_EQ(leaders.fetch_add(1), 0);
            auto const count = double_all(group);
            leaders.fetch_sub(1);
            return count;
        },
        {});
    std::vector<std::jthread> crowd;
    for (int worker = 0; worker < 8; ++worker) {
        crowd.emplace_back([&, worker] {
            for (int i = 0; i < 2000; ++i) {
                ASSERT_EQ(commits.run(worker * 10000 + i), 2 * (worker * 10000 + i));
            }
        });
    }
}

TEST(CommitQueue, ALeaderMayTakeOnlyTheFirstOfAGroup) {
    std::vector<std::size_t> sizes;
    queue* self = nullptr;
    std::vector<int> answers;
    queue commits(
        [&](tickets group) {
            sizes.push_back(group.size());
            if (sizes.size() == 1) {
                // Two more arrive while the first is being committed.
                for (int value : {2, 3}) {
                    self->post(
                        value, [&](int doubled) { answers.push_back(doubled); }, nullptr);
                }
            }
            group.front()->outcome = 2 * group.front()->operation;
            return std::size_t{1};
        },
        [](std::function<void()> task) { task(); });
    self = &commits;
    EXPECT_EQ(commits.run(1), 2);
    EXPECT_THAT(answers, testing::ElementsAre(4, 6));
    EXPECT_THAT(sizes, testing::ElementsAre(1, 2, 1));
}

TEST(CommitQueue, AsynchronousCallersAreCarriedByTheExecutor) {
    std::vector<std::function<void()>> tasks;
    queue commits(double_all, [&](std::function<void()> task) { tasks.push_back(std::move(task)); });
    std::vector<int> answers;
    auto const owner = std::make_shared<int>(0);
    commits.post(
        1, [&](int answer) { answers.push_back(answer); }, owner);
    commits.post(
        2, [&](int answer) { answers.push_back(answer); }, owner);
    EXPECT_THAT(answers, testing::IsEmpty());
    ASSERT_EQ(tasks.size(), 1U);
    tasks.front()();
    EXPECT_THAT(answers, testing::ElementsAre(2, 4));
    tasks.clear();
    EXPECT_EQ(owner.use_count(), 1);
}

TEST(CommitQueue, AnAsynchronousCallerLeadsItselfWhenThereIsNoMemoryForATask) {
    queue commits(double_all, [](std::function<void()> const&) { throw std::bad_alloc(); });
    auto const owner = std::make_shared<int>(0);
    int answer = 0;
    commits.post(
        21, [&](int told) { answer = told; }, owner);
    EXPECT_EQ(answer, 42);
    EXPECT_EQ(owner.use_count(), 1);
    EXPECT_EQ(commits.run(4), 8);
}

TEST(CommitQueue, AnExclusiveTaskThatThrowsGivesTheLeadBack) {
    queue commits(double_all, {});
    EXPECT_THROW(commits.exclusively([] { throw std::bad_alloc(); }), std::bad_alloc);
    EXPECT_EQ(commits.run(21), 42);
    commits.exclusively([] {});
}

TEST(CommitQueue, ExclusiveTasksGetTheirTurnUnderLoad) {
    std::atomic<bool> stop{false};
    std::atomic<int> inside{0};
    queue commits(
        [&](tickets group) {
            EXPECT_EQ(inside.fetch_add(1), 0);
            auto const count = double_all(group);
            inside.fetch_sub(1);
            return count;
        },
        {});
    std::vector<std::jthread> crowd;
    for (int worker = 0; worker < 3; ++worker) {
        crowd.emplace_back([&] {
            while (!stop) {
                ASSERT_EQ(commits.run(4), 8);
            }
        });
    }
    for (int i = 0; i < 500; ++i) {
        commits.exclusively([&] {
            EXPECT_EQ(inside.fetch_add(1), 0);
            inside.fetch_sub(1);
        });
    }
    stop = true;
}

TEST(CommitQueue, ALeaderWhoseTurnComesLateIsAnsweredThoughExclusiveTasksWait) {
    std::atomic<bool> stop{false};
    queue commits(
        [](tickets group) {
            group.front()->outcome = 2 * group.front()->operation;
            return std::size_t{1};
        },
        {});
    std::vector<std::jthread> crowd;
    for (int worker = 0; worker < 4; ++worker) {
        crowd.emplace_back([&, worker] {
            while (!stop) {
                ASSERT_EQ(commits.run(worker), 2 * worker);
            }
        });
    }
    for (int i = 0; i < 2000; ++i) {
        commits.exclusively([] {});
    }
    stop = true;
}

TEST(CommitQueue, ATurnKeepsTheLeadUntilItEnds) {
    queue commits(double_all, {});
    std::atomic<bool> answered{false};
    std::jthread caller;
    {
        auto turn = commits.take_turn();
        caller = std::jthread([&] {
            EXPECT_EQ(commits.run(1), 2);
            answered = true;
        });
        auto const moved = std::move(turn);
        EXPECT_FALSE(answered);
    }
    caller.join();
    EXPECT_TRUE(answered);
}

} // namespace
