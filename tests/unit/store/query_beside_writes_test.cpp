// What happens between the selection of records by indexes and the reading of them.
#include "support/memory_database.hpp"

#include <gmock/gmock.h>

#include <memory>
#include <string>

namespace {

using mkdb::test::memory_database;
using mkdb::test::object;

class QueryBesideWrites : public testing::Test {
protected:
    static constexpr int records = 200;

    memory_database data;
    std::shared_ptr<memory_database::store> store =
        data.create("s", {.partitions = 1, .schema = {{"status", "exact"}, {"text", "full-text"}}});

    void SetUp() override {
        for (int i = 0; i < records; ++i) {
            ASSERT_TRUE(store->write({.id = "r" + std::to_string(1000 + i),
                                      .delta = {{"status", 1}, {"x", 1}, {"text", "steel"}, {"other", "steel"}}}));
        }
    }

    /// The answer to a query during whose reading of records the last of them gets another status.
    [[nodiscard]] mkdb::query_page ask_while_one_changes(std::string const& body) {
        auto const asked = store->parse_query(object(body)).value();
        int checks = 0;
        static_cast<void>(store->query(asked, {.cancelled = [&] { return ++checks < 0; }}).value());
        // The last three of them come while records are read.
        int left = checks - 2;
        return store
            ->query(asked, {.cancelled =
                                [&] {
                                    if (--left == 0) {
                                        change_the_last();
                                    }
                                    return false;
                                }})
            .value();
    }

    void change_the_last() {
        EXPECT_TRUE(store->write({.id = "r1199", .delta = {{"status", 2}, {"x", 1000}}}));
    }
};

TEST_F(QueryBesideWrites, AnswersNoVersionThatDoesNotMatch) {
    auto const page = ask_while_one_changes(R"({"filter":{"status":1},"sort":"x","hydrate":true,"limit":0})");
    EXPECT_EQ(page.ids.size(), records - 1U);
    EXPECT_THAT(page.ids, testing::Not(testing::Contains("r1199")));
}

TEST_F(QueryBesideWrites, AddsUpNoVersionThatDoesNotMatch) {
    auto const page =
        ask_while_one_changes(R"({"filter":{"status":1},"aggregate":{"metrics":{"sum":{"sum":"x"}}}})");
    EXPECT_EQ(*page.aggregate, object(R"({"sum":199})"));
}

TEST_F(QueryBesideWrites, FindsNoVersionThatDoesNotMatch) {
    auto const page = ask_while_one_changes(
        R"({"filter":{"status":1},"search":{"text":"steel","fields":["text","other"]},"limit":0})");
    EXPECT_THAT(page.ids, testing::Not(testing::Contains("r1199")));
}

/// Who is asked whether the answer is still wanted may write, so no lock may be held then.
TEST_F(QueryBesideWrites, LetsWhoWaitsForItWriteMeanwhile) {
    for (auto const* body :
         {R"({"filter":{}})", R"({"filter":{"$or":[{"status":1},{"status":3}]},"limit":0})",
          R"({"filter":{"status":1},"sort":"n","limit":1})", R"({"search":{"text":"steel","fields":["text"]}})",
          R"({"filter":{"status":1},"aggregate":{"metrics":{"n":"count"}}})"}) {
        int writes = 0;
        auto const page = store->query(store->parse_query(object(body)).value(), {.cancelled = [&] {
                                           EXPECT_TRUE(store->write({.delta = {{"written", ++writes}}}));
                                           return false;
                                       }});
        EXPECT_TRUE(page) << body;
        EXPECT_GT(writes, 0) << body;
    }
}

} // namespace
