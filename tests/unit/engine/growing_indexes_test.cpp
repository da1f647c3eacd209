#include <mkdb/engine/growing_indexes.hpp>
#include <mkdb/index/exact.hpp>
#include <mkdb/index/index_set.hpp>
#include <mkdb/text/whitespace.hpp>

#include <boost/json/object.hpp>
#include <gtest/gtest.h>

#include <utility>

namespace {

using index_type = mkdb::index::index_set<mkdb::index::exact>::instance<mkdb::text::whitespace>;

TEST(GrownIndexes, KnowWhichOfTheirRowsAreGoneAndCouldNotBeTakenOut) {
    mkdb::text::whitespace const tokenizer;
    index_type indexes;
    ASSERT_TRUE(indexes.configure({{"f", "exact"}}, false, tokenizer, 7));
    mkdb::index::row_set rows;
    rows.addRange(1, 4);
    mkdb::engine::growing_indexes growing(std::move(indexes), rows);
    growing.insert(1, {{"f", "x"}});
    growing.insert(2, {{"f", "x"}});
    growing.erase(2, {{"f", "x"}});
    growing.forget(1); // In the index, and nobody knows any more as what.
    growing.forget(3); // Was not in it yet.
    EXPECT_EQ(growing.ghosts().toString(), "{1}");
    EXPECT_TRUE(growing.missing().isEmpty());
}

TEST(GrownIndexes, ThatAreNoneHaveNoRowsThatAreGone) {
    mkdb::engine::growing_indexes growing{index_type(), mkdb::index::row_set()};
    growing.forget(1);
    EXPECT_TRUE(growing.ghosts().isEmpty());
}

} // namespace
