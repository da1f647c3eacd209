#include <mkdb/core/slab_pool.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace {

/// Counts what is out, and refuses on demand.
class counting_resource final : public std::pmr::memory_resource {
public:
    [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }
    [[nodiscard]] std::size_t requests() const noexcept { return requests_; }
    void refuse(bool wanted) noexcept { refuses_ = wanted; }

private:
    void* do_allocate(std::size_t bytes, std::size_t alignment) override {
        if (refuses_) {
            throw std::bad_alloc();
        }
        ++requests_;
        bytes_ += bytes;
        return std::pmr::new_delete_resource()->allocate(bytes, alignment);
    }

    void do_deallocate(void* block, std::size_t bytes, std::size_t alignment) override {
        bytes_ -= bytes;
        std::pmr::new_delete_resource()->deallocate(block, bytes, alignment);
    }

    [[nodiscard]] bool do_is_equal(memory_resource const& other) const noexcept override { return this == &other; }

    std::size_t bytes_ = 0;
    std::size_t requests_ = 0;
    bool refuses_ = false;
};

struct block {
    std::byte* start;
    std::size_t size;
    std::byte content;
};

class SlabPool : public testing::Test {
protected:
    [[nodiscard]] block take(std::size_t size) {
        block made{static_cast<std::byte*>(pool_.allocate(size, 16)), size, static_cast<std::byte>(random_())};
        EXPECT_EQ(reinterpret_cast<std::uintptr_t>(made.start) % 16, 0U);
        std::memset(made.start, std::to_integer<int>(made.content), size);
        return made;
    }

    void give_back(block const& each) {
        EXPECT_TRUE(*each.start == each.content && std::memcmp(each.start, each.start + 1, each.size - 1) == 0);
        pool_.deallocate(each.start, each.size, 16);
    }

    std::uint32_t seed_ = std::random_device{}();
    testing::ScopedTrace trace_{__FILE__, __LINE__, "seed " + std::to_string(seed_)};
    std::mt19937 random_{seed_};
    counting_resource upstream_;
    mkdb::slab_pool pool_{&upstream_};
};

TEST_F(SlabPool, KeepsEveryBlockToItselfWhateverIsTakenAndGivenBack) {
    std::vector<block> taken;
    for (int step = 0; step < 5000; ++step) {
        if (taken.size() < 40 && random_() % 5 < 3) {
            // Of all magnitudes, from bytes to more than a slab.
            taken.push_back(take(1 + random_() % (std::size_t{1} << (1 + random_() % 22))));
        } else if (!taken.empty()) {
            std::swap(taken[random_() % taken.size()], taken.back());
            give_back(taken.back());
            taken.pop_back();
        }
    }
    for (auto const& each : taken) {
        give_back(each);
    }
}

TEST_F(SlabPool, ServesFromWhatWasGivenBack) {
    std::vector<block> taken;
    for (int i = 0; i < 100; ++i) {
        taken.push_back(take(100 * mkdb::kibibyte));
    }
    auto const held = upstream_.bytes();
    for (int round = 0; round < 1000; ++round) {
        auto& any = taken[random_() % taken.size()];
        give_back(any);
        any = take(100 * mkdb::kibibyte - random_() % 1024);
    }
    EXPECT_EQ(upstream_.bytes(), held);
    std::ranges::for_each(taken, [&](auto const& each) { give_back(each); });
}

TEST_F(SlabPool, TakesLittleMoreThanItGives) {
    constexpr std::size_t size = 80 * mkdb::kibibyte;
    std::vector<block> taken;
    for (int i = 0; i < 500; ++i) {
        taken.push_back(take(size));
        EXPECT_LE(upstream_.bytes(), taken.size() * size * 11 / 10 + 2 * mkdb::mebibyte);
    }
    EXPECT_LE(upstream_.requests(), 30U);
    std::ranges::for_each(taken, [&](auto const& each) { give_back(each); });
}

TEST_F(SlabPool, TakesLittleForOneBlock) {
    give_back(take(128 * mkdb::kibibyte));
    EXPECT_LE(upstream_.bytes(), 256 * mkdb::kibibyte);
}

TEST_F(SlabPool, LeavesToOthersWhatIsSmallOrVeryLarge) {
    for (std::size_t const size : {std::size_t{100}, 3 * mkdb::mebibyte}) {
        auto const made = take(size);
        EXPECT_EQ(upstream_.bytes(), size);
        give_back(made);
        EXPECT_EQ(upstream_.bytes(), 0U);
    }
}

TEST_F(SlabPool, GoesOnAfterARefusal) {
    auto const first = take(200 * mkdb::kibibyte);
    upstream_.refuse(true);
    EXPECT_THROW(static_cast<void>(pool_.allocate(200 * mkdb::kibibyte)), std::bad_alloc);
    auto const from_the_rest = take(48 * mkdb::kibibyte);
    upstream_.refuse(false);
    auto const second = take(200 * mkdb::kibibyte);
    for (auto const& each : {first, from_the_rest, second}) {
        give_back(each);
    }
}

TEST(SlabPoolItself, GivesAllBackWhenItGoes) {
    counting_resource upstream;
    {
        mkdb::slab_pool pool(&upstream);
        for (int i = 0; i < 60; ++i) {
            static_cast<void>(pool.allocate(90 * mkdb::kibibyte));
        }
        EXPECT_GT(upstream.bytes(), 60 * 90 * mkdb::kibibyte);
    }
    EXPECT_EQ(upstream.bytes(), 0U);
}

} // namespace
