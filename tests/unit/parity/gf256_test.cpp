#include "support/naive_parity.hpp"

#include <mkdb/parity/detail/gf256.hpp>

#include <gtest/gtest.h>

namespace {

namespace gf256 = mkdb::parity::detail::gf256;

TEST(Gf256, MultipliesAsTheDefinitionSays) {
    for (unsigned a = 0; a < 256; ++a) {
        for (unsigned b = 0; b < 256; ++b) {
            ASSERT_EQ(gf256::multiply(static_cast<gf256::element>(a), static_cast<gf256::element>(b)),
                      mkdb::testing::multiply_slowly(a, b));
        }
    }
}

TEST(Gf256, EveryElementButZeroHasAnInverse) {
    for (unsigned a = 1; a < 256; ++a) {
        auto const element = static_cast<gf256::element>(a);
        EXPECT_EQ(gf256::multiply(element, gf256::inverse(element)), 1);
    }
}

} // namespace
