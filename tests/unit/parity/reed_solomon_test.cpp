#include "support/naive_parity.hpp"

#include <mkdb/parity/reed_solomon.hpp>

#include <gtest/gtest.h>

#include <vector>

namespace {

using mkdb::parity::reed_solomon;
using mkdb::testing::multiply_slowly;

/// The parity of a single data byte 1 is the generator's column itself.
std::vector<unsigned> column(mkdb::parity::geometry shape, std::size_t of) {
    auto const codec = reed_solomon::make(shape).value();
    std::vector<std::byte> bytes(shape.blocks());
    bytes[of] = std::byte{1};
    std::vector<std::span<std::byte const>> data;
    std::vector<std::span<std::byte>> parity;
    for (std::size_t i = 0; i < shape.blocks(); ++i) {
        if (i < shape.data) {
            data.emplace_back(&bytes[i], 1);
        } else {
            parity.emplace_back(&bytes[i], 1);
        }
    }
    codec.encode(data, parity);
    std::vector<unsigned> made;
    for (auto const& block : parity) {
        made.push_back(std::to_integer<unsigned>(block[0]));
    }
    return made;
}

TEST(ReedSolomon, ItsGeneratorIsIsaLsCauchyMatrix) {
    // gf_gen_cauchy1_matrix: row i (from k), column j holds the inverse of i xor j. For k = 4, m = 2 by hand:
    // row 4: 1/4 1/5 1/6 1/7, row 5: 1/5 1/4 1/7 1/6, with 1/4 = 0x47, 1/5 = 0xA7, 1/6 = 0x7A, 1/7 = 0xBA.
    EXPECT_EQ(column({4, 2}, 0), (std::vector<unsigned>{0x47, 0xA7}));
    EXPECT_EQ(column({4, 2}, 1), (std::vector<unsigned>{0xA7, 0x47}));
    EXPECT_EQ(column({4, 2}, 2), (std::vector<unsigned>{0x7A, 0xBA}));
    EXPECT_EQ(column({4, 2}, 3), (std::vector<unsigned>{0xBA, 0x7A}));
    for (std::size_t j : {0U, 100U, 244U}) {
        auto const made = column({245, 10}, j);
        for (std::size_t i = 0; i < 10; ++i) {
            EXPECT_EQ(multiply_slowly(made[i], static_cast<unsigned>((245 + i) ^ j)), 1);
        }
    }
}

TEST(ReedSolomon, NamesItsBytes) {
    EXPECT_EQ(reed_solomon::make({245, 10}).value().format_name(), "reed-solomon-cauchy-11d/1:245+10");
}

TEST(ReedSolomon, UsesTheWholeFieldAndNoMore) {
    EXPECT_TRUE(reed_solomon::make({246, 10}).has_value());
    EXPECT_FALSE(reed_solomon::make({247, 10}).has_value());
    EXPECT_FALSE(reed_solomon::make({0, 10}).has_value());
    EXPECT_FALSE(reed_solomon::make({1, static_cast<std::size_t>(-1)}).has_value());
}

TEST(ReedSolomonDeathTest, BlocksOfUnequalLengthAreABrokenContract) {
    auto const codec = reed_solomon::make({2, 1}).value();
    std::vector<std::byte> bytes(10);
    std::vector<std::span<std::byte const>> const data{{bytes.data(), 3}, {bytes.data(), 4}};
    std::vector<std::span<std::byte>> const parity{{bytes.data() + 4, 3}};
    EXPECT_DEATH(codec.encode(data, parity), "broken contract");
}

} // namespace
