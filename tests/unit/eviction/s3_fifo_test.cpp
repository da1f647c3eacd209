#include <mkdb/eviction/lru.hpp>
#include <mkdb/eviction/s3_fifo.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <map>
#include <random>
#include <vector>

namespace {

namespace eviction = mkdb::eviction;
using keys_of_ints = eviction::s3_fifo::tracker<int>;

/// Inserts `count` keys from `first` on; the slots in their order.
std::vector<eviction::slot> fill(keys_of_ints& keys, int first, int count) {
    std::vector<eviction::slot> slots;
    for (int key = first; key < first + count; ++key) {
        slots.push_back(keys.on_insert(key, {}));
    }
    return slots;
}

void hit(keys_of_ints& keys, eviction::slot where, int times) {
    for (int i = 0; i < times; ++i) {
        keys.on_hit(where, {});
    }
}

TEST(S3Fifo, WhatWasNotHitLeavesInTheOrderOfArrival) {
    keys_of_ints keys(eviction::options{});
    fill(keys, 0, 10);
    for (int key = 0; key < 10; ++key) {
        EXPECT_EQ(keys.evict(), key);
    }
}

TEST(S3Fifo, OneHitIsNotEnoughToOutliveTheSmallQueue) {
    keys_of_ints keys(eviction::options{});
    auto const slots = fill(keys, 0, 10);
    hit(keys, slots[0], 1);
    hit(keys, slots[1], 2);
    EXPECT_EQ(keys.evict(), 0);
    EXPECT_EQ(keys.evict(), 2);
}

TEST(S3Fifo, AGhostThatComesBackEntersTheMainQueue) {
    keys_of_ints keys(eviction::options{});
    fill(keys, 0, 10);
    EXPECT_EQ(keys.evict(), 0);
    (void)keys.on_insert(0, {});
    // The small queue (1 to 9) is far over its tenth, so it pays first, although it was hit as little.
    for (int key = 1; key < 10; ++key) {
        EXPECT_EQ(keys.evict(), key);
    }
    EXPECT_EQ(keys.evict(), 0);
}

TEST(S3Fifo, AnErasedKeyIsNoGhost) {
    keys_of_ints keys(eviction::options{});
    auto const slots = fill(keys, 0, 10);
    keys.on_erase(slots[0]);
    (void)keys.on_insert(0, {});
    for (int key = 1; key < 10; ++key) {
        EXPECT_EQ(keys.evict(), key);
    }
    EXPECT_EQ(keys.evict(), 0);
}

TEST(S3Fifo, AMainKeyGoesRoundOnceMoreForEachHit) {
    keys_of_ints keys(eviction::options{});
    auto const slots = fill(keys, 0, 10);
    for (auto const where : slots) {
        hit(keys, where, 2);
    }
    // All are promoted until the main queue holds its nine tenths; counts start again there.
    EXPECT_EQ(keys.evict(), 0);
    hit(keys, slots[1], 2);
    hit(keys, slots[2], 1);
    EXPECT_EQ(keys.evict(), 3);
}

/// The paper's rules over plain containers, for a set bounded by `capacity` keys.
class reference_s3_fifo {
public:
    explicit reference_s3_fifo(std::size_t capacity) : capacity_(capacity) {}

    bool read(int key) {
        if (auto const found = counts_.find(key); found != counts_.end()) {
            found->second = std::min(found->second + 1, 3);
            return true;
        }
        while (counts_.size() >= capacity_) {
            evict();
        }
        auto const ghost = std::find(ghosts_.begin(), ghosts_.end(), key);
        auto const returns = ghost != ghosts_.end();
        if (returns) {
            ghosts_.erase(ghost);
        }
        (returns ? main_ : small_).push_back(key);
        counts_[key] = 0;
        return false;
    }

private:
    void evict() {
        if (small_.size() * 10 >= capacity_) {
            evict_small();
        } else {
            evict_main();
        }
    }

    void evict_small() {
        while (counts_.size() >= capacity_ && !small_.empty()) {
            auto const key = small_.front();
            small_.pop_front();
            if (counts_[key] > 1) {
                counts_[key] = 0;
                main_.push_back(key);
                if (main_.size() * 10 >= capacity_ * 9) {
                    evict_main();
                }
            } else {
                counts_.erase(key);
                ghosts_.push_back(key);
                if (ghosts_.size() > capacity_ - capacity_ / 10) {
                    ghosts_.pop_front();
                }
            }
        }
    }

    void evict_main() {
        while (true) {
            auto const key = main_.front();
            main_.pop_front();
            if (counts_[key] == 0) {
                counts_.erase(key);
                return;
            }
            --counts_[key];
            main_.push_back(key);
        }
    }

    std::size_t capacity_;
    std::map<int, int> counts_;
    std::deque<int> small_, main_, ghosts_;
};

/// A set of `capacity` keys over a model of ours: whether `read` finds the key.
template <class Policy>
class bounded_set {
public:
    explicit bounded_set(std::size_t capacity) : capacity_(capacity) {}

    bool read(int key) {
        if (auto const found = slots_.find(key); found != slots_.end()) {
            keys_.on_hit(found->second, {});
            return true;
        }
        while (slots_.size() >= capacity_) {
            slots_.erase(keys_.evict().value());
        }
        slots_[key] = keys_.on_insert(key, {});
        return false;
    }

private:
    std::size_t capacity_;
    std::map<int, eviction::slot> slots_;
    typename Policy::template tracker<int> keys_{eviction::options{}};
};

TEST(S3Fifo, AgreesWithThePaperOnEveryReadOfASkewedTrace) {
    constexpr unsigned seed = 7;
    std::mt19937 random(seed);
    std::geometric_distribution<int> skewed(0.01);
    reference_s3_fifo expected(100);
    bounded_set<eviction::s3_fifo> ours(100);
    for (int step = 0; step < 200000; ++step) {
        auto const key = step % 3 == 0 ? 1000 + step : skewed(random);
        ASSERT_EQ(ours.read(key), expected.read(key)) << "seed " << seed << ", step " << step << ", key " << key;
    }
}

TEST(S3Fifo, AScanDoesNotDriveOutWhatIsUsed) {
    bounded_set<eviction::s3_fifo> ours(100);
    bounded_set<eviction::lru> least_recent(100);
    int hits = 0;
    int hits_lru = 0;
    for (int step = 0; step < 100000; ++step) {
        auto const key = step % 4 == 0 ? (step / 4) % 30 : 1000 + step;
        hits += ours.read(key);
        hits_lru += least_recent.read(key);
    }
    EXPECT_EQ(hits_lru, 0);
    EXPECT_GT(hits, 20000);
}

} // namespace
