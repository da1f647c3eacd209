#include <mkdb/index/detail/hash_slots.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <random>
#include <string>

namespace {

struct entry {
    std::string key;
    int value = 0;
};

TEST(HashSlots, AreAMapHoweverHashesCollide) {
    auto const seed = std::random_device()();
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937 random(seed);
    for (std::uint64_t const hashes : {1ULL, 7ULL, 64ULL, ~0ULL}) {
        // A few hashes that lie next to each other, at the end of the table, too: chains meet and wrap around.
        auto const hash_of = [&](int key) {
            return static_cast<std::uint64_t>(key) * 0x9E3779B97F4A7C15U % hashes - 3;
        };
        mkdb::index::detail::hash_slots<entry> slots;
        std::map<int, int> expected;
        EXPECT_EQ(slots.find(hash_of(1), "1"), nullptr);
        for (int step = 0; step < 20000; ++step) {
            auto const key = static_cast<int>(random() % 300);
            auto const text = std::to_string(key);
            auto* const found = slots.find(hash_of(key), text);
            ASSERT_EQ(found != nullptr, expected.contains(key));
            if (found != nullptr) {
                ASSERT_EQ(found->value, expected[key]);
                slots.erase(hash_of(key), text);
                expected.erase(key);
            } else {
                slots.make_room();
                slots.insert(hash_of(key), mkdb::index::make_indexed<entry>(text, step));
                expected[key] = step;
            }
            ASSERT_EQ(slots.size(), expected.size());
        }
        for (auto const& [key, value] : expected) {
            ASSERT_EQ(slots.find(hash_of(key), std::to_string(key))->value, value);
        }
    }
}

TEST(HashSlots, EntriesStayWhereTheyAre) {
    mkdb::index::detail::hash_slots<entry> slots;
    slots.make_room();
    slots.insert(5, mkdb::index::make_indexed<entry>("a", 1));
    auto const* const at = slots.find(5, "a");
    slots.expect(10000);
    for (std::uint64_t i = 0; i < 5000; ++i) {
        slots.make_room();
        slots.insert(i, mkdb::index::make_indexed<entry>(std::to_string(i), 0));
    }
    EXPECT_EQ(slots.find(5, "a"), at);
    EXPECT_EQ(slots.find(5, "b"), nullptr);
}

} // namespace
