#include "unit/query/query_support.hpp"

#include <mkdb/clock/system.hpp>
#include <mkdb/document/write.hpp>
#include <mkdb/engine/partition_context.hpp>
#include <mkdb/engine/partition_query.hpp>
#include <mkdb/engine/record.hpp>
#include <mkdb/index/index_set.hpp>
#include <mkdb/index/numeric.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace {

using mkdb::engine::row_id;
using mkdb::index::condition;
using numbers = mkdb::index::index_set<mkdb::index::numeric>::instance<mkdb::text::standard>;

/// Knows how often it was asked for a set of rows.
class indexes : public numbers {
public:
    [[nodiscard]] std::optional<mkdb::index::row_set> lookup(condition const& asked) const {
        ++sets;
        return numbers::lookup(asked);
    }
    [[nodiscard]] std::optional<mkdb::index::row_set> lookup_range(condition const& lower,
                                                                   condition const& upper) const {
        ++sets;
        return numbers::lookup_range(lower, upper);
    }

    mutable int sets = 0;
};

/// A partition as a query sees it.
class partition {
public:
    struct partition_state {
        mkdb::engine::directory rows{1};
        ::indexes indexes;
        mkdb::index::row_set unread;
        mkdb::index::row_set ghosts;
    };

    partition_state state;
    std::map<row_id, std::string> texts;

    row_id insert(std::string const& id, boost::json::object const& fields) {
        auto const row = state.rows.insert(id, {++sequence_, sequence_, {}});
        state.indexes.insert(row, fields);
        texts[row] = mkdb::document::to_json(fields);
        return row;
    }

    [[nodiscard]] std::uint64_t size() const { return state.rows.size(); }
    template <class Inspect>
    auto inspect(Inspect&& inspect) const {
        return inspect(state);
    }
    [[nodiscard]] mkdb::result<std::optional<mkdb::engine::scanned_record>> read_for_scan(row_id row) const {
        return std::optional(mkdb::engine::scanned_record{std::string(state.rows.id(row)), state.rows.at(row).created,
                                                          state.rows.at(row).sequence,
                                                          std::make_shared<std::string const>(texts.at(row))});
    }
    [[nodiscard]] mkdb::result<std::optional<mkdb::record>> read_row(row_id row) const {
        return std::optional(mkdb::record{std::string(state.rows.id(row)), texts.at(row), state.rows.at(row).sequence});
    }

private:
    std::uint64_t sequence_ = 0;
};

/// Two partitions of fifty records: n counts up over both.
class PartitionQuery : public testing::Test {
protected:
    void SetUp() override {
        for (int number = 0; number < 100; ++number) {
            if (number % 50 == 0) {
                partitions.push_back(std::make_unique<partition>());
                ASSERT_TRUE(partitions.back()->state.indexes.configure({{"n", "numeric"}}, false, words, 1));
            }
            partitions.back()->insert("r" + std::to_string(number), {{"n", number}});
        }
    }

    [[nodiscard]] std::uint64_t total(char const* body) {
        sets = 0;
        auto const asked = mkdb_test::request(body).value();
        auto const page = mkdb::engine::run_query(partitions, asked, {}, clock, words, false).value();
        for (auto const& each : partitions) {
            sets += std::exchange(each->state.indexes.sets, 0);
        }
        return page.total_matches;
    }

    [[nodiscard]] partition& first() { return *partitions.front(); }

    mkdb::text::standard words;
    mkdb::clock::system clock;
    std::vector<std::unique_ptr<partition>> partitions;
    int sets = 0;
    static constexpr auto range = R"({"filter":{"n":{"gte":40,"lt":60}},"count_only":true})";
    static constexpr auto comparison = R"({"filter":{"n":{"lt":60}},"count_only":true})";
};

TEST_F(PartitionQuery, MakesNoSetWhereTheTotalOfARangeIsAllThatIsWanted) {
    EXPECT_EQ(total(range), 20U);
    EXPECT_EQ(sets, 0);
    EXPECT_EQ(total(comparison), 60U);
    EXPECT_EQ(sets, 0);
    EXPECT_EQ(total(R"({"filter":{"n":{"gte":40,"lt":60}},"limit":3})"), 20U);
    EXPECT_EQ(sets, 2);
}

TEST_F(PartitionQuery, MakesASetWhereAPartitionHasListsOfNumbers) {
    first().insert("list", {{"n", boost::json::array{1, 45, 46}}});
    EXPECT_EQ(total(range), 21U);
    EXPECT_GT(sets, 0);
    EXPECT_EQ(total(comparison), 61U);
    EXPECT_EQ(sets, 1);
}

TEST_F(PartitionQuery, ReadsWhatAnIndexWasBuiltWithout) {
    auto const row = first().insert("late", {{"n", 55}});
    first().state.indexes.erase(row, {{"n", 55}});
    first().state.unread.add(row);
    EXPECT_EQ(total(range), 21U);
    EXPECT_EQ(total(comparison), 61U);
    EXPECT_EQ(sets, 1);
}

TEST_F(PartitionQuery, CountsNoRowThatIsGoneAndStillInAnIndex) {
    first().state.rows.erase(45);
    first().state.ghosts.add(45);
    EXPECT_EQ(total(range), 19U);
    EXPECT_EQ(total(comparison), 59U);
    EXPECT_EQ(sets, 1);
}

TEST_F(PartitionQuery, ExplainsACountAsASet) {
    auto const explained = [&](char const* body) {
        auto const asked = mkdb_test::request(body).value();
        auto const told = mkdb::engine::explain_query(partitions, asked, {}, clock, words, false).value();
        return mkdb::document::to_json(told.where) + std::to_string(told.candidates) + ' ' +
               std::to_string(told.records_read) + ' ' + std::to_string(told.total_matches);
    };
    EXPECT_EQ(explained(range), explained(R"({"filter":{"n":{"gte":40,"lt":60}},"limit":3})"));
    EXPECT_EQ(explained(comparison), explained(R"({"filter":{"n":{"lt":60}},"limit":3})"));
}

} // namespace
