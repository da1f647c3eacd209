#include <mkdb/index/detail/size_classes.hpp>

#include <gtest/gtest.h>

#include <cstdint>

namespace {

using namespace mkdb::index::detail;

TEST(SizeClasses, AreNumberedInOrderAndWasteAnEighthAtMost) {
    std::uint32_t number = 0;
    for (std::uint32_t size = 1; size <= 300'000; ++size) {
        auto const rounded = round_to_class(size);
        ASSERT_GE(rounded, size);
        ASSERT_LE(rounded - size, size / 8);
        ASSERT_EQ(size_of_class(size_class(rounded)), rounded);
        ASSERT_LE(size_of_class(size_class(size)), size);
        number += size_class(size) == number ? 0U : 1U;
        ASSERT_EQ(size_class(size), number) << size;
    }
}

} // namespace
