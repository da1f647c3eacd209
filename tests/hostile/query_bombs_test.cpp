#include "support/bomb.hpp"

#include <memory>
#include <string>
#include <vector>

/// T47: each query ends within the budget, with the right answer or an error that says what was expected.
namespace {

using namespace mkdb::test;

constexpr std::size_t plain_records = 300;
constexpr std::size_t elements = 200000;

/// Texts that look like what a pattern wants, deep objects, long arrays, and objects of many members.
[[nodiscard]] std::string plain_record(std::size_t i) {
    auto const deep = repeated(R"({"a":)", 50, "") + "1" + std::string(50, '}');
    return R"({"n":)" + std::to_string(i) + R"(,"text":")" + std::string(1000, 'a') + " word " + std::to_string(i) +
           R"(!","words":")" + repeated("alpha beta gamma", 100, " ") + R"(","deep":)" + deep + R"(,"list":[)" +
           listed(200, [&](std::size_t k) { return std::to_string(k * i); }) + R"(],"empty":{},"id2":"r)" +
           std::to_string(i) + R"("})";
}

class QueryBombs : public testing::Test {
protected:
    QueryBombs() {
        store_ = database_.create("s", {.query_recursion_limit = 12,
                                        .nested_queries = true,
                                        .schema = {{"n", "numeric"}, {"id2", "exact"}, {"words", "full-text"}}});
        for (std::size_t i = 0; i < plain_records; ++i) {
            write("r" + std::to_string(i), plain_record(i));
        }
        write("long", R"({"text":")" + std::string(mkdb::mebibyte, 'a') + R"(!","words":")" +
                          repeated("stainless steel bolts", 20000, " ") + R"("})");
        write("wide", R"({"list":[)" + listed(elements, [](std::size_t i) { return std::to_string(i); }) +
                          R"(],"object":{)" +
                          listed(20000, [](std::size_t i) { return "\"m" + std::to_string(i) + "\":1"; }) + "}}");
    }

    void write(std::string const& id, std::string const& fields) {
        ASSERT_TRUE(store_->write({.id = id, .delta = object(fields)}));
    }

    void expect(bomb const& each) { expect_defused(*store_, each); }

    memory_database database_;
    std::shared_ptr<memory_database::store> store_;
};

TEST_F(QueryBombs, OfNestedFilters) {
    auto const nested = [](std::string const& open, std::string const& close, std::size_t depth) {
        return repeated(open, depth, "") + R"({"n":1})" + repeated(close, depth, "");
    };
    for (auto const& [open, close] : {std::pair{R"({"$and":[)", "]}"}, {R"({"$or":[)", "]}"}, {R"({"$not":)", "}"}}) {
        expect({"nested to the limit", nested(open, close, 12), ""});
        expect({"nested beyond the limit", nested(open, close, 13), "filters are nested deeper than the limit of 12$"});
        expect({"nested far beyond the limit", nested(open, close, 30), "deeper than the limit of 12$"});
    }
    std::string doubled = R"({"n":1})";
    for (int depth = 0; depth < 12; ++depth) {
        doubled = std::string(depth % 2 == 0 ? R"({"$or":[)" : R"({"$and":[)") + doubled + "," + doubled + "]}";
    }
    expect({"each level twice the one below", doubled, R"(more than 4096 conditions: for one of several values)"});
    expect({"a filter in a filter in a filter", repeated(R"({"filter":)", 60, "") + "{}" + std::string(60, '}'), ""});
}

TEST_F(QueryBombs, OfMillionsOfConditions) {
    auto const in_or = [](std::string const& part, std::size_t times) {
        return R"({"$or":[)" + repeated(part, times) + "]}";
    };
    expect({"empty filters", in_or("{}", 3000000),
            R"(^Query syntax error: \$or\[4095\]: an empty filter: more than 4096)"});
    expect({"equalities", in_or(R"({"q":1})", 1000000), R"(\$or\[4095\]: field 'q': operator 'eq': more than 4096)"});
    expect({"empty lists of filters", in_or(R"({"$and":[]})", 800000), R"(\$or\[4095\]: \$and: more than 4096)"});
    expect({"keywords", in_or(R"({"text":["x"]})", 500000),
            R"(\$or\[256\]: field 'text': operator 'contains': more than 256 of contains)"});
    expect({"expressions", in_or(R"({"text":{"regex":"(a+)+$"}})", 100000), "more than 16 of phrase, fuzzy and regex"});
    expect({"fields", "{" + listed(500000, [](std::size_t i) { return "\"f" + std::to_string(i) + "\":1"; }) + "}",
            "operator 'eq': more than 4096 conditions"});
    expect({"as many as there may be", in_or(R"({"n":{"exists":true}})", 4095), ""});
    expect({"as many keywords as there may be", in_or(R"({"text":["x"]})", 256), ""});
}

