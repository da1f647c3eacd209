#include "unit/query/query_support.hpp"

#include <mkdb/index/exact.hpp>
#include <mkdb/index/index_set.hpp>
#include <mkdb/index/numeric.hpp>
#include <mkdb/query/count.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <vector>

namespace {

using mkdb::query::access;
using counted_set = mkdb::index::index_set<mkdb::index::exact, mkdb::index::numeric>;

/// Hundred records: row n has n = n, t = "even" or "odd", o = n without an index.
class CountTest : public testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(indexes.configure({{"n", "numeric"}, {"t", "exact"}}, false, words, 1));
        for (std::uint32_t row = 0; row < 100; ++row) {
            indexes.insert(row, {{"n", row}, {"t", row % 2 == 0 ? "even" : "odd"}, {"o", row}});
        }
    }

    [[nodiscard]] std::optional<std::uint64_t> count(char const* filter) {
        auto const parsed = mkdb_test::request(filter).value();
        auto const plan = mkdb_test::plan_of(parsed, indexes, 100);
        outcomes.assign(plan.steps, {});
        return mkdb::query::count(plan.where, indexes, &outcomes);
    }

    mkdb::text::standard words;
    counted_set::instance<mkdb::text::standard> indexes;
    std::vector<mkdb::query::step_outcome> outcomes;
};

TEST_F(CountTest, IsThatOfOneComparisonOrOfTheTwoBoundsOfAField) {
    EXPECT_EQ(count(R"({"n":{"lt":30}})"), 30U);
    EXPECT_EQ(count(R"({"n":{"gt":30}})"), 69U);
    EXPECT_EQ(count(R"({"n":7})"), 1U);
    EXPECT_EQ(count(R"({"n":7.5})"), 0U);
    EXPECT_EQ(count(R"({"n":{"gte":10,"lte":19}})"), 10U);
    EXPECT_EQ(count(R"({"n":{"lt":19,"gt":10}})"), 8U);
    EXPECT_EQ(count(R"({"n":{"gte":19,"lte":10}})"), 0U);
    EXPECT_EQ(count(R"({"$and":[{"n":{"gte":10}},{"n":{"lt":12}}]})"), 2U);
}

TEST_F(CountTest, IsNotKnownOfMoreThanThat) {
    EXPECT_EQ(count("{}"), std::nullopt);
    EXPECT_EQ(count(R"({"o":{"lt":30}})"), std::nullopt);
    EXPECT_EQ(count(R"({"t":"odd"})"), std::nullopt);
    EXPECT_EQ(count(R"({"n":{"neq":7}})"), std::nullopt);
    EXPECT_EQ(count(R"({"n":{"lt":"a"}})"), std::nullopt);
    EXPECT_EQ(count(R"({"n":{"gte":10,"lte":"a"}})"), std::nullopt);
    EXPECT_EQ(count(R"({"n":{"gte":10,"gt":12}})"), std::nullopt);
    EXPECT_EQ(count(R"({"n":{"gte":10,"lte":19},"t":"odd"})"), std::nullopt);
    EXPECT_EQ(count(R"({"n":{"gte":10},"o":{"lte":19}})"), std::nullopt);
    EXPECT_EQ(count(R"({"$not":{"n":{"gte":10}}})"), std::nullopt);
    EXPECT_EQ(count(R"({"$or":[{"n":{"gte":10}},{"n":{"lt":5}}]})"), std::nullopt);
}

TEST_F(CountTest, IsNotKnownWhileARowHasSeveralNumbers) {
    boost::json::object const list{{"n", boost::json::array{5, 500}}};
    indexes.insert(100, list);
    EXPECT_EQ(count(R"({"n":{"lt":30}})"), std::nullopt);
    EXPECT_EQ(count(R"({"n":{"gte":10,"lte":19}})"), std::nullopt);
    indexes.erase(100, list);
    indexes.insert(101, {{"n", "text"}});
    indexes.insert(102, {{"n", boost::json::array()}});
    EXPECT_EQ(count(R"({"n":{"lt":30}})"), 30U);
    EXPECT_EQ(count(R"({"n":{"gte":10,"lte":19}})"), 10U);
}

TEST_F(CountTest, TellsWhatWasCounted) {
    ASSERT_EQ(count(R"({"n":{"gte":10,"lte":19}})"), 10U);
    ASSERT_EQ(outcomes.size(), 3U);
    EXPECT_EQ(outcomes[0].by, access::index);
    EXPECT_EQ(outcomes[0].rows, 10U);
    EXPECT_EQ(outcomes[1].rows, 90U);
    EXPECT_EQ(outcomes[2].rows, 20U);
    ASSERT_EQ(count(R"({"n":{"gte":10}})"), 90U);
    EXPECT_EQ(outcomes.at(0).rows, 90U);
}

} // namespace
