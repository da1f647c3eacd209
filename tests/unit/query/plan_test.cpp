#include "unit/query/query_support.hpp"

#include <mkdb/query/plan.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace {

using mkdb::query::access;
using mkdb::query::ordering;

/// A thousand records, and indexes that name so many rows of a field whatever is asked.
struct told {
    std::map<std::string, std::uint64_t, std::less<>> rows;
    std::string ordered = {};

    [[nodiscard]] static std::uint64_t live() { return 1000; }
    [[nodiscard]] std::optional<std::uint64_t> estimate(mkdb::query::condition const& asked) const {
        auto const at = rows.find(asked.field);
        return at == rows.end() ? std::nullopt : std::optional(at->second);
    }
    [[nodiscard]] std::optional<std::uint64_t> estimate_range(mkdb::query::condition const& lower,
                                                              mkdb::query::condition const& upper) const {
        auto const all = estimate(lower);
        return all && estimate(upper) ? std::optional(*all / 10) : std::nullopt;
    }
    [[nodiscard]] bool is_ordered(std::string_view field) const { return field == ordered; }
};

/// Steps as text: the field or kind of each, "?" when no index is asked, the estimate, and the parts.
[[nodiscard]] std::string text(mkdb::query::plan_step const& step) {
    std::string out = "and";
    if (auto const* leaf = std::get_if<mkdb::query::condition>(&step.part->node)) {
        out = leaf->field;
    } else if (std::holds_alternative<mkdb::query::id_condition>(step.part->node)) {
        out = "id";
    } else if (std::holds_alternative<mkdb::query::any_of>(step.part->node)) {
        out = "or";
    } else if (std::holds_alternative<mkdb::query::none_of>(step.part->node)) {
        out = "not";
    }
    out += (step.by == access::scan ? "?" : "") + std::string(":") + std::to_string(step.estimated);
    for (auto const& part : step.parts) {
        out += (&part == &step.parts.front() ? "(" : " ") + text(part);
    }
    return out + (step.parts.empty() ? "" : ")");
}

[[nodiscard]] std::string plan(char const* asked, told const& statistics) {
    auto const parsed = mkdb_test::request(asked).value();
    return text(mkdb::query::make_plan(parsed, statistics).where);
}

[[nodiscard]] ordering order(char const* asked, told const& statistics) {
    auto const parsed = mkdb_test::request(asked).value();
    return mkdb::query::make_plan(parsed, statistics).order;
}

TEST(Plan, TakesTheFewestRowsFirstAndChecksLast) {
    EXPECT_EQ(plan(R"({"a":1,"b":1,"c":1,"id":"x"})", {{{"a", 500}, {"c", 20}}}), "and:0(id:1 c:20 a:500 b?:100)");
    EXPECT_EQ(plan(R"({"a":1})", {{{"a", 7}}}), "a:7");
    EXPECT_EQ(plan("{}", {}), "and:1000");
}

TEST(Plan, TakesConditionsToBeIndependent) {
    EXPECT_EQ(plan(R"({"a":1,"b":1})", {{{"a", 500}, {"b", 500}}}), "and:250(a:500 b:500)");
    EXPECT_EQ(plan(R"({"$or":[{"a":1},{"b":1}]})", {{{"a", 500}, {"b", 500}}}), "or:750(a:500 b:500)");
    EXPECT_EQ(plan(R"({"$not":{"a":1}})", {{{"a", 100}}}), "not:900(a:100)");
}

TEST(Plan, KnowsTheTwoBoundsOfARangeTogether) {
    EXPECT_EQ(plan(R"({"a":{"gte":1,"lt":5}})", {{{"a", 500}}}), "and:50(a:500 a:500)");
    EXPECT_EQ(plan(R"({"a":{"gte":1,"gt":5}})", {{{"a", 500}}}), "and:250(a:500 a:500)");
    EXPECT_EQ(plan(R"({"a":{"lt":5,"gte":1},"b":1})", {{{"a", 500}, {"b", 70}}}), "and:4(and:50(a:500 a:500) b:70)");
    EXPECT_EQ(plan(R"({"$and":[{"a":{"gt":1}},{"b":{"lt":5}}]})", {{{"a", 500}, {"b", 500}}}), "and:250(a:500 b:500)");
}

