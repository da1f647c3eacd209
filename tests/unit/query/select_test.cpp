#include "unit/query/query_support.hpp"

#include <mkdb/index/exact.hpp>
#include <mkdb/index/full_text.hpp>
#include <mkdb/index/index_set.hpp>
#include <mkdb/index/numeric.hpp>
#include <mkdb/query/select.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace {

using mkdb::query::access;
using set = mkdb::index::index_set<mkdb::index::exact, mkdb::index::numeric, mkdb::index::full_text>;

/// Hundred records: row n has n = n, t = "even" or "odd", w = some words, o = n without an index; ids are "r" and the
/// row.
class SelectTest : public testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(indexes.configure({{"n", "numeric"}, {"t", "exact"}, {"w", "full-text"}}, false, words, 1));
        for (std::uint32_t row = 0; row < 100; ++row) {
            boost::json::object record{{"n", row}, {"t", row % 2 == 0 ? "even" : "odd"}, {"o", row}};
            if (row % 10 == 0) {
                record["w"] = "steel bolts";
            }
            indexes.insert(row, record);
            live.add(row);
        }
    }

    [[nodiscard]] mkdb::query::selection select(char const* filter) {
        auto const parsed = mkdb_test::request(filter).value();
        auto const plan = mkdb_test::plan_of(parsed, indexes, live.cardinality());
        outcomes.assign(plan.steps, {});
        return mkdb::query::select(plan.where, indexes, resolve, live, &outcomes);
    }
    [[nodiscard]] std::string rows(char const* filter) {
        auto const found = select(filter);
        return found.rows.toString() + (found.exact ? "" : "?");
    }

    static std::optional<std::uint32_t> resolve(std::string_view id) {
        return id.starts_with("r") ? std::optional(static_cast<std::uint32_t>(std::stoul(std::string(id.substr(1)))))
                                   : std::nullopt;
    }

    mkdb::text::standard words;
    set::instance<mkdb::text::standard> indexes;
    mkdb::index::row_set live;
    std::vector<mkdb::query::step_outcome> outcomes;
};

TEST_F(SelectTest, IsExactWhereIndexesAnswerEverything) {
    EXPECT_EQ(rows(R"({"n":{"lt":3}})"), "{0,1,2}");
    EXPECT_EQ(rows(R"({"n":{"lt":30},"w":["bolt"]})"), "{0,10,20}");
    EXPECT_EQ(rows(R"({"n":{"gte":97},"t":{"neq":"odd"}})"), "{98}");
    EXPECT_EQ(rows(R"({"$or":[{"n":5},{"n":{"in":[7,900]}}],"t":"odd"})"), "{5,7}");
    EXPECT_EQ(rows(R"({"n":{"nin":[0]},"w":{"exists":true},"$or":[{"n":{"lt":15}},{"n":90}]})"), "{10,90}");
    EXPECT_TRUE(select("{}").exact);
    EXPECT_EQ(select("{}").rows.cardinality(), 100U);
}

TEST_F(SelectTest, LeavesTheRestToACheck) {
    EXPECT_EQ(rows(R"({"n":{"lt":3},"o":1})"), "{0,1,2}?");
    EXPECT_EQ(select(R"({"o":1})").rows.cardinality(), 100U);
    EXPECT_FALSE(select(R"({"o":1})").exact);
    EXPECT_EQ(select(R"({"$or":[{"n":1},{"o":2}]})").rows.cardinality(), 100U);
    EXPECT_EQ(rows(R"({"$or":[{"n":1},{"n":{"lt":2},"o":0}]})"), "{0,1}?");
}

TEST_F(SelectTest, NegatesWhatIsExactAndChecksTheRest) {
    EXPECT_EQ(rows(R"({"$not":{"n":{"gte":3}}})"), "{0,1,2}");
    EXPECT_EQ(rows(R"({"n":{"lt":4},"$not":{"t":"odd"}})"), "{0,2}");
    EXPECT_EQ(rows(R"({"n":{"lt":4},"$not":{"t":"odd","n":{"lt":2}}})"), "{0,2,3}");
    EXPECT_EQ(rows(R"({"n":{"lt":4},"$not":{"o":1}})"), "{0,1,2,3}?");
    EXPECT_EQ(rows(R"({"n":{"lt":4},"$not":{"t":"odd","o":1}})"), "{0,1,2,3}?");
}

TEST_F(SelectTest, TakesWhatIsKnownOfListsAndPhrases) {
    EXPECT_EQ(rows(R"({"n":{"lt":4},"t":{"any":["odd","none"]}})"), "{1,3}");
    EXPECT_EQ(rows(R"({"n":{"lt":4},"t":{"all":["odd"]}})"), "{1,3}");
    EXPECT_EQ(rows(R"({"n":{"lt":4},"t":{"all":["odd","even"]}})"), "{}");
    EXPECT_EQ(rows(R"({"n":{"lt":4},"t":{"all":[]}})"), "{0,1,2,3}");
    EXPECT_EQ(rows(R"({"n":{"lt":4},"t":{"all":["odd",null]}})"), "{1,3}?");
    EXPECT_EQ(rows(R"({"n":{"lt":4},"t":{"any":["odd",null]}})"), "{0,1,2,3}?");
    EXPECT_EQ(rows(R"({"n":{"lt":30},"w":{"phrase":"bolts steel"}})"), "{}");
    EXPECT_EQ(rows(R"({"n":{"lt":30},"w":{"phrase":"steel bolt"}})"), "{0,10,20}");
    EXPECT_EQ(rows(R"({"n":{"lt":4},"$not":{"w":{"phrase":"steel bolts"}}})"), "{1,2,3}");
}

