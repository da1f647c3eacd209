// Every model and every kernel under the same laws. MKDB_FULL_TESTS=1 tries 100,000 random patterns of losses of the
// shipped geometry instead of 600, a model.
#include "support/naive_parity.hpp"

#include <mkdb/parity/isal.hpp>
#include <mkdb/parity/none.hpp>
#include <mkdb/parity/reed_solomon.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <numeric>
#include <random>
#include <string_view>
#include <vector>

namespace {

namespace parity = mkdb::parity;
using losses = std::vector<std::size_t>;
constexpr unsigned seed = 20261124;

bool full_run() {
    auto const* const wanted = std::getenv("MKDB_FULL_TESTS");
    return wanted != nullptr && std::string_view(wanted) == "1";
}

/// A stripe of random data and the parity that a codec makes of it. Its blocks lie back to back from an odd address.
class stripe {
public:
    stripe(auto const& codec, std::size_t length, std::mt19937& random)
        : shape_(codec.shape()), length_(length), bytes_(1 + shape_.blocks() * length) {
        std::ranges::generate(bytes_, [&] { return static_cast<std::byte>(random() & 0xFF); });
        auto const all = blocks();
        std::vector<std::span<std::byte const>> const data(all.begin(), all.begin() + as_offset(shape_.data));
        codec.encode(data, std::span(all).subspan(shape_.data));
        whole_ = bytes_;
    }

    [[nodiscard]] std::vector<std::span<std::byte>> blocks() {
        std::vector<std::span<std::byte>> all;
        for (std::size_t number = 0; number < shape_.blocks(); ++number) {
            all.push_back(std::span(bytes_).subspan(1 + number * length_, length_));
        }
        return all;
    }

    /// The stripe is whole again first, whatever was lost before.
    mkdb::result<> lose_and_reconstruct(auto const& codec, losses const& lost) {
        bytes_ = whole_;
        auto const all = blocks();
        for (auto const number : lost) {
            std::ranges::fill(all[number], std::byte{0xEE});
        }
        damaged_ = bytes_;
        return codec.reconstruct(all, lost);
    }

    [[nodiscard]] bool is_whole() const { return bytes_ == whole_; }
    [[nodiscard]] bool is_as_damaged() const { return bytes_ == damaged_; }
    [[nodiscard]] std::vector<std::byte> const& bytes() const { return bytes_; }

private:
    static std::ptrdiff_t as_offset(std::size_t count) { return static_cast<std::ptrdiff_t>(count); }

