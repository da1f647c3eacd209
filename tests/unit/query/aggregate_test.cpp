#include "unit/query/query_support.hpp"
#include "unit/query/random_documents.hpp"

#include <mkdb/document/write.hpp>
#include <mkdb/query/aggregator.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace {

using mkdb::query::aggregator;

/// What an aggregate says of some records, as JSON.
mkdb::result<std::string> aggregate(std::string_view wanted, std::vector<std::string> const& records,
                                    bool nested = false) {
    auto const asked = mkdb_test::request(R"({"filter":{},"aggregate":)" + std::string(wanted) + "}").value();
    aggregator figures(*asked.aggregate, nested);
    for (std::size_t i = 0; i < records.size(); ++i) {
        MKDB_TRY(figures.add("id" + std::to_string(i), mkdb_test::object(records[i])));
    }
    MKDB_TRY_ASSIGN(auto const made, figures.figures());
    return mkdb::document::to_json(made);
}

/// One metric over values of the field f.
std::string metric(std::string_view wanted, std::vector<std::string> const& values) {
    std::vector<std::string> records;
    for (auto const& value : values) {
        records.push_back(value.empty() ? "{}" : R"({"f":)" + value + "}");
    }
    auto const made = aggregate(R"({"metrics":{"m":)" + std::string(wanted) + "}}", records);
    return made ? made->substr(5, made->size() - 6) : made.error().message;
}

TEST(Aggregate, CountsRecordsAndFieldsThatExist) {
    EXPECT_EQ(metric(R"("count")", {"1", "", "null"}), "3");
    EXPECT_EQ(metric(R"({"count":"f"})", {"1", "", "null", R"("")", "[]", "false", R"("x")", "[null]"}), "4");
    EXPECT_EQ(metric(R"("count")", {}), "0");
}

TEST(Aggregate, SumsIntegersExactlyAndSaysSoByTheType) {
    EXPECT_EQ(metric(R"({"sum":"f"})", {"1", "2", R"("3")", "true", "", "[4,5]", "[[6]]"}), "12");
    EXPECT_EQ(metric(R"({"sum":"f"})", {"9223372036854775807", "9223372036854775807"}), "18446744073709551614");
    EXPECT_EQ(metric(R"({"sum":"f"})", {"18446744073709551615", "1", "-18", "17"}), "18446744073709551615");
    EXPECT_EQ(metric(R"({"sum":"f"})", {"18446744073709551615", "1"}), "18446744073709551616.0");
    EXPECT_EQ(metric(R"({"sum":"f"})", {"9007199254740993", "-1"}), "9007199254740992");
    EXPECT_EQ(metric(R"({"sum":"f"})", {"0.5", "0.25", "-0.75", "1e16", "1", "-1e16"}), "1.0");
    EXPECT_EQ(metric(R"({"sum":"f"})", {}), "0");
    EXPECT_EQ(metric(R"({"sum":"f"})", {"1e308", "1e308"}), "'aggregate': 'm': the sum is larger than a number can be");
}

TEST(Aggregate, KnowsNoMeanOfNothing) {
    EXPECT_EQ(metric(R"({"avg":"f"})", {"1", "2", "", R"("x")"}), "1.5");
    EXPECT_EQ(metric(R"({"avg":"f"})", {R"("x")", ""}), "null");
    EXPECT_EQ(metric(R"({"avg":"f"})", {"18446744073709551615", "18446744073709551615"}), "18446744073709551616.0");
}

TEST(Aggregate, FindsTheFirstAndLastNumberOrString) {
    EXPECT_EQ(metric(R"({"min":"f"})", {"3", "[2.5,7]", "null", "true"}), "2.5");
    EXPECT_EQ(metric(R"({"max":"f"})", {"3", "[2.5,7]", "null", "[[9]]"}), "7");
    EXPECT_EQ(metric(R"({"max":"f"})", {"7.0", "7"}), metric(R"({"max":"f"})", {"7", "7.0"}));
    EXPECT_EQ(metric(R"({"max":"f"})", {"9007199254740992.0", "9007199254740993"}), "9007199254740993");
    EXPECT_EQ(metric(R"({"max":"f"})", {"3", R"("2026-11-29")", R"("2026-01-01")"}), R"("2026-11-29")");
    EXPECT_EQ(metric(R"({"min":"f"})", {"", "{}"}), "null");
}

