#include <mkdb/clock/manual.hpp>
#include <mkdb/engine/background_timer.hpp>
#include <mkdb/store/scrubber.hpp>

#include <gmock/gmock.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <thread>

namespace {

using mkdb::errc;
using mkdb::result;
using mkdb::scrub_progress;
using mkdb::storage::healing;
using mkdb::storage::healing_outcome;
using mkdb::storage::location;

/// What partitions of a store are to a scrub: segments by number, some of them damaged, and a list of what was read.
struct world {
    std::mutex mutex;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> read; ///< Partition and segment, in order.
    std::set<std::pair<std::uint32_t, std::uint32_t>> damaged;
    std::uint64_t unprotected = 0;
    std::atomic<std::uint64_t> protected_steps{0};
    bool fail_to_protect = false;
    std::function<void()> on_segment{}; ///< When one was read.
};

class fake_backend {
public:
    class scrub {
    public:
        scrub(world& of, std::uint32_t partition, std::uint32_t segment) : of_(&of), at_(partition, segment) {}
        result<std::uint64_t> step() {
            if (left_ > 0) {
                --left_;
                return std::uint64_t{1000};
            }
            if (of_->on_segment) {
                of_->on_segment();
            }
            std::lock_guard const lock(of_->mutex);
            of_->read.push_back(at_);
            if (of_->damaged.erase(at_) == 1) {
                finding_.segment = {.outcome = healing_outcome::healed, .damaged_blocks = 2, .message = "healed"};
            }
            return std::uint64_t{0};
        }
        [[nodiscard]] mkdb::storage::scrub_finding const& finding() const { return finding_; }

    private:
        world* of_;
        std::pair<std::uint32_t, std::uint32_t> at_;
        int left_ = 3;
        mkdb::storage::scrub_finding finding_;
    };

    fake_backend(world& of, std::uint32_t partition) : of_(&of), partition_(partition) {}

    [[nodiscard]] std::vector<mkdb::storage::segment_statistics> segments() const {
        std::vector<mkdb::storage::segment_statistics> all(6);
        for (std::uint32_t i = 0; i < all.size(); ++i) {
            all[i].segment = 6 - i;
        }
        return all;
    }
    [[nodiscard]] result<scrub> begin_scrub(std::uint32_t segment) { return scrub(*of_, partition_, segment); }
    [[nodiscard]] result<std::uint64_t> protect_step() {
        std::lock_guard const lock(of_->mutex);
        if (of_->fail_to_protect) {
            return mkdb::fail(errc::no_space, "the disk is full");
        }
        if (of_->unprotected == 0) {
            return std::uint64_t{0};
        }
        --of_->unprotected;
        ++of_->protected_steps;
        return std::uint64_t{1};
    }
    [[nodiscard]] result<std::string> read(location const& /*where*/) const { return std::string(); }

private:
    world* of_;
    std::uint32_t partition_;
};

struct fake_rows {
    [[nodiscard]] std::vector<std::uint32_t> live() const { return {}; }
    struct row {
        location where;
    };
    [[nodiscard]] row at(std::uint32_t /*row*/) const { return {}; }
    [[nodiscard]] std::string id(std::uint32_t /*row*/) const { return {}; }
};

class scrubbed_partition {
public:
    using backend_type = fake_backend;
    scrubbed_partition(world& of, std::uint32_t number) : backend_(of, number) {}
    [[nodiscard]] fake_backend& backend() { return backend_; }
    template <class Inspect>
    void inspect(Inspect&& look) const {
        struct {
            fake_rows rows;
            std::map<std::string, std::uint64_t> lost;
        } const state;
        look(state);
    }

private:
    fake_backend backend_;
};

using session = mkdb::scrub_session<scrubbed_partition>;
using scrubber = mkdb::scrubber<scrubbed_partition, mkdb::clock::manual>;

class Scrubber : public testing::Test {
protected:
    Scrubber() {
        for (std::uint32_t number = 0; number < 3; ++number) {
            partitions.push_back(std::make_shared<scrubbed_partition>(around, number));
            for (std::uint32_t segment = 1; segment <= 6; segment += 2) {
                around.damaged.emplace(number, segment);
            }
        }
        clock.advance(std::chrono::hours(1000));
    }

    std::shared_ptr<scrubber> make(mkdb::engine::timer* upkeep = nullptr, scrub_progress const& progress = {}) {
        return std::make_shared<scrubber>(partitions, clock,
                                          mkdb::scrubber_surroundings{.store_name = "s",
                                                                      .upkeep = upkeep,
                                                                      .on_notice =
                                                                          [this](std::string const& note) {
                                                                              std::lock_guard const lock(around.mutex);
                                                                              notices.push_back(note);
                                                                          },
                                                                      .progress = progress,
                                                                      .save =
                                                                          [this](scrub_progress const& now) {
                                                                              std::lock_guard const lock(around.mutex);
                                                                              saved.push_back(now);
                                                                              return result<>();
                                                                          }});
    }

