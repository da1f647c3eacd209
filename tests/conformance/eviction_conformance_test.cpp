#include <mkdb/eviction/any_of.hpp>
#include <mkdb/eviction/lfu.hpp>
#include <mkdb/eviction/lru.hpp>
#include <mkdb/eviction/none.hpp>
#include <mkdb/eviction/s3_fifo.hpp>
#include <mkdb/eviction/ttl.hpp>

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

namespace {

namespace eviction = mkdb::eviction;
using namespace std::chrono_literals;

using some = eviction::any_of<eviction::none, eviction::lfu>;

/// What every model of `eviction_policy` keeps to, whatever it prefers.
template <class Policy>
class EvictionConformance : public testing::Test {
public:
    using tracker = typename Policy::template tracker<std::uint32_t>;
    static constexpr bool lets_go = !std::same_as<Policy, eviction::none>;

    eviction::options settings{.clean_type = std::string(*std::rbegin(Policy::names)), .ttl = 60s};
    tracker keys{settings};
    eviction::instant now{};
};

using models = testing::Types<eviction::lru, eviction::lfu, eviction::ttl, eviction::s3_fifo, eviction::none, some>;
TYPED_TEST_SUITE(EvictionConformance, models);

TYPED_TEST(EvictionConformance, KnowsItsNamesAndNoOthers) {
    for (auto const name : TypeParam::names) {
        EXPECT_TRUE(eviction::knows<TypeParam>(name)) << name;
    }
    EXPECT_FALSE(eviction::knows<TypeParam>("mru"));
    EXPECT_FALSE(eviction::knows<TypeParam>(""));
}

TYPED_TEST(EvictionConformance, LetsNothingGoWhenEmpty) {
    EXPECT_EQ(this->keys.evict(), std::nullopt);
    EXPECT_EQ(this->keys.expired(this->now + 1h), std::nullopt);
}

TYPED_TEST(EvictionConformance, LetsEachKeyGoOnce) {
    std::set<std::uint32_t> inside;
    for (std::uint32_t key = 0; key < 1000; ++key) {
        auto const where = this->keys.on_insert(key, this->now);
        for (std::uint32_t hit = 0; hit < key % 5; ++hit) {
            this->keys.on_hit(where, this->now);
        }
        inside.insert(key);
    }
    if constexpr (TestFixture::lets_go) {
        while (auto const key = this->keys.evict()) {
            EXPECT_EQ(inside.erase(*key), 1U) << *key;
        }
        EXPECT_TRUE(inside.empty());
    }
    EXPECT_EQ(this->keys.evict(), std::nullopt);
}

TYPED_TEST(EvictionConformance, NeverLetsAnErasedKeyGo) {
    for (std::uint32_t key = 0; key < 100; ++key) {
        auto const where = this->keys.on_insert(key, this->now);
        if (key % 2 == 0) {
            this->keys.on_erase(where);
        }
    }
    while (auto const key = this->keys.evict()) {
        EXPECT_EQ(*key % 2, 1U);
    }
}

TYPED_TEST(EvictionConformance, AKeyMayComeBack) {
    for (int round = 0; round < 5; ++round) {
        this->keys.on_erase(this->keys.on_insert(7, this->now));
        (void)this->keys.on_insert(7, this->now);
        if constexpr (TestFixture::lets_go) {
            EXPECT_EQ(this->keys.evict(), 7U);
        }
    }
}

TYPED_TEST(EvictionConformance, SurvivesAMoveWithItsKeys) {
    (void)this->keys.on_insert(1, this->now);
    auto moved = std::move(this->keys);
    this->keys = typename TestFixture::tracker(this->settings);
    EXPECT_EQ(this->keys.evict(), std::nullopt);
    if constexpr (TestFixture::lets_go) {
        EXPECT_EQ(moved.evict(), 1U);
    }
}

TYPED_TEST(EvictionConformance, AgreesWithASetOverRandomOperations) {
    constexpr std::uint32_t seed = 20261124;
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937 random(seed);
    std::map<std::uint32_t, eviction::slot> inside;
    for (int step = 0; step < 50000; ++step, this->now += 1s) {
        auto const key = static_cast<std::uint32_t>(random() % 300);
        auto const found = inside.find(key);
        if (found == inside.end()) {
            inside.emplace(key, this->keys.on_insert(key, this->now));
        } else if (random() % 4 == 0) {
            this->keys.on_erase(found->second);
            inside.erase(found);
        } else {
            this->keys.on_hit(found->second, this->now);
        }
        if (random() % 100 == 0) {
            while (auto const gone = this->keys.expired(this->now)) {
                ASSERT_EQ(inside.erase(*gone), 1U);
            }
        }
        if (TestFixture::lets_go && inside.size() > 100) {
            auto const gone = this->keys.evict();
            ASSERT_TRUE(gone.has_value());
            ASSERT_EQ(inside.erase(*gone), 1U);
        }
    }
}

} // namespace
