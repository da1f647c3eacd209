#include "unit/query/query_support.hpp"

#include <mkdb/query/order.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace {

using mkdb::query::sort_key;

/// Ids in sorted order, ties by id as every sorted answer has them.
std::string sorted(std::vector<std::pair<std::string, std::string>> records, std::vector<sort_key> const& sort) {
    auto const values = [&](auto const& record) {
        return mkdb::query::sort_values_of(record.first, mkdb_test::object(record.second), sort, true);
    };
    std::ranges::sort(records, [&](auto const& a, auto const& b) {
        auto const order = mkdb::query::compare(values(a), values(b), sort);
        return order != 0 ? order < 0 : a.first < b.first;
    });
    std::string ids;
    for (auto const& [id, record] : records) {
        ids += id;
    }
    return ids;
}

std::vector<std::pair<std::string, std::string>> const mixed{
    {"a", R"({"f":[1]})"},  {"b", R"({"f":"x"})"},   {"c", R"({})"},       {"d", R"({"f":2})"},
    {"e", R"({"f":null})"}, {"g", R"({"f":false})"}, {"h", R"({"f":{}})"}, {"i", R"({"f":1.5})"},
    {"j", R"({"f":true})"}, {"k", R"({})"}};

TEST(Order, GoesAcrossTypesWithMissingValuesLast) {
    EXPECT_EQ(sorted(mixed, {{"f", false}}), "egjidbahck");
}

TEST(Order, KeepsMissingValuesLastWhenDescending) {
    EXPECT_EQ(sorted(mixed, {{"f", true}}), "habdijgeck");
}

TEST(Order, BreaksTiesByIdInBothDirections) {
    std::vector<std::pair<std::string, std::string>> const ties{
        {"c", R"({"f":1})"}, {"a", R"({"f":1.0})"}, {"b", R"({"f":1})"}, {"d", R"({"f":0})"}};
    EXPECT_EQ(sorted(ties, {{"f", false}}), "dabc");
    EXPECT_EQ(sorted(ties, {{"f", true}}), "abcd");
}

TEST(Order, GoesOnToTheNextKey) {
    std::vector<std::pair<std::string, std::string>> const records{
        {"a", R"({"f":1,"g":{"h":1}})"}, {"b", R"({"f":1,"g":{"h":2}})"}, {"c", R"({"f":0})"}, {"d", R"({"f":1})"}};
    EXPECT_EQ(sorted(records, {{"f", false}, {"g.h", true}}), "cbad");
}

TEST(Order, SortsByIdUnderBothOfItsNames) {
    EXPECT_EQ(sorted({{"a", R"({"id":9})"}, {"b", "{}"}, {"c", R"({"id":1})"}}, {{"id", true}}), "cba");
    EXPECT_EQ(sorted({{"b", "{}"}, {"a", "{}"}}, {{"_id", false}}), "ab");
}

TEST(Order, IsExactForLargeIntegers) {
    EXPECT_EQ(sorted({{"a", R"({"f":9007199254740993})"},
                      {"b", R"({"f":9007199254740992.0})"},
                      {"c", R"({"f":18446744073709551615})"},
                      {"d", R"({"f":9223372036854775807})"}},
                     {{"f", false}}),
              "badc");
}

} // namespace
