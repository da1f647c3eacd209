#include <mkdb/index/fuzzy_edits.hpp>

#include <gtest/gtest.h>

namespace {

TEST(UsualEdits, AreMoreOfLongerTerms) {
    EXPECT_EQ(mkdb::index::usual_edits(2), 0U);
    EXPECT_EQ(mkdb::index::usual_edits(3), 1U);
    EXPECT_EQ(mkdb::index::usual_edits(5), 1U);
    EXPECT_EQ(mkdb::index::usual_edits(6), 2U);
}

} // namespace