    parity::geometry shape_;
    std::size_t length_;
    std::vector<std::byte> bytes_;
    std::vector<std::byte> whole_;
    std::vector<std::byte> damaged_;
};

losses numbers_of(unsigned pattern) {
    losses numbers;
    for (std::size_t i = 0; pattern >> i != 0; ++i) {
        if ((pattern >> i & 1U) != 0) {
            numbers.push_back(i);
        }
    }
    return numbers;
}

losses random_losses(std::size_t count, std::size_t blocks, std::mt19937& random) {
    losses all(blocks);
    std::iota(all.begin(), all.end(), 0);
    losses lost;
    std::ranges::sample(all, std::back_inserter(lost), static_cast<std::ptrdiff_t>(count), random);
    return lost;
}

/// The geometries over which a model is tried exhaustively.
template <class Codec>
std::vector<parity::geometry> small_geometries() {
    if constexpr (std::same_as<Codec, parity::none>) {
        return {{1, 0}, {5, 0}};
    } else {
        return {{1, 0}, {1, 1}, {1, 3}, {2, 1}, {3, 2}, {4, 4}, {6, 3}, {8, 2}, {9, 3}};
    }
}

template <class Codec>
struct needs_of {
    static bool are_met() { return true; }
};
template <class Sums>
struct needs_of<parity::basic_reed_solomon<Sums>> {
    static bool are_met() { return Sums::is_available(); }
};

template <class Codec>
class ParityConformance : public testing::Test {
protected:
    void SetUp() override {
        if (!needs_of<Codec>::are_met()) {
            GTEST_SKIP() << "this processor lacks the instructions";
        }
    }
};
template <class Codec>
class ReedSolomonConformance : public ParityConformance<Codec> {};

using scalar = parity::basic_reed_solomon<parity::detail::scalar_sums>;
#if defined(__x86_64__)
using avx2 = parity::basic_reed_solomon<parity::detail::avx2_sums>;
using gfni = parity::basic_reed_solomon<parity::detail::gfni_sums>;
using models = testing::Types<parity::none, parity::reed_solomon, scalar, avx2, gfni, parity::isal>;
using reed_solomon_models = testing::Types<parity::reed_solomon, scalar, avx2, gfni, parity::isal>;
#else
using models = testing::Types<parity::none, parity::reed_solomon, scalar, parity::isal>;
using reed_solomon_models = testing::Types<parity::reed_solomon, scalar, parity::isal>;
#endif
TYPED_TEST_SUITE(ParityConformance, models);
TYPED_TEST_SUITE(ReedSolomonConformance, reed_solomon_models);

TYPED_TEST(ParityConformance, EveryPatternOfLossesComesBackOrIsRefusedUntouched) {
    std::mt19937 random(seed);
    for (auto const shape : small_geometries<TypeParam>()) {
        auto const codec = TypeParam::make(shape).value();
        stripe tried(codec, 33, random);
        for (unsigned pattern = 0; pattern < 1U << shape.blocks(); ++pattern) {
            SCOPED_TRACE(testing::Message()
                         << shape.data << "+" << shape.parity << ", lost " << pattern << ", seed " << seed);
            auto const healed = tried.lose_and_reconstruct(codec, numbers_of(pattern));
            if (static_cast<std::size_t>(std::popcount(pattern)) <= shape.parity) {
                ASSERT_TRUE(healed.has_value());
                ASSERT_TRUE(tried.is_whole());
            } else {
                ASSERT_EQ(healed.error().code, mkdb::errc::corrupt_record);
                ASSERT_TRUE(tried.is_as_damaged());
            }
        }
    }
}

TYPED_TEST(ParityConformance, ServesStripesOfEmptyAndSingleByteBlocks) {
    std::mt19937 random(seed);
    auto const shape = small_geometries<TypeParam>().back();
    auto const codec = TypeParam::make(shape).value();
    for (std::size_t const length : {0, 1}) {
        stripe tried(codec, length, random);
        ASSERT_TRUE(tried.lose_and_reconstruct(codec, random_losses(shape.parity, shape.blocks(), random)).has_value());
        EXPECT_TRUE(tried.is_whole());
    }
}

TYPED_TEST(ParityConformance, NamesTheGeometryThatItServes) {
    for (auto const shape : small_geometries<TypeParam>()) {
        auto const codec = TypeParam::make(shape).value();
        EXPECT_EQ(codec.shape(), shape);
        EXPECT_EQ(codec.format_name(), TypeParam::make(shape).value().format_name());
        EXPECT_FALSE(codec.format_name().empty());
    }
}

TYPED_TEST(ParityConformance, RefusesAGeometryBeyondItsLimitsInOneSentence) {
    auto const made = TypeParam::make({250, 300});
    ASSERT_FALSE(made.has_value());
    EXPECT_EQ(made.error().code, mkdb::errc::invalid_argument);
    EXPECT_NE(made.error().message.find("300"), std::string::npos) << made.error().message;
}

TYPED_TEST(ReedSolomonConformance, ParityIsTheGeneratorTimesTheData) {
    std::mt19937 random(seed);
    for (parity::geometry const shape : {parity::geometry{1, 1}, {7, 9}, {24, 12}, {100, 25}, {245, 10}, {128, 128}}) {
        for (std::size_t const length : {1, 31, 65, 129, 300}) {
            SCOPED_TRACE(testing::Message() << shape.data << "+" << shape.parity << ", length " << length);
            stripe made(TypeParam::make(shape).value(), length, random);
            mkdb::testing::blocks data;
            for (auto const block : made.blocks()) {
                data.emplace_back(block.begin(), block.end());
            }
            mkdb::testing::blocks const found(data.begin() + static_cast<std::ptrdiff_t>(shape.data), data.end());
            data.resize(shape.data);
            ASSERT_EQ(found, mkdb::testing::sum_slowly(mkdb::testing::slow_generator(shape), data));
        }
    }
}

TYPED_TEST(ReedSolomonConformance, WhatOneModelWroteAnotherReads) {
    std::mt19937 random(seed);
    auto const ours = TypeParam::make({245, 10}).value();
    auto const other = scalar::make({245, 10}).value();
    ASSERT_EQ(ours.format_name(), other.format_name());
    for (std::size_t const length : {77, 4096, 4099}) {
        auto again = random;
        stripe by_ours(ours, length, random);
        stripe by_other(other, length, again);
        ASSERT_EQ(by_ours.bytes(), by_other.bytes());
        auto const lost = random_losses(10, 255, random);
        ASSERT_TRUE(by_ours.lose_and_reconstruct(other, lost).has_value());
        ASSERT_TRUE(by_other.lose_and_reconstruct(ours, lost).has_value());
        ASSERT_TRUE(by_ours.is_whole() && by_other.is_whole());
    }
}

TYPED_TEST(ReedSolomonConformance, TheShippedGeometrySurvivesRandomLosses) {
    auto const drawn = std::random_device()();
    std::mt19937 random(drawn);
    auto const codec = TypeParam::make({245, 10}).value();
    stripe tried(codec, 37, random);
    for (std::size_t round = 0; round < (full_run() ? 100'000U : 600U); ++round) {
        SCOPED_TRACE(testing::Message() << "seed " << drawn << ", round " << round);
        auto const lost = random_losses(round % 13, 255, random);
        auto const healed = tried.lose_and_reconstruct(codec, lost);
        ASSERT_EQ(healed.has_value(), lost.size() <= 10);
        ASSERT_TRUE(healed ? tried.is_whole() : tried.is_as_damaged());
    }
}

TYPED_TEST(ReedSolomonConformance, SurvivesTheLossOfNeighboursAndOfAllParity) {
    std::mt19937 random(seed);
    auto const codec = TypeParam::make({245, 10}).value();
    stripe tried(codec, 16, random);
    for (std::size_t first = 0; first + 10 <= 255; ++first) {
        losses lost(10);
        std::iota(lost.begin(), lost.end(), first);
        ASSERT_TRUE(tried.lose_and_reconstruct(codec, lost).has_value());
        ASSERT_TRUE(tried.is_whole()) << "from block " << first;
    }
}

} // namespace
