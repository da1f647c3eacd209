#include "support/checkpoint_fixture.hpp"

#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace {

class CheckpointThreads : public mkdb::testing::checkpoint_fixture {};

TEST_F(CheckpointThreads, WritersReadersQueriesAndCompactionGoOnMeanwhile) {
    auto chosen = options();
    chosen.partitions = 2;
    make(chosen);
    constexpr int writers = 3;
    constexpr int writes = 1500;
    std::atomic<int> at_work{writers};
    {
        std::vector<std::jthread> threads;
        for (int mine = 0; mine < writers; ++mine) {
            threads.emplace_back([&, mine] {
                for (int i = 0; i < writes; ++i) {
                    put(mine * 1000 + i % 100, i);
                    if (i % 7 == 0) {
                        store->erase({.id = "id" + std::to_string(mine * 1000 + i % 90)}).value();
                    }
                }
                --at_work;
            });
        }
        threads.emplace_back([&] {
            while (at_work > 0) {
                EXPECT_TRUE(store->checkpoint());
            }
        });
        threads.emplace_back([&] {
            while (at_work > 0) {
                EXPECT_TRUE(store->compact());
            }
        });
        threads.emplace_back([&] {
            auto const asked =
                store->parse_query(mkdb::test::object(R"({"filter":{"price":{"gt":700}},"hydrate":true})")).value();
            while (at_work > 0) {
                EXPECT_TRUE(store->query(asked));
                static_cast<void>(store->read("id1005"));
            }
        });
    }
    auto const before = answers();
    restart_on(disk(), chosen);
    EXPECT_EQ(answers(), before);
    close();
    EXPECT_EQ(answers(), before);
}

} // namespace
