#include "support/cpu_time.hpp"
#include "support/memory_database.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <memory>
#include <numeric>
#include <random>
#include <string>
#include <utility>
#include <vector>

/// T46: no order of what is sorted costs more than three times what a random one does.
namespace {

using namespace mkdb::test;
using numbers = std::vector<std::size_t>;

constexpr std::size_t sorted_count = 100000;
constexpr double allowed = 3;

[[nodiscard]] numbers ascending() {
    numbers made(sorted_count);
    std::iota(made.begin(), made.end(), 0U);
    return made;
}

[[nodiscard]] numbers shuffled() {
    auto made = ascending();
    std::ranges::shuffle(made, std::mt19937(46));
    return made;
}

/// Up and down again: halves that look sorted to whoever looks at ends and middle.
[[nodiscard]] numbers organ_pipe() {
    numbers made(sorted_count);
    for (std::size_t i = 0; i < sorted_count; ++i) {
        made[i] = std::min(i, sorted_count - i);
    }
    return made;
}

/// Makes a quicksort with the median of three split off two numbers at a time.
///
/// Source: D. Musser, "Introspective Sorting and Selection Algorithms", Software: Practice and Experience 27 (1997).
[[nodiscard]] numbers killer() {
    numbers made(sorted_count);
    auto const half = sorted_count / 2;
    for (std::size_t i = 1; i <= half; ++i) {
        made[i - 1] = i % 2 == 1 ? i : half + i - 1;
        made[half + i - 1] = 2 * i;
    }
    return made;
}

[[nodiscard]] std::map<std::string, numbers> traps() {
    auto descending = ascending();
    std::ranges::reverse(descending);
    return {{"ascending", ascending()},
            {"descending", std::move(descending)},
            {"equal", numbers(sorted_count, 1)},
            {"organ pipe", organ_pipe()},
            {"killer", killer()}};
}

/// Records whose `n` are these, in the order in which they are written.
class numbered_store {
public:
    explicit numbered_store(numbers const& values)
        : store_(database_.create(
              "s", {.partitions = 1, .mode = mkdb::durability::buffered, .max_pending = 2 * sorted_count})) {
        for (std::size_t i = 0; i < values.size(); ++i) {
            EXPECT_TRUE(store_->write({.id = std::to_string(i), .delta = {{"n", values[i]}}}));
        }
    }

    void ask(std::string const& text) const {
        EXPECT_EQ(store_->query(store_->parse_query(object(text)).value()).value().total_matches, sorted_count);
    }

private:
    memory_database database_;
    std::shared_ptr<memory_database::store> store_;
};

TEST(SortingTraps, OfRecords) {
    numbered_store const usual(shuffled());
    for (auto const& [name, values] : traps()) {
        numbered_store const hostile(values);
        for (auto const* query : {R"({"filter":{},"sort":"n"})", R"({"filter":{},"sort":"-n","limit":0})",
                                  R"({"filter":{},"sort":["n","-n"],"offset":50000})"}) {
            EXPECT_LE(cost_ratio([&] { hostile.ask(query); }, [&] { usual.ask(query); }, allowed), allowed)
                << name << ": " << query;
        }
    }
}

TEST(SortingTraps, OfListsInAFilter) {
    auto const filter = [](numbers const& values) {
        boost::json::array list(values.begin(), values.end());
        return boost::json::object{{"n", boost::json::object{{"in", std::move(list)}}}};
    };
    auto const parse = [](boost::json::object const& body) {
        EXPECT_TRUE(mkdb::query::parse_request(body, {}, mkdb::text::standard()));
    };
    auto const usual = filter(shuffled());
    for (auto const& [name, values] : traps()) {
        auto const hostile = filter(values);
        EXPECT_LE(cost_ratio([&] { parse(hostile); }, [&] { parse(usual); }, allowed), allowed) << name;
    }
}

} // namespace
