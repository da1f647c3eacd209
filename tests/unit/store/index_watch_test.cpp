#include <mkdb/index/index_memory.hpp>
#include <mkdb/store/index_watch.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace {

/// Runs its tasks when a test says so.
class waiting_timer final : public mkdb::engine::timer {
public:
    void after(std::chrono::milliseconds, std::function<void()> task) override { tasks_.push_back(std::move(task)); }
    void run() {
        for (auto const& task : std::exchange(tasks_, {})) {
            task();
        }
    }

private:
    std::vector<std::function<void()>> tasks_;
};

struct partition {
    std::shared_ptr<mkdb::index::index_memory> memory = std::make_shared<mkdb::index::index_memory>(1, nullptr);
    [[nodiscard]] std::shared_ptr<mkdb::index::index_memory> const& index_memory() const noexcept { return memory; }
};

TEST(IndexWatch, TellsOnceWhyIndexesPassTheirLimit) {
    waiting_timer timer;
    std::vector<std::shared_ptr<partition>> const partitions{std::make_shared<partition>(),
                                                             std::make_shared<partition>()};
    std::vector<std::string> told;
    auto const watch = mkdb::watch_indexes(&timer, partitions, [&](std::string const& note) { told.push_back(note); });
    watch->apply(std::chrono::seconds(1));
    timer.run();
    EXPECT_TRUE(told.empty());

    partitions[1]->memory->note_excess("the disk is full");
    partitions[1]->memory->note_excess("and full");
    timer.run();
    timer.run();
    EXPECT_EQ(told, std::vector<std::string>{
                        "indexes take more RAM than their limit, in 1 of 2 partitions: the disk is full"});

    partitions[1]->memory->set_limit(5);
    partitions[1]->memory->note_excess("still full");
    partitions[0]->memory->note_excess("still full");
    timer.run();
    ASSERT_EQ(told.size(), 2U);
    EXPECT_EQ(told.back(), "indexes take more RAM than their limit, in 2 of 2 partitions: still full");
    watch->stop();
}

} // namespace
