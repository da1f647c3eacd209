#include "support/bomb.hpp"

#include <memory>
#include <string>

/// T47 for `aggregate`: what grows with the records ends at the limit, wherever in a record that is reached.
namespace {

using namespace mkdb::test;

constexpr auto too_much = "^Query exceeded the limit of 64 MiB for groups and distinct values: ask of fewer";

class FigureBombs : public testing::Test {
protected:
    FigureBombs() : store_(database_.create("s")) {}

    void write(std::string const& id, std::string const& fields) {
        ASSERT_TRUE(store_->write({.id = id, .delta = object(fields)}));
    }
    /// Numbers from `first` on, in one record.
    void write_list(std::string const& id, std::size_t first, std::size_t count) {
        write(id,
              R"({"list":[)" + listed(count, [&](std::size_t i) { return std::to_string(first + i) + ".5"; }) + "]}");
    }
    void expect(std::string const& name, std::string const& aggregate, std::string const& ends_with) {
        expect_defused(*store_, {name, R"({"filter":{},"aggregate":)" + aggregate + "}", ends_with});
    }

    memory_database database_;
    std::shared_ptr<memory_database::store> store_;
};

[[nodiscard]] std::string metrics(std::size_t count, std::string const& metric) {
    return R"({"metrics":{)" +
           listed(count, [&](std::size_t i) { return "\"m" + std::to_string(i) + "\":" + metric; }) + "}}";
}

TEST_F(FigureBombs, OfDistinctValues) {
    for (std::size_t i = 0; i < 10; ++i) {
        write_list("r" + std::to_string(i), i * 100000, 100000);
    }
    expect("a million", metrics(1, R"({"distinct":"list"})"), too_much);
    expect("of each of many metrics", metrics(32, R"({"distinct":"list"})"), too_much);
    expect("a million buckets", metrics(1, R"({"histogram":"list","interval":1})"), too_much);
    expect("buckets of next to nothing", metrics(1, R"({"histogram":"list","interval":1e-9})"), too_much);
    expect("buckets of nothing", metrics(1, R"({"histogram":"list","interval":5e-324})"),
           "'aggregate': 'm0': a bucket begins beyond what a number can be");
    expect("figures that keep nothing", metrics(32, R"({"sum":"list"})"), "");
    expect("a million groups", R"({"group_by":"list","metrics":{"n":"count"}})", too_much);
}

TEST_F(FigureBombs, WithinOneRecord) {
    write_list("wide", 0, 600000);
    expect("distinct values", metrics(32, R"({"distinct":"list"})"), too_much);
    expect("buckets", metrics(32, R"({"histogram":"list","interval":1})"), too_much);
    expect("groups", R"({"group_by":"list","metrics":{"n":"count"}})", too_much);
    expect("few values of many metrics", metrics(32, R"({"histogram":"list","interval":1e9})"), "");
}

TEST_F(FigureBombs, OfAnArrayThatIsGroupedByItself) {
    write_list("square", 0, 20000);
    expect("one metric", R"({"group_by":"list","metrics":{"n":{"sum":"list"}}})",
           "^'aggregate': record 'square' is in 20000 groups, with 20000 values for each: expected at most 1000000 in "
           "all$");
    write_list("square", 0, 1000);
    expect("as much as there may be", R"({"group_by":"list","metrics":{"n":{"sum":"list"}}})", "");
}

TEST_F(FigureBombs, OfGroupsOfManyMetrics) {
    write_list("r", 0, 30000);
    std::string const name(1000, 'n');
    expect("with long names",
           R"({"group_by":"list","metrics":{)" +
               listed(32, [&](std::size_t i) { return "\"" + name + std::to_string(i) + R"(":"count")"; }) + "}}",
           too_much);
    expect("of large values", R"({"group_by":"list","metrics":{"n":{"min":"list"}}})", "expected at most 1000000");
}

TEST_F(FigureBombs, OfObjectsAndLongTexts) {
    for (std::size_t i = 0; i < 300; ++i) {
        auto const number = std::to_string(i);
        write("r" + number,
              R"({"text":")" + number + std::string(300000, 't') + R"(","object":{)" +
                  listed(1000, [&](std::size_t k) { return "\"k" + std::to_string(k) + "\":" + number; }) + "}}");
    }
    expect("texts", metrics(1, R"({"distinct":"text"})"), too_much);
    expect("groups of texts", R"({"group_by":"text","metrics":{"n":"count"}})", too_much);
    expect("objects", metrics(2, R"({"distinct":"object"})"), "");
    expect("the longest text", metrics(32, R"({"max":"text"})"), "");
}

} // namespace
