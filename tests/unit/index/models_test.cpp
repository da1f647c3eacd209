#include <mkdb/index/exact.hpp>
#include <mkdb/index/full_text.hpp>
#include <mkdb/index/numeric.hpp>
#include <mkdb/text/standard.hpp>

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using mkdb::index::condition;
using mkdb::index::operation;
using tokenizer = mkdb::text::standard;

boost::json::value json(char const* text) {
    return boost::json::parse(text);
}

/// Rows 0, 1, … hold these values.
template <class Model> class IndexTest : public testing::Test {
protected:
    template <class... Texts> void hold(Texts... texts) {
        std::uint32_t row = 0;
        (index.insert(row++, json(texts)), ...);
    }

    [[nodiscard]] std::string rows(operation op, char const* operand, std::vector<std::string> terms = {}) const {
        auto const found = index.lookup({"f", op, json(operand), std::move(terms)});
        return found ? found->toString() : "unknown";
    }

    tokenizer words;
    typename Model::template instance<tokenizer> index{words, 1};
};

using ExactTest = IndexTest<mkdb::index::exact>;
using NumericTest = IndexTest<mkdb::index::numeric>;
using FullTextTest = IndexTest<mkdb::index::full_text>;

TEST_F(ExactTest, KnowsEqualScalarsOfDifferentTypes) {
    hold("1", "1.0", "true", R"("1")", "9007199254740992", "9007199254740993", "9007199254740992.0", "0", "-0.0");
    EXPECT_EQ(rows(operation::eq, "1"), "{0,1}");
    EXPECT_EQ(rows(operation::eq, "true"), "{2}");
    EXPECT_EQ(rows(operation::eq, R"("1")"), "{3}");
    EXPECT_EQ(rows(operation::eq, "9007199254740992"), "{4,6}");
    EXPECT_EQ(rows(operation::eq, "9007199254740993"), "{5}");
    EXPECT_EQ(rows(operation::eq, "0.0"), "{7,8}");
    EXPECT_EQ(rows(operation::in, R"([1,"1",77])"), "{0,1,3}");
    EXPECT_EQ(rows(operation::in, "[]"), "{}");
}

TEST_F(ExactTest, LooksIntoArraysOnce) {
    hold(R"(["a","b","a"])", R"("a")", R"([["a"]])", "[]");
    EXPECT_EQ(rows(operation::eq, R"("a")"), "{0,1}");
    index.erase(0, json(R"(["a","b","a"])"));
    EXPECT_EQ(rows(operation::eq, R"("a")"), "{1}");
    EXPECT_EQ(rows(operation::eq, R"("b")"), "{}");
}

TEST_F(ExactTest, LeavesWholeArraysObjectsAndComparisonsToAScan) {
    hold("[1]", R"({"a":1})");
    EXPECT_EQ(rows(operation::eq, "[1]"), "unknown");
    EXPECT_EQ(rows(operation::eq, R"({"a":1})"), "unknown");
    EXPECT_EQ(rows(operation::in, "[1,[1]]"), "unknown");
    EXPECT_EQ(rows(operation::gt, "0"), "unknown");
    EXPECT_EQ(rows(operation::contains, R"("a")", {"a"}), "unknown");
}

TEST_F(ExactTest, KeepsLongStringsApart) {
    std::string const long_text(100000, 'x');
    index.insert(0, boost::json::value(long_text + "a"));
    index.insert(1, boost::json::value(long_text + "b"));
    EXPECT_EQ(index.lookup({"f", operation::eq, boost::json::value(long_text + "b"), {}})->toString(), "{1}");
    EXPECT_EQ(index.lookup({"f", operation::eq, boost::json::value(long_text), {}})->toString(), "{}");
}

TEST_F(ExactTest, KnowsWhatIsSomething) {
    hold("null", R"("")", "[]", "0", "false", "{}", "[null]", "[null,1]", R"("a")");
    EXPECT_EQ(rows(operation::exists, "true"), "{3,4,5,6,7,8}");
    EXPECT_EQ(rows(operation::neq, "null"), "{1,2,3,4,5,8}");
}

TEST_F(NumericTest, ComparesExactly) {
    hold("9007199254740992", "9007199254740993", "9007199254740994", "18446744073709551615", "-9223372036854775808",
         "1e300", R"("5")", "[1,50]");
    EXPECT_EQ(rows(operation::gt, "9007199254740992.0"), "{1,2,3,5}");
    EXPECT_EQ(rows(operation::gte, "9007199254740993"), "{1,2,3,5}");
    EXPECT_EQ(rows(operation::lt, "9007199254740993"), "{0,4,7}");
    EXPECT_EQ(rows(operation::lte, "-9223372036854775808.0"), "{4}");
    EXPECT_EQ(rows(operation::gt, "18446744073709551615"), "{5}");
    EXPECT_EQ(rows(operation::eq, "50"), "{7}");
    EXPECT_EQ(rows(operation::in, "[1,9007199254740994.0]"), "{2,7}");
}

TEST_F(NumericTest, LeavesTextToAScan) {
    hold("1", R"("1")");
    EXPECT_EQ(rows(operation::eq, R"("1")"), "unknown");
    EXPECT_EQ(rows(operation::gt, R"("0")"), "unknown");
    EXPECT_EQ(rows(operation::in, R"([1,"1"])"), "unknown");
    EXPECT_EQ(rows(operation::contains, R"("1")", {"1"}), "unknown");
    EXPECT_EQ(rows(operation::exists, "true"), "{0,1}");
}

TEST_F(FullTextTest, FindsAllTermsOfAText) {
    hold(R"("Steel bolts and nuts")", R"("bolt")", R"(["steel","a bolt"])", "5", R"("nuts")");
    EXPECT_EQ(rows(operation::contains, "null", {"bolt"}), "{0,1,2}");
    EXPECT_EQ(rows(operation::contains, "null", {"bolt", "steel"}), "{0,2}");
    EXPECT_EQ(rows(operation::contains, "null", {"bolt", "nut", "steel"}), "{0}");
    EXPECT_EQ(rows(operation::contains, "null", {"bolt", "missing"}), "{}");
    EXPECT_EQ(rows(operation::eq, R"("bolt")"), "unknown");
}

TEST_F(FullTextTest, AConditionWithoutTermsHoldsWhereTheFieldHasText) {
    hold(R"("steel")", R"("")", "5", R"(["the"])", "[]", "[1]", "null");
    EXPECT_EQ(rows(operation::contains, R"("the")"), "{0,1,3}");
    index.erase(3, json(R"(["the"])"));
    EXPECT_EQ(rows(operation::contains, R"("the")"), "{0,1}");
}

TEST_F(FullTextTest, ForgetsTermsThatNobodyHas) {
    hold(R"("alpha beta")", R"("beta beta")");
    EXPECT_EQ(index.statistics().keys, 2U);
    EXPECT_EQ(index.statistics().entries, 3U);
    index.erase(0, json(R"("alpha beta")"));
    EXPECT_EQ(index.statistics().keys, 1U);
    index.erase(1, json(R"("beta beta")"));
    EXPECT_EQ(index.statistics().entries, 0U);
}

} // namespace
