#include <mkdb/parity/detail/cauchy.hpp>
#include <mkdb/parity/detail/recovery.hpp>
#include <mkdb/parity/detail/scalar_sums.hpp>

#include <gtest/gtest.h>

namespace {

namespace detail = mkdb::parity::detail;
using numbers = std::vector<std::size_t>;
using elements = std::vector<unsigned>;

elements row_of(detail::matrix const& of, std::size_t row) {
    return {of.row(row).begin(), of.row(row).end()};
}

detail::recovery plan(mkdb::parity::geometry shape, numbers const& lost) {
    return detail::plan_recovery<detail::scalar_sums>(detail::cauchy_generator(shape), lost);
}

TEST(Recovery, OfParityAloneIsItsRowOfTheGenerator) {
    auto const found = plan({4, 2}, {5});
    EXPECT_EQ(found.from, (numbers{0, 1, 2, 3}));
    EXPECT_EQ(row_of(found.factors, 0), (elements{0xA7, 0x47, 0xBA, 0x7A}));
}

TEST(Recovery, OfDataUsesTheFirstParityThatIsLeft) {
    EXPECT_EQ(plan({4, 2}, {1}).from, (numbers{0, 2, 3, 4}));
    EXPECT_EQ(plan({4, 2}, {1, 4}).from, (numbers{0, 2, 3, 5}));
    EXPECT_EQ(plan({4, 3}, {0, 3, 5}).from, (numbers{1, 2, 4, 6}));
}

TEST(Recovery, OfTheOnlyDataBlockDividesByItsFactor) {
    // Parity 0 of 1 + 2 is data times 1/1, parity 1 is data times 1/2: data is parity 1 times 2.
    auto const from_first = plan({1, 2}, {0});
    EXPECT_EQ(from_first.from, (numbers{1}));
    EXPECT_EQ(row_of(from_first.factors, 0), (elements{1}));
    auto const from_second = plan({1, 2}, {0, 1});
    EXPECT_EQ(from_second.from, (numbers{2}));
    EXPECT_EQ(row_of(from_second.factors, 0), (elements{2}));
    EXPECT_EQ(row_of(from_second.factors, 1), (elements{2}));
}

TEST(Recovery, ItsFactorsGiveTheGeneratorBack) {
    // What is known, written in terms of the data, times the factors must be the lost blocks in terms of the data.
    mkdb::parity::geometry const shape{6, 4};
    auto const generator = detail::cauchy_generator(shape);
    auto const in_terms_of_data = [&](numbers const& blocks) {
        detail::matrix made(blocks.size(), shape.data);
        for (std::size_t i = 0; i < blocks.size(); ++i) {
            if (blocks[i] < shape.data) {
                made.at(i, blocks[i]) = 1;
            } else {
                std::ranges::copy(generator.row(blocks[i] - shape.data), made.row(i).begin());
            }
        }
        return made;
    };
    for (numbers const& lost : {numbers{0}, numbers{9}, numbers{0, 1, 2, 3}, numbers{2, 5, 6, 8}, numbers{6, 7, 8, 9},
                                numbers{1, 7, 8, 9}, numbers{3, 4, 5, 9}}) {
        auto const found = plan(shape, lost);
        auto const made = detail::product<detail::scalar_sums>(found.factors, in_terms_of_data(found.from));
        auto const expected = in_terms_of_data(lost);
        for (std::size_t i = 0; i < lost.size(); ++i) {
            EXPECT_EQ(row_of(made, i), row_of(expected, i)) << "block " << lost[i];
        }
    }
}

} // namespace
