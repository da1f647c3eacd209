#include <mkdb/eviction/any_of.hpp>
#include <mkdb/eviction/lfu.hpp>
#include <mkdb/eviction/lru.hpp>
#include <mkdb/eviction/none.hpp>
#include <mkdb/eviction/ttl.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace {

namespace eviction = mkdb::eviction;
using namespace std::chrono_literals;
using testing::ElementsAre;

std::vector<int> drain(auto& tracker) {
    std::vector<int> order;
    while (auto const key = tracker.evict()) {
        order.push_back(*key);
    }
    return order;
}

eviction::instant at(std::chrono::nanoseconds since_start) {
    return eviction::instant(since_start);
}

TEST(Lru, ATouchedKeyOutlivesAnUntouchedOne) {
    eviction::lru::tracker<int> keys(eviction::options{});
    auto const first = keys.on_insert(1, {});
    (void)keys.on_insert(2, {});
    (void)keys.on_insert(3, {});
    keys.on_hit(first, {});
    EXPECT_THAT(drain(keys), ElementsAre(2, 3, 1));
}

TEST(Lfu, TheRarestLeavesFirstAndEqualsInTheOrderOfTheirLastUse) {
    eviction::lfu::tracker<int> keys(eviction::options{});
    auto const often = keys.on_insert(1, {});
    auto const twice = keys.on_insert(2, {});
    auto const also_twice = keys.on_insert(3, {});
    (void)keys.on_insert(4, {});
    keys.on_hit(often, {});
    keys.on_hit(often, {});
    keys.on_hit(also_twice, {});
    keys.on_hit(twice, {});
    EXPECT_THAT(drain(keys), ElementsAre(4, 3, 2, 1));
}

TEST(Lfu, ANewKeyStartsAtOneHoweverOldTheOthersAre) {
    eviction::lfu::tracker<int> keys(eviction::options{});
    auto const old = keys.on_insert(1, {});
    for (int i = 0; i < 1000; ++i) {
        keys.on_hit(old, {});
    }
    (void)keys.on_insert(2, {});
    EXPECT_THAT(drain(keys), ElementsAre(2, 1));
}

TEST(Ttl, AKeyExpiresExactlyWhenItsTimeIsOver) {
    eviction::ttl::tracker<int> keys({.ttl = 10s});
    (void)keys.on_insert(1, at(0s));
    (void)keys.on_insert(2, at(1s));
    EXPECT_EQ(keys.expired(at(10s - 1ns)), std::nullopt);
    EXPECT_EQ(keys.expired(at(10s)), 1);
    EXPECT_EQ(keys.expired(at(10s)), std::nullopt);
    EXPECT_EQ(keys.expired(at(11s)), 2);
}

TEST(Ttl, AUseStartsTheTimeAgain) {
    eviction::ttl::tracker<int> keys({.ttl = 10s});
    auto const used = keys.on_insert(1, at(0s));
    (void)keys.on_insert(2, at(1s));
    keys.on_hit(used, at(9s));
    EXPECT_EQ(keys.expired(at(11s)), 2);
    EXPECT_EQ(keys.expired(at(18s)), std::nullopt);
    EXPECT_EQ(keys.expired(at(19s)), 1);
}

TEST(Ttl, MakesRoomWithTheNextToExpire) {
    eviction::ttl::tracker<int> keys({.ttl = 10s});
    auto const used = keys.on_insert(1, at(0s));
    (void)keys.on_insert(2, at(1s));
    keys.on_hit(used, at(2s));
    EXPECT_THAT(drain(keys), ElementsAre(2, 1));
}

TEST(Ttl, ZeroAndTheLongestTimeToLiveNeverExpire) {
    for (auto const forever : {0s, std::chrono::seconds::max()}) {
        eviction::ttl::tracker<int> keys({.ttl = forever});
        (void)keys.on_insert(1, at(0s));
        EXPECT_EQ(keys.expired(eviction::instant::max()), std::nullopt);
    }
}

TEST(None, LetsNothingGo) {
    eviction::none::tracker<int> keys(eviction::options{});
    (void)keys.on_insert(1, {});
    EXPECT_EQ(keys.evict(), std::nullopt);
}

using four = eviction::any_of<eviction::lru, eviction::lfu, eviction::ttl, eviction::none>;

TEST(AnyOf, ListsItsModelsInOrder) {
    EXPECT_THAT(four::names, ElementsAre("lru", "lfu", "ttl", "none"));
}

TEST(AnyOf, IsTheModelThatTheConfigurationNames) {
    four::tracker<int> by_use({.clean_type = "lru"});
    four::tracker<int> by_count({.clean_type = "lfu"});
    for (auto* keys : {&by_use, &by_count}) {
        auto const first = keys->on_insert(1, {});
        keys->on_hit(first, {});
        keys->on_hit(first, {});
        auto const second = keys->on_insert(2, {});
        keys->on_hit(second, {});
        (void)first;
    }
    EXPECT_EQ(by_use.evict(), 1);
    EXPECT_EQ(by_count.evict(), 2);
}

TEST(AnyOfDeathTest, AnUnknownNameIsABrokenContract) {
    EXPECT_DEATH(four::tracker<int>({.clean_type = "mru"}), "broken contract");
}

} // namespace
