#include <mkdb/parity/isal.hpp>
#include <mkdb/parity/reed_solomon.hpp>

#include <gtest/gtest.h>

#include <vector>

namespace {

namespace parity = mkdb::parity;

TEST(Isal, CallsItsBytesWhatThePortableModelCallsThem) {
    EXPECT_EQ(parity::isal::make({245, 10}).value().format_name(),
              parity::reed_solomon::make({245, 10}).value().format_name());
}

TEST(Isal, OurGeneratorIsTheOneThatTheLibraryMakes) {
    std::vector<unsigned char> theirs(255 * 245);
    gf_gen_cauchy1_matrix(theirs.data(), 255, 245);
    auto const ours = parity::detail::cauchy_generator({245, 10});
    for (std::size_t row = 0; row < 10; ++row) {
        for (std::size_t column = 0; column < 245; ++column) {
            ASSERT_EQ(ours.at(row, column), theirs[(245 + row) * 245 + column]) << row << ", " << column;
        }
    }
}

TEST(Isal, OurProductsAreThoseOfTheLibrary) {
    for (unsigned a = 0; a < 256; ++a) {
        for (unsigned b = 0; b < 256; ++b) {
            ASSERT_EQ(parity::detail::gf256::multiply(static_cast<unsigned char>(a), static_cast<unsigned char>(b)),
                      gf_mul(static_cast<unsigned char>(a), static_cast<unsigned char>(b)));
        }
    }
}

} // namespace
