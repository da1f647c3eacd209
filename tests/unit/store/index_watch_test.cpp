#include "support/lent_scratch.hpp"

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
    void stop_writes(mkdb::error const& why) { stopped.push_back(why.message); }
    template <class Adjust>
    auto adjust(Adjust&& adjust) {
        return adjust(state);
    }

    struct field_indexes {
        std::vector<std::string> fields;
        template <class Wanted>
        [[nodiscard]] field_indexes split_off(Wanted const& wanted) {
            field_indexes others;
            for (auto const& each : std::exchange(fields, {})) {
                (wanted(each) ? fields : others.fields).push_back(each);
            }
            return others;
        }
    };
    struct {
        field_indexes indexes{{"a", "b"}};
    } state{};
    std::vector<std::string> stopped{};
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

/// What they would answer may be wrong, and there is no telling what following them does.
TEST(IndexWatch, PartsWithIndexesThatADiskLost) {
    waiting_timer timer;
    mkdb::testing::lent_scratch::figures sound;
    mkdb::testing::lent_scratch::figures lost;
    std::vector<std::shared_ptr<partition>> const partitions{std::make_shared<partition>(),
                                                             std::make_shared<partition>()};
    partitions[0]->memory = mkdb::testing::limited_memory(1, sound);
    partitions[1]->memory = mkdb::testing::limited_memory(1, lost);
    auto const first = partitions[0]->memory->make_scratch();
    auto second = partitions[1]->memory->make_scratch();
    auto const watch = mkdb::watch_indexes(&timer, partitions, {});
    watch->apply(std::chrono::seconds(1));
    timer.run();
    EXPECT_EQ(partitions[1]->state.indexes.fields.size(), 2U);
    EXPECT_FALSE(partitions[1]->memory->has_lost());

    lost.is_lost = true;
    timer.run();
    EXPECT_TRUE(partitions[1]->state.indexes.fields.empty());
    EXPECT_TRUE(partitions[1]->memory->has_lost());
    EXPECT_EQ(partitions[1]->stopped,
              std::vector<std::string>{"indexes that lie on a disk are lost, until the store is opened again: the disk "
                                       "of indexes failed"});
    EXPECT_EQ(partitions[0]->state.indexes.fields.size(), 2U);
    EXPECT_TRUE(partitions[0]->stopped.empty());

    second.reset();
    timer.run();
    EXPECT_EQ(partitions[1]->stopped.size(), 1U) << "there is nothing more to part with";
    watch->stop();
}

} // namespace