    world around;
    std::vector<std::shared_ptr<scrubbed_partition>> partitions;
    mkdb::clock::manual clock;
    std::vector<std::string> notices;
    std::vector<scrub_progress> saved;
};

TEST_F(Scrubber, APassThatIsCutOffAnywhereGoesOnThereAndReadsEverySegmentOnce) {
    auto const planted = around.damaged;
    for (int steps = 1; steps < 100; ++steps) {
        around.damaged = planted;
        around.read.clear();
        scrub_progress at;
        std::uint64_t found = 0;
        {
            session first(partitions, {});
            for (int i = 0; i < steps && first.step() > 0; ++i) {
            }
            at = mkdb::decode_progress(mkdb::encode_progress(first.progress()));
            EXPECT_EQ(at, first.progress());
            found += first.report().healed_segments;
        }
        session second(partitions, at);
        while (second.step() > 0) {
        }
        found += second.report().healed_segments;
        EXPECT_EQ(found, planted.size());
        ASSERT_EQ(around.read.size(), 18U) << "after " << steps << " steps";
        EXPECT_TRUE(std::ranges::is_sorted(around.read));
    }
}

TEST_F(Scrubber, ProgressThatIsDamagedSaysNothing) {
    scrub_progress const some{.started_ms = 1790000000000, .finished_ms = 17, .partition = 3, .segment = 41};
    auto const line = mkdb::encode_progress(some);
    EXPECT_EQ(line, "MkDB scrub 1, started 1790000000000, finished 17, partition 3, segment 41, checksum " +
                        line.substr(line.rfind(' ') + 1));
    EXPECT_EQ(mkdb::decode_progress(line), some);
    for (std::size_t at = 0; at < line.size(); ++at) {
        auto damaged = line;
        damaged[at] = static_cast<char>(damaged[at] ^ 1);
        EXPECT_EQ(mkdb::decode_progress(damaged), scrub_progress{});
        EXPECT_EQ(mkdb::decode_progress(line.substr(0, at)), scrub_progress{});
    }
}

TEST_F(Scrubber, ARunReadsAllAndKeepsHowFarItHasCome) {
    around.on_segment = [this] { clock.advance(std::chrono::milliseconds(400)); };
    auto const made = make();
    auto const report = made->run();
    ASSERT_TRUE(report);
    EXPECT_EQ(report->segments, 18U);
    EXPECT_EQ(report->healed_segments, 9U);
    EXPECT_EQ(report->healed_blocks, 18U);
    EXPECT_EQ(report->bytes, 18U * 3000);
    ASSERT_EQ(saved.size(), 8U) << "at the start, after each third since that takes over a second, and at the end";
    EXPECT_EQ(saved.front().segment, 0U);
    EXPECT_EQ(saved[1].segment, 3U);
    EXPECT_GT(saved.front().started_ms, 0);
    EXPECT_EQ(saved.back().started_ms, 0);
    EXPECT_GT(saved.back().finished_ms, 0);
    EXPECT_EQ(made->statistics().passes, 1U);
    EXPECT_EQ(made->statistics().last_finished_ms, saved.back().finished_ms);
}

TEST_F(Scrubber, ByItselfItGoesOnWithThePassThatWasUnderWay) {
    mkdb::engine::background_timer upkeep;
    auto const made = make(&upkeep, {.started_ms = 5, .partition = 1, .segment = 3});
    made->apply({.interval = std::chrono::milliseconds(1), .bytes_per_second = 0});
    while (made->statistics().passes == 0) {
        std::this_thread::yield();
    }
    made->stop();
    EXPECT_EQ(around.read.front(), std::pair(1U, 4U));
}

TEST_F(Scrubber, WhenItIsStoppedItKeepsHowFarItHasCome) {
    mkdb::engine::background_timer upkeep;
    auto const made = make(&upkeep);
    std::atomic<int> segments{0};
    around.on_segment = [&] { ++segments; };
    made->apply({.interval = std::chrono::milliseconds(1), .bytes_per_second = 1000000});
    while (segments < 5) {
        std::this_thread::yield();
    }
    made->stop();
    ASSERT_EQ(saved.size(), 2U) << "no second has passed";
    EXPECT_EQ(saved.front().segment, 0U);
    EXPECT_EQ(6 * saved.back().partition + saved.back().segment, around.read.size());
}

TEST_F(Scrubber, ByItselfItWaitsForTheIntervalSinceTheLastPass) {
    mkdb::engine::background_timer upkeep;
    auto const now = std::chrono::duration_cast<std::chrono::milliseconds>(clock.wall().time_since_epoch()).count();
    auto const made = make(&upkeep, {.finished_ms = now});
    made->apply({.interval = std::chrono::hours(24), .bytes_per_second = 0});
    std::atomic<bool> passed{false};
    upkeep.after(std::chrono::milliseconds(5), [&] { passed = true; });
    while (!passed) {
        std::this_thread::yield();
    }
    EXPECT_FALSE(made->statistics().running);
    EXPECT_TRUE(around.read.empty());
    made->stop();
}

TEST_F(Scrubber, ProtectsSoonAfterItWasTold) {
    mkdb::engine::background_timer upkeep;
    around.unprotected = 40;
    auto const made = make(&upkeep);
    made->protect_soon();
    while (around.protected_steps < 40) {
        std::this_thread::yield();
    }
    made->stop();
    EXPECT_TRUE(notices.empty());
    EXPECT_TRUE(around.read.empty());
}

TEST_F(Scrubber, AFullDiskIsToldAndFailsOnlyWhatNeedsIt) {
    around.fail_to_protect = true;
    auto const made = make();
    auto const report = made->run();
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, errc::no_space);
    EXPECT_EQ(around.read.size(), 18U) << "all was read anyway";
    EXPECT_THAT(notices, testing::Contains(testing::HasSubstr("the disk is full")));
    around.fail_to_protect = false;
    EXPECT_TRUE(made->run());
}

} // namespace