TEST_F(SelectTest, TakesBeginningsAndLikenessFromDictionaries) {
    EXPECT_EQ(rows(R"({"n":{"lt":4},"t":{"prefix":"od"}})"), "{1,3}");
    EXPECT_EQ(rows(R"({"n":{"lt":4},"$not":{"t":{"prefix":"od"}}})"), "{0,2}");
    EXPECT_EQ(rows(R"({"n":{"lt":4},"t":{"fuzzy":"odd"}})"), "{0,1,2,3}?");
    EXPECT_EQ(rows(R"({"n":{"lt":30},"w":{"fuzzy":"stele blot"}})"), "{0,10,20}");
    EXPECT_EQ(rows(R"({"n":{"lt":30},"w":{"fuzzy":{"text":"stele blot","edits":0}}})"), "{}");
    EXPECT_EQ(rows(R"({"n":{"lt":2},"w":{"prefix":"steel"}})"), "{0,1}?");
}

TEST_F(SelectTest, TakesComplementsWithinWhatLives) {
    live.remove(0);
    live.remove(99);
    EXPECT_EQ(select(R"({"w":null})").rows.cardinality(), 89U);
    EXPECT_EQ(rows(R"({"w":{"exists":false},"n":{"lt":4}})"), "{1,2,3}");
    EXPECT_EQ(select(R"({"w":{"exists":false},"t":{"neq":"odd"}})").rows.cardinality(), 40U);
    EXPECT_EQ(rows(R"({"$and":[{"w":{"neq":null}},{"n":{"lte":10}}]})"), "{10}");
    EXPECT_EQ(rows(R"({"n":{"in":[null,98]}})"), "{98}");
    EXPECT_TRUE(select(R"({"missing":{"exists":false}})").rows == live);
}

TEST_F(SelectTest, LooksIdsUp) {
    EXPECT_EQ(rows(R"({"id":"r7"})"), "{7}");
    EXPECT_EQ(rows(R"({"id":["r7","r3","nobody"]})"), "{3,7}");
    EXPECT_EQ(rows(R"({"id":"nobody"})"), "{}");
    EXPECT_EQ(rows(R"({"id":"r7","n":{"lt":3}})"), "{}");
    EXPECT_EQ(rows(R"({"id":{"neq":"r1"},"n":{"lt":3}})"), "{0,2}");
    EXPECT_FALSE(select(R"({"id":{"gt":"r"}})").exact);
    live.remove(7);
    EXPECT_EQ(rows(R"({"id":"r7"})"), "{}");
}

TEST_F(SelectTest, AsksNoIndexForMuchWhenLittleIsLeft) {
    for (std::uint32_t row = 100; row < 2000; ++row) {
        indexes.insert(row, {{"n", row}});
        live.add(row);
    }
    EXPECT_EQ(rows(R"({"id":["r7","r8"],"n":{"lt":8}})"), "{7}");
    EXPECT_EQ(rows(R"({"id":["r7","r8"],"n":{"gt":7}})"), "{7,8}?");
    EXPECT_EQ(outcomes[2].by, access::scan);
    EXPECT_EQ(rows(R"({"id":"nobody","n":{"gt":7},"o":1})"), "{}");
    EXPECT_EQ(outcomes[2].by, access::skipped) << "nothing is left to ask about";
    EXPECT_EQ(outcomes[3].by, access::skipped);
}

TEST_F(SelectTest, TakesARangeAsOneQuestion) {
    EXPECT_EQ(rows(R"({"n":{"gt":3,"lte":6}})"), "{4,5,6}");
    EXPECT_EQ(outcomes[0].rows, 3U);
    EXPECT_EQ(outcomes[1].by, access::index);
    EXPECT_EQ(rows(R"({"n":{"gte":6,"lt":3}})"), "{}");
    EXPECT_FALSE(select(R"({"n":{"gt":3,"lt":"x"}})").exact) << "an index of numbers knows nothing of texts";
    indexes.insert(100, {{"n", {1, 50}}});
    live.add(100);
    EXPECT_EQ(rows(R"({"n":{"gt":3,"lte":6}})"), "{4,5,6,100}") << "one element above, another below";
}

TEST_F(SelectTest, SaysWhatItAsked) {
    EXPECT_FALSE(select(R"({"n":{"lt":3},"o":1,"id":{"nin":["r1"]}})").exact);
    ASSERT_EQ(outcomes.size(), 4U);
    EXPECT_EQ(outcomes[0].by, access::index);
    EXPECT_EQ(outcomes[0].rows, 2U);
    EXPECT_EQ(outcomes[1].rows, 3U);
    EXPECT_EQ(outcomes[2].by, access::scan);
    EXPECT_EQ(outcomes[3].by, access::id);
    EXPECT_EQ(outcomes[3].rows, 99U);
}

TEST_F(SelectTest, AsksNoMoreIndexesWhenTheQueryIsNotToGoOn) {
    auto const parsed = mkdb_test::request(R"({"$or":[{"n":1},{"n":2},{"n":3},{"n":4}]})").value();
    auto const plan = mkdb_test::plan_of(parsed, indexes, live.cardinality());
    int asked = 0;
    auto const found =
        mkdb::query::select(plan.where, indexes, resolve, live, nullptr, [&] { return ++asked < 3; });
    EXPECT_EQ(asked, 3);
    EXPECT_FALSE(found.exact);
    EXPECT_TRUE(found.rows == live);
}

} // namespace
