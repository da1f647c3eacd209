#include <mkdb/parity/none.hpp>
#include <mkdb/parity/reed_solomon.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <numeric>
#include <random>
#include <vector>

namespace {

namespace parity = mkdb::parity;
using block = std::vector<std::byte>;
constexpr unsigned seed = 20261124;

/// A stripe with random data and the parity that `codec` makes of it.
template <class Codec>
struct stripe {
    stripe(Codec const& with, std::size_t length, std::mt19937& random)
        : codec(with), blocks(with.shape().blocks(), block(length)) {
        for (auto& bytes : blocks) {
            std::ranges::generate(bytes, [&] { return static_cast<std::byte>(random() & 0xFF); });
        }
        auto const data = with.shape().data;
        std::vector<std::span<std::byte const>> from(blocks.begin(),
                                                     blocks.begin() + static_cast<std::ptrdiff_t>(data));
        std::vector<std::span<std::byte>> into(blocks.begin() + static_cast<std::ptrdiff_t>(data), blocks.end());
        codec.encode(from, into);
        whole = blocks;
    }

    mkdb::result<> lose_and_reconstruct(std::vector<std::size_t> const& lost) {
        for (auto const number : lost) {
            std::ranges::fill(blocks[number], std::byte{0xEE});
        }
        damaged = blocks;
        std::vector<std::span<std::byte>> const all(blocks.begin(), blocks.end());
        return codec.reconstruct(all, lost);
    }

    Codec const& codec;
    std::vector<block> blocks;
    std::vector<block> whole;
    std::vector<block> damaged;
};

std::vector<std::size_t> numbers_of(unsigned pattern) {
    std::vector<std::size_t> numbers;
    for (std::size_t i = 0; pattern >> i != 0; ++i) {
        if ((pattern >> i & 1U) != 0) {
            numbers.push_back(i);
        }
    }
    return numbers;
}

std::vector<std::size_t> random_losses(std::size_t count, std::size_t blocks, std::mt19937& random) {
    std::vector<std::size_t> all(blocks);
    std::iota(all.begin(), all.end(), 0);
    std::vector<std::size_t> lost;
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
class ParityConformance : public testing::Test {};

using models = testing::Types<parity::none, parity::reed_solomon>;
TYPED_TEST_SUITE(ParityConformance, models);

TYPED_TEST(ParityConformance, EveryPatternOfLossesComesBackOrIsRefusedUntouched) {
    std::mt19937 random(seed);
    for (auto const shape : small_geometries<TypeParam>()) {
        auto const codec = TypeParam::make(shape).value();
        for (unsigned pattern = 0; pattern < 1U << shape.blocks(); ++pattern) {
            SCOPED_TRACE(testing::Message()
                         << shape.data << "+" << shape.parity << ", lost " << pattern << ", seed " << seed);
            stripe<TypeParam> tried(codec, 33, random);
            auto const healed = tried.lose_and_reconstruct(numbers_of(pattern));
            if (static_cast<std::size_t>(std::popcount(pattern)) <= shape.parity) {
                ASSERT_TRUE(healed.has_value());
                ASSERT_EQ(tried.blocks, tried.whole);
            } else {
                ASSERT_EQ(healed.error().code, mkdb::errc::corrupt_record);
                ASSERT_EQ(tried.blocks, tried.damaged);
            }
        }
    }
}

TYPED_TEST(ParityConformance, ServesStripesOfEmptyAndSingleByteBlocks) {
    std::mt19937 random(seed);
    auto const shape = small_geometries<TypeParam>().back();
    auto const codec = TypeParam::make(shape).value();
    for (std::size_t const length : {0, 1}) {
        stripe<TypeParam> tried(codec, length, random);
        ASSERT_TRUE(tried.lose_and_reconstruct(random_losses(shape.parity, shape.blocks(), random)).has_value());
        EXPECT_EQ(tried.blocks, tried.whole);
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

TEST(ReedSolomon, TheShippedGeometrySurvivesRandomLosses) {
    std::mt19937 random(seed);
    auto const codec = parity::reed_solomon::make({245, 10}).value();
    for (std::size_t round = 0; round < 150; ++round) {
        SCOPED_TRACE(testing::Message() << "seed " << seed << ", round " << round);
        stripe<parity::reed_solomon> tried(codec, 64, random);
        auto const lost = random_losses(round % 13, 255, random);
        auto const healed = tried.lose_and_reconstruct(lost);
        ASSERT_EQ(healed.has_value(), lost.size() <= 10);
        ASSERT_EQ(tried.blocks, healed ? tried.whole : tried.damaged);
    }
}

TEST(ReedSolomon, SurvivesTheLossOfNeighboursAndOfAllParity) {
    std::mt19937 random(seed);
    auto const codec = parity::reed_solomon::make({245, 10}).value();
    for (std::size_t first = 0; first + 10 <= 255; ++first) {
        stripe<parity::reed_solomon> tried(codec, 16, random);
        std::vector<std::size_t> lost(10);
        std::iota(lost.begin(), lost.end(), first);
        ASSERT_TRUE(tried.lose_and_reconstruct(lost).has_value());
        ASSERT_EQ(tried.blocks, tried.whole) << "from block " << first;
    }
}

} // namespace