TEST(Aggregate, CountsDifferentValues) {
    EXPECT_EQ(metric(R"({"distinct":"f"})", {"1", "1.0", "[1,2]", "null", "", R"("1")", "[[1]]", "{}"}), "5");
}

TEST(Aggregate, CountsNumbersInBuckets) {
    EXPECT_EQ(metric(R"({"histogram":"f","interval":10})", {"0", "9.99", "10", "-0.5", "[25,26]", R"("5")"}),
              R"([{"from":-10,"count":1},{"from":0,"count":2},{"from":10,"count":1},{"from":20,"count":2}])");
    EXPECT_EQ(metric(R"({"histogram":"f","interval":0.5})", {"0.75"}), R"([{"from":0.5,"count":1}])");
    EXPECT_EQ(metric(R"({"histogram":"f","interval":1e-300})", {"1e300"}),
              "'aggregate': 'm': a bucket begins beyond what a number can be");
}

TEST(Aggregate, GroupsByElementsWithWhatIsMissingUnderNull) {
    std::vector<std::string> const records{R"({"c":"red","p":1})", R"({"c":["red","blue","red"],"p":2})",
                                           R"({"p":4})",           R"({"c":null,"p":8})",
                                           R"({"c":[],"p":16})",   R"({"c":7,"p":32})"};
    EXPECT_EQ(aggregate(R"({"group_by":"c","metrics":{"n":"count","p":{"sum":"p"}}})", records).value(),
              R"({"groups":[{"key":null,"metrics":{"n":2,"p":12}},{"key":7,"metrics":{"n":1,"p":32}},)"
              R"({"key":"blue","metrics":{"n":1,"p":2}},{"key":"red","metrics":{"n":2,"p":3}}]})");
    EXPECT_EQ(aggregate(R"({"group_by":"a.b","metrics":{"n":"count"}})", {R"({"a":{"b":1}})"}, true).value(),
              R"({"groups":[{"key":1,"metrics":{"n":1}}]})");
    EXPECT_EQ(aggregate(R"({"group_by":"id","metrics":{"n":"count"}})", {"{}"}).value(),
              R"({"groups":[{"key":"id0","metrics":{"n":1}}]})");
    EXPECT_EQ(aggregate(R"({"group_by":"c","metrics":{"n":"count"}})", {}).value(), R"({"groups":[]})");
}

/// Each group of a scalar has as many records as a filter that asks for equality with it finds.
TEST(Aggregate, GroupsAreWhatEqualityFinds) {
    std::uint32_t const seed = std::random_device()();
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    mkdb_test::random_documents random(seed);
    mkdb::text::standard const words;
    std::vector<boost::json::object> records;
    for (int i = 0; i < 400; ++i) {
        records.push_back(random.record());
    }
    auto const asked =
        mkdb_test::request(R"({"filter":{},"aggregate":{"group_by":"a","metrics":{"n":"count"}}})").value();
    aggregator figures(*asked.aggregate, true);
    for (auto const& record : records) {
        ASSERT_TRUE(figures.add("id", record));
    }
    auto const made = figures.figures().value();
    int compared = 0;
    for (auto const& group : made.at("groups").get_array()) {
        auto const& key = group.at("key");
        if (key.is_array() || key.is_object()) {
            continue;
        }
        boost::json::object const equal{{"a", {{"eq", key}}}};
        auto const filter = mkdb::query::parse_request({{"filter", equal}}, {}, words).value().where;
        auto const expected = std::ranges::count_if(
            records, [&](auto const& record) { return mkdb::query::matches(filter, "id", record, true, words); });
        EXPECT_EQ(group.at("metrics").at("n").to_number<std::int64_t>(), expected) << mkdb::document::to_json(key);
        ++compared;
    }
    EXPECT_GT(compared, 5);
}

TEST(Aggregate, IsBounded) {
    auto const asked = mkdb_test::request(R"({"filter":{},"aggregate":{"metrics":{"n":{"distinct":"f"}}}})").value();
    aggregator figures(*asked.aggregate, false);
    mkdb::result<> added;
    std::uint64_t bytes = 0;
    for (int i = 0; added; ++i) {
        auto const text = std::to_string(i) + std::string(1'000'000, 'x');
        added = figures.add("id", {{"f", text}});
        bytes += text.size();
    }
    EXPECT_EQ(added.error().code, mkdb::errc::limit_exceeded);
    EXPECT_LE(bytes, aggregator::memory_limit + 2'000'000);
}

} // namespace
