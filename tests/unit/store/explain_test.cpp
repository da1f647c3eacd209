#include "support/memory_database.hpp"

#include <mkdb/document/write.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace {

using mkdb::test::memory_database;

/// Two hundred parts: `price` counts up, `kind` is one of ten, `name` is text, `weight` has no index.
class Explain : public testing::Test {
protected:
    memory_database data;
    std::shared_ptr<memory_database::store> store =
        data.create("parts", {.schema = {{"price", "numeric"}, {"kind", "exact"}, {"name", "full-text"}}});

    void SetUp() override {
        for (int i = 0; i < 200; ++i) {
            ASSERT_TRUE(store->write({.id = "p" + std::to_string(i),
                                      .delta = {{"price", i},
                                                {"kind", i % 10},
                                                {"name", i % 4 == 0 ? "steel bolt" : "brass nut"},
                                                {"weight", i % 2}}}));
        }
    }

    [[nodiscard]] mkdb::query::explanation explain(char const* body) {
        return store->explain(store->parse_query(mkdb::test::object(body)).value()).value();
    }
    [[nodiscard]] std::string where(char const* body) { return mkdb::document::to_json(explain(body).where); }
};

TEST_F(Explain, NamesTheIndexOfEachCondition) {
    EXPECT_EQ(where(R"({"price":{"lt":20}})"),
              R"({"field":"price","op":"lt","value":20,"by":["numeric"],"estimated":20,"actual":20})");
    EXPECT_EQ(where(R"({"id":["p1","p2","nobody"]})"),
              R"({"field":"id","op":"in","value":["nobody","p1","p2"],"by":["id"],"estimated":3,"actual":2})");
    EXPECT_EQ(where(R"({"weight":1})"),
              R"({"field":"weight","op":"eq","value":1,"by":["scan"],"estimated":20,"actual":100})");
}

TEST_F(Explain, OrdersConditionsAsTheyAreAsked) {
    EXPECT_EQ(where(R"({"weight":0,"name":["bolts"],"kind":4})"),
              R"({"op":"$and","by":["index"],"estimated":1,"actual":10,"parts":[)"
              R"({"field":"kind","op":"eq","value":4,"by":["exact"],"estimated":20,"actual":20},)"
              R"({"field":"name","op":"contains","value":["bolts"],"by":["full-text"],"estimated":50,"actual":50},)"
              R"({"field":"weight","op":"eq","value":0,"by":["scan"],"estimated":20,"actual":10}]})");
}

/// Which partitions have of them together, though an index is asked for both bounds at once.
TEST_F(Explain, TellsWhatEachBoundOfARangeLeaves) {
    auto const in_some = data.create("many", {.partitions = 4, .schema = {{"price", "numeric"}}});
    for (int i = 0; i < 200; ++i) {
        ASSERT_TRUE(in_some->write({.id = "p" + std::to_string(i), .delta = {{"price", i}}}));
    }
    for (auto const& asked : {store, in_some}) {
        for (auto const* const body :
             {R"({"price":{"gte":50,"lt":60}})", R"({"filter":{"price":{"gte":50,"lt":60}},"count_only":true})"}) {
            auto const told = asked->explain(asked->parse_query(mkdb::test::object(body)).value()).value();
            auto const& parts = told.where.at("parts").get_array();
            ASSERT_EQ(parts.size(), 2U);
            for (auto const& part : parts) {
                auto const wanted = part.at("op") == "gte" ? 150 : 60;
                EXPECT_EQ(part.at("actual"), wanted) << body;
                EXPECT_EQ(part.at("estimated"), wanted) << body;
            }
            EXPECT_EQ(told.total_matches, 10U);
        }
    }
}

TEST_F(Explain, CountsWhatWasRead) {
    auto const checked = explain(R"({"kind":4,"weight":0})");
    EXPECT_EQ(checked.records, 200U);
    EXPECT_EQ(checked.candidates, 20U);
    EXPECT_EQ(checked.records_read, 20U);
    EXPECT_EQ(checked.total_matches, 20U);
    EXPECT_EQ(explain(R"({"kind":4})").records_read, 0U);
    EXPECT_EQ(explain(R"({"weight":1})").records_read, 200U);
}

TEST_F(Explain, TellsLongListsByTheirLength) {
    EXPECT_EQ(where(R"({"price":{"in":[1,2,3,4,5,6,7,8,9]}})"),
              R"({"field":"price","op":"in","values":9,"by":["numeric"],"estimated":9,"actual":9})");
}

TEST_F(Explain, FailsAsTheQueryWould) {
    auto const asked = store->parse_query(mkdb::test::object(R"({"weight":1})")).value();
    auto const told = store->explain(asked, {.cancelled = [] { return true; }});
    ASSERT_FALSE(told);
    EXPECT_EQ(told.error().code, mkdb::errc::cancelled);
}

} // namespace