TEST(Plan, TurnsComplementsRound) {
    EXPECT_EQ(plan(R"({"a":{"neq":1}})", {{{"a", 100}}}), "a:900");
    EXPECT_EQ(plan(R"({"a":null})", {{{"a", 990}}}), "a:10");
    EXPECT_EQ(plan(R"({"id":{"nin":["x","y"]}})", {}), "id:998");
}

TEST(Plan, KnowsNothingOfAnAlternativeThatNoIndexKnows) {
    EXPECT_EQ(plan(R"({"$or":[{"a":1},{"b":1}]})", {{{"a", 0}}}), "or?:100(a:0 b?:100)");
    EXPECT_EQ(plan(R"({"$or":[{"a":1},{"b":1}],"a":1})", {{{"a", 10}}}), "and:1(a:10 or?:109(a:10 b?:100))");
    EXPECT_EQ(plan(R"({"$not":{"b":1}})", {}), "not?:900(b?:100)");
}

TEST(Plan, AsksAnIndexThatCostsLessThanTheRecordsThatRemain) {
    mkdb::query::plan_step part;
    part.gathered = 10'000;
    EXPECT_FALSE(mkdb::query::is_worth_asking(part, 1));
    EXPECT_TRUE(mkdb::query::is_worth_asking(part, 1000));
    part.gathered = 0;
    EXPECT_TRUE(mkdb::query::is_worth_asking(part, 1));
}

TEST(Plan, WalksAnIndexWhenThePageIsFullSoon) {
    told const all{{{"n", 1000}, {"a", 500}, {"rare", 1}}, "n"};
    EXPECT_EQ(order(R"({"filter":{},"sort":"n","limit":10})", all), ordering::walk);
    EXPECT_EQ(order(R"({"filter":{"a":1},"sort":"-n","limit":10})", all), ordering::walk);
    EXPECT_EQ(order(R"({"filter":{"rare":1},"sort":"n","limit":10})", all), ordering::sort);
    EXPECT_EQ(order(R"({"filter":{},"sort":"a","limit":10})", all), ordering::sort);
    EXPECT_EQ(order(R"({"filter":{},"sort":["n","a"],"limit":10})", all), ordering::sort);
    EXPECT_EQ(order(R"({"filter":{},"limit":10})", all), ordering::created);
}

TEST(Plan, WalksAnIndexFromTheBoundsThatAFilterHasForIt) {
    told const few{{{"n", 20}, {"a", 1}}, "n"};
    EXPECT_EQ(order(R"({"filter":{"n":{"gt":5}},"sort":"n","limit":10})", few), ordering::walk);
    EXPECT_EQ(order(R"({"filter":{"n":{"lte":5}},"sort":"-n","limit":10})", few), ordering::walk);
    EXPECT_EQ(order(R"({"filter":{"n":{"gte":1,"lt":5}},"sort":"n"})", few), ordering::walk);
    EXPECT_EQ(order(R"({"filter":{"n":{"gte":1},"a":1},"sort":"n","limit":10})", few), ordering::walk);
    // What is no bound of the walked field does not shorten the way.
    EXPECT_EQ(order(R"({"filter":{"a":1},"sort":"n","limit":10})", few), ordering::sort);
    EXPECT_EQ(order(R"({"filter":{"a":{"gt":1}},"sort":"n","limit":10})", few), ordering::sort);
    EXPECT_EQ(order(R"({"filter":{"$or":[{"n":{"gt":1}},{"a":1}],"a":1},"sort":"n","limit":10})", few), ordering::sort);
}

} // namespace