TEST_F(QueryBombs, OfHugeLists) {
    auto const numbers = listed(1000000, [](std::size_t i) { return std::to_string((i * 7919) % 1000003); });
    auto const texts = listed(1000000, [](std::size_t i) { return "\"r" + std::to_string(i) + "\""; });
    for (auto const* op : {"in", "nin", "any", "all"}) {
        expect({op, R"({"list":{")" + std::string(op) + R"(":[)" + numbers + "]}}", ""});
        expect({op, R"({"id2":{")" + std::string(op) + R"(":[)" + texts + "]}}", ""});
    }
    expect({"ids", R"({"filter":{"id":[)" + texts + R"(]},"limit":0})", ""});
    expect({"no ids", R"({"id":{"nin":[)" + texts + "]}}", ""});
    expect({"objects", R"({"object":{"in":[)" + repeated(R"({"b":1,"a":[1,{"c":2}]})", 200000) + "]}}", ""});
    expect({"numbers for keywords", R"({"text":[)" + numbers + "]}", "field 'text': keyword 1: expected a text"});
}

TEST_F(QueryBombs, OfHugeOperands) {
    auto const members = listed(90000, [](std::size_t i) { return "\"m" + std::to_string(i) + "\":1"; });
    expect({"an object against small ones", R"({"empty":{"eq":{)" + members + "}}}", ""});
    expect({"an object against a large one", R"({"object":{"eq":{)" + members + "}}}", ""});
    expect({"objects in a list", R"({"empty":{"in":[{"x":1},{)" + members + "},{}]}}", ""});
    expect({"a prefix", R"({"text":{"prefix":")" + std::string(8 * mkdb::mebibyte, 'a') + R"("}})", ""});
    expect({"an expression", R"({"text":{"regex":")" + std::string(8 * mkdb::mebibyte, 'a') + R"("}})",
            "field 'text': operator 'regex': not a regular expression: longer than 1000 bytes$"});
}

TEST_F(QueryBombs, OfHugeTexts) {
    auto const words = listed(1000000, [](std::size_t i) { return "w" + std::to_string(i); });
    auto const short_words = repeated("a b c d e f g h", 400000, " ");
    for (auto const* op : {"contains", "phrase", "fuzzy"}) {
        auto const where = "^Query syntax error: field 'words': operator '" + std::string(op) + "': expected at most ";
        expect({op, R"({"words":{")" + std::string(op) + R"(":")" + words + R"("}})", where + "10000 words, found "});
        expect({op, R"({"words":{")" + std::string(op) + R"(":")" + short_words + R"("}})",
                where + "10000 words, found "});
    }
    expect({"keywords",
            R"({"words":[)" + listed(700000, [](std::size_t i) { return "\"k" + std::to_string(i) + "\""; }) + "]}",
            "field 'words': keywords: expected at most 10000 words, found 700000$"});
    expect(
        {"as many words as there may be",
         R"({"text":{"contains":")" + listed(10000, [](std::size_t i) { return "w" + std::to_string(i); }) + R"("}})",
         ""});
    auto const alike = repeated("steal bolds", 16, " ");
    expect({"words like others",
            R"({"$or":[)" + repeated(R"({"words":{"fuzzy":{"text":")" + alike + R"( nothing","edits":2}}})", 16) + "]}",
            ""});
}

TEST_F(QueryBombs, OfDeepAndLongPaths) {
    expect({"a deep path", R"({"deep)" + repeated(".a", 50, "") + R"(":1})", ""});
    expect({"a path deeper than records", R"({"deep)" + repeated(".a", 1000000, "") + R"(":1})", ""});
    expect({"a path of dots", R"({")" + std::string(4 * mkdb::mebibyte, '.') + R"(":1})", ""});
    expect({"a sort by a long path", R"({"filter":{},"sort":"deep)" + repeated(".a", 1000000, "") + R"("})", ""});
}

TEST_F(QueryBombs, OfListsAroundTheFilter) {
    auto const names = listed(1000000, [](std::size_t i) { return "\"s" + std::to_string(i) + "\""; });
    expect({"sort", R"({"filter":{},"sort":[)" + names + "]}", "'sort': expected at most 32 names, found 1000000$"});
    expect({"fields", R"({"filter":{},"fields":[)" + names + "]}",
            "'fields': expected at most 256 names, found 1000000$"});
    expect({"metrics",
            R"({"filter":{},"aggregate":{"metrics":{)" +
                listed(300000, [](std::size_t i) { return "\"m" + std::to_string(i) + R"(":{"sum":"n"})"; }) + "}}}",
            "'aggregate': 'metrics': expected 1 to 32 of them, found 300000$"});
    expect({"everything", R"({"filter":{},"limit":0,"hydrate":true,"sort":["-text","list","object","deep"]})", ""});
    expect({"a page without end", R"({"filter":{},"limit":18446744073709551615,"offset":18446744073709551615})", ""});
    expect({"a cursor of nothing", R"({"filter":{},"cursor":")" + std::string(8 * mkdb::mebibyte, '[') + R"("})",
            "'cursor': expected what an answer gave as next_cursor$"});
}

} // namespace
