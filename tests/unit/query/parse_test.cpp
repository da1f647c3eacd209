#include "unit/query/query_support.hpp"

#include <mkdb/query/parse.hpp>

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <variant>
#include <vector>

namespace {

using mkdb::query::all_of;
using mkdb::query::condition;
using mkdb::query::operation;
using mkdb::query::sort_key;
using mkdb_test::request;

condition const& only_condition(mkdb::query::request const& parsed) {
    return std::get<condition>(parsed.where.node);
}

TEST(ParseRequest, HasDefaultsForAllThatIsNotSaid) {
    auto const parsed = request(R"({"filter":{}})").value();
    EXPECT_TRUE(std::get<all_of>(parsed.where.node).parts.empty());
    EXPECT_TRUE(parsed.sort.empty());
    EXPECT_EQ(parsed.limit, 300U);
    EXPECT_EQ(parsed.offset, 0U);
    EXPECT_FALSE(parsed.hydrate);
    EXPECT_EQ(request("{}", {.default_limit = 7}).value().limit, 7U);
}

TEST(ParseRequest, UnderstandsEveryFormThatClientsSend) {
    for (auto const* const form : {
             R"({"filter":{"f":1},"sort":"-g","limit":5,"offset":2,"hydrate":true})",
             R"({"filter":{"filter":{"f":1},"sort":"-g","limit":5,"offset":2},"hydrate":true})",
             R"({"filter":{"f":1,"sort":"-g","limit":5,"offset":2},"hydrate":true})",
             R"({"f":1,"sort":"-g","limit":5.0,"offset":2,"hydrate":true})",
             R"({"filter":{"filter":{"f":1},"sort":"x","limit":9},"sort":["-g"],"limit":5,"offset":2,"hydrate":true})",
             R"({"filter":{"filter":{"f":1,"limit":8},"sort":"-g","limit":5},"sort":null,"offset":2,"hydrate":true})",
         }) {
        auto const parsed = request(form);
        ASSERT_TRUE(parsed) << form << parsed.error().message;
        EXPECT_EQ(only_condition(*parsed).field, "f") << form;
        EXPECT_EQ(parsed->sort, (std::vector<sort_key>{{"g", true}})) << form;
        EXPECT_EQ(parsed->limit, 5U) << form;
        EXPECT_EQ(parsed->offset, 2U) << form;
        EXPECT_TRUE(parsed->hydrate) << form;
    }
}

TEST(ParseRequest, KnowsASearchFromAFieldOfThatName) {
    auto const parsed = request(R"({"search":{"text":"Bolts of steel","fields":["a^2.5","b^c^1"]}})").value();
    ASSERT_TRUE(parsed.search);
    EXPECT_EQ(parsed.search->texts.at(0).terms, (std::vector<std::string>{"bolt", "steel"}));
    EXPECT_EQ(parsed.search->fields.at(0).name, "a");
    EXPECT_EQ(parsed.search->fields.at(0).weight, 2.5);
    EXPECT_EQ(parsed.search->fields.at(1).name, "b^c");
    EXPECT_TRUE(parsed.search->is_any_term_alone());
    EXPECT_FALSE(
        request(R"({"filter":{"f":1},"search":{"text":"a","fields":["b"]}})").value().search->is_any_term_alone());
    EXPECT_EQ(only_condition(request(R"({"search":"a"})").value()).field, "search");
    EXPECT_EQ(only_condition(request(R"({"search":{"contains":"a"}})").value()).field, "search");
    EXPECT_EQ(only_condition(request(R"({"filter":{"search":"a"}})").value()).field, "search");
}

TEST(ParseRequest, TakesSortKeysWithAndWithoutASign) {
    auto const sort = [](std::string const& value) { return request(R"({"sort":)" + value + "}").value().sort; };
    EXPECT_EQ(sort(R"("a")"), (std::vector<sort_key>{{"a", false}}));
    EXPECT_EQ(sort(R"("+a.b")"), (std::vector<sort_key>{{"a.b", false}}));
    EXPECT_EQ(sort(R"("-a")"), (std::vector<sort_key>{{"a", true}}));
    EXPECT_EQ(sort(R"("--a")"), (std::vector<sort_key>{{"-a", true}}));
    EXPECT_EQ(sort(R"(["a","-b"])"), (std::vector<sort_key>{{"a", false}, {"b", true}}));
}

TEST(ParseRequest, ReachesFieldsThatShareANameWithTheRequest) {
    EXPECT_EQ(only_condition(request(R"({"filter":{"limit":{"gt":5}}})").value()).field, "limit");
    EXPECT_EQ(only_condition(request(R"({"filter":{"hydrate":true}})").value()).field, "hydrate");
    auto const parsed = request(R"({"filter":{"$and":[{"filter":"x"},{"sort":"y"},{"limit":3}]}})").value();
    EXPECT_EQ(std::get<all_of>(parsed.where.node).parts.size(), 3U);
    EXPECT_EQ(parsed.limit, 300U);
}

TEST(ParseFilter, KnowsBothSpellingsOfEveryOperator) {
    for (auto const& [name, op] : mkdb::query::operator_names) {
        auto const takes_list =
            op == operation::in || op == operation::nin || op == operation::any || op == operation::all;
        std::string const operand = takes_list ? "[1]" : op == operation::exists ? "true" : R"("x")";
        auto const parsed = request(R"({"f":{")" + std::string(name) + R"(":)" + operand + "}}");
        ASSERT_TRUE(parsed) << name;
        EXPECT_EQ(only_condition(*parsed).op, op) << name;
    }
}

TEST(ParseFilter, AnalyzesTextOnceInOrderAndWithoutRepetition) {
    using terms = std::vector<std::string>;
    EXPECT_EQ(only_condition(request(R"({"f":["steel Bolts","the bolt","a nut"]})").value()).terms,
              (terms{"bolt", "nut", "steel"}));
    EXPECT_EQ(only_condition(request(R"({"f":{"contains":"zinc and Bolts"}})").value()).terms, (terms{"bolt", "zinc"}));
    EXPECT_EQ(only_condition(request(R"({"f":{"fuzzy":"zinc and Bolts"}})").value()).terms, (terms{"bolt", "zinc"}));
    EXPECT_EQ(only_condition(request(R"({"f":["the"]})").value()).terms, terms{});
}

TEST(ParseFilter, PutsListsInOrder) {
    auto const parsed = request(R"({"f":{"in":["b",2,1.0,null,"a",1,2]}})").value();
    EXPECT_EQ(only_condition(parsed).operand, (boost::json::array{nullptr, 1.0, 2, "a", "b"}));
}

TEST(ParseFilter, NestsAsDeepAsTheLimit) {
    auto const nested = [](int depth) {
        std::string text = R"({"f":1})";
        for (int i = 0; i < depth; ++i) {
            text = (i % 2 == 0 ? R"({"$and":[)" : R"({"$or":[)") + text + "]}";
        }
        return text;
    };
    EXPECT_TRUE(request(nested(12)));
    EXPECT_FALSE(request(nested(13)));
    EXPECT_TRUE(request(nested(1), {.recursion_limit = 1}));
    EXPECT_FALSE(request(nested(1), {.recursion_limit = 0}));
}

TEST(ParseRequest, SurvivesMutations) {
    auto const seed = std::random_device()();
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937 random(seed);
    std::string const original = R"({"filter":{"filter":{"a":{"gt":1,"<=":2.5},)"
                                 R"("$or":[{"id":["x"]},{"b":["k"],"$and":[{"c":{"in":[1,null]}}]}]},)"
                                 R"("sort":"-a","limit":5},"offset":1,"hydrate":true})";
    std::vector<std::string> const bits{"{",       "}",    "[",    "]",        ",",      ":",       "1",
                                        "-1",      "null", "true", R"("$or")", R"("a")", R"("eq")", R"("filter")",
                                        R"("id")", "\"",   "{}",   "[]",       "1e99"};
    int understood = 0;
    int refused = 0;
    for (int i = 0; i < 60000; ++i) {
        auto text = original;
        for (auto edits = random() % 3 + 1; edits > 0; --edits) {
            text.replace(random() % text.size(), random() % 8, bits[random() % bits.size()]);
        }
        auto const body = mkdb::document::parse_object(text);
        if (!body) {
            continue;
        }
        auto const parsed = mkdb::query::parse_request(*body, {}, mkdb::text::standard());
        (parsed ? understood : refused) += 1;
        if (parsed) {
            (void)mkdb::query::matches(parsed->where, "x", *body, true, mkdb::text::standard());
        } else {
            ASSERT_EQ(parsed.error().code, mkdb::errc::query_syntax);
            ASSERT_TRUE(parsed.error().message.starts_with("Query syntax error: ")) << text;
        }
    }
    EXPECT_GT(understood, 0);
    EXPECT_GT(refused, 0);
}

} // namespace
