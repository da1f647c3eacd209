#include "unit/query/query_support.hpp"

#include <mkdb/engine/list_rows.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace {

using mkdb::engine::directory;
using mkdb::engine::hit_list;
using mkdb::engine::row_id;
using mkdb::index::row_set;

/// Says that the time is over when it is asked for the n-th time.
class ending_watch {
public:
    explicit ending_watch(int n) : left_(n) {}

    [[nodiscard]] mkdb::result<> check_time() const {
        return --left_ > 0 ? mkdb::result<>() : mkdb::fail(mkdb::errc::query_timeout, "over");
    }

private:
    mutable int left_;
};

/// An index in which all rows have the same number.
struct equal_numbers {
    row_set rows;

    [[nodiscard]] row_set const* settled(std::string_view /*field*/) const { return &rows; }

    template <class Visit>
    void walk(std::string_view /*field*/, bool /*descending*/, std::optional<boost::json::value> const& /*from*/,
              Visit&& visit) const {
        for (auto const row : rows) {
            ++visited;
            if (!visit(row, [] { return boost::json::value(1); })) {
                return;
            }
        }
    }

    mutable std::uint64_t visited = 0;
};

/// An index in which the n-th row has the number n.
struct own_numbers {
    row_set rows;

    [[nodiscard]] row_set const* settled(std::string_view /*field*/) const { return &rows; }

    template <class Visit>
    void walk(std::string_view /*field*/, bool descending, std::optional<boost::json::value> const& from,
              Visit&& visit) const {
        auto const last = rows.maximum();
        auto row = descending ? last : 0;
        if (from) {
            row = static_cast<row_id>(from->as_int64());
        }
        for (bool more = true; more && row <= last; row += descending ? -1 : 1) {
            ++visited;
            more = visit(row, [&] { return boost::json::value(row); });
        }
    }

    mutable std::uint64_t visited = 0;
};

class ListRows : public testing::Test {
protected:
    static constexpr std::uint32_t count = 20000;

    void SetUp() override {
        for (std::uint32_t i = 0; i < count; ++i) {
            rows.add(versions.insert("r" + std::to_string(i), {i + 1, i + 1, {1, i, 8}}));
        }
        asked.limit = 0;
    }

    directory versions{7};
    row_set rows;
    mkdb::query::request asked;
};

TEST_F(ListRows, EndsWithinSomeThousandRowsWhenTheTimeIsOver) {
    for (int const n : {1, 3}) {
        hit_list hits(asked);
        auto const listed = list_created(rows, versions, 0, asked, ending_watch(n), hits);
        ASSERT_FALSE(listed);
        EXPECT_EQ(listed.error().code, mkdb::errc::query_timeout);
    }
    hit_list hits(asked);
    EXPECT_TRUE(list_created(rows, versions, 0, asked, ending_watch(1000), hits));
    EXPECT_EQ(hits.page().size(), count);
}

TEST_F(ListRows, EndsAWalkOverEqualValuesWhenTheTimeIsOver) {
    asked.sort = {{"n", false}};
    asked.limit = 1;
    equal_numbers const index{rows};
    hit_list hits(asked);
    auto const walked = list_walked(rows, index, versions, 0, asked, ending_watch(2), hits);
    ASSERT_FALSE(walked);
    EXPECT_EQ(walked.error().code, mkdb::errc::query_timeout);
    EXPECT_LT(index.visited, count / 2);
    hit_list all(asked);
    EXPECT_TRUE(list_walked(rows, index, versions, 0, asked, ending_watch(1000), all));
    ASSERT_EQ(all.page().size(), 1U);
    EXPECT_EQ(all.page().front().at.id, "r0");
}

TEST_F(ListRows, WalksNoFurtherThanTheFilterGoes) {
    row_set matching;
    matching.addRange(5000, 5100);
    asked.where = mkdb_test::request(R"({"filter":{"n":{"gte":5000,"lt":5100}}})").value().where;
    for (bool const descending : {false, true}) {
        asked.sort = {{"n", descending}};
        own_numbers const index{rows};
        hit_list hits(asked);
        EXPECT_TRUE(list_walked(matching, index, versions, 0, asked, ending_watch(1000), hits));
        ASSERT_EQ(hits.page().size(), 100U);
        EXPECT_EQ(hits.page().front().at.id, descending ? "r5099" : "r5000");
        EXPECT_LE(index.visited, 101U); // A walk down begins with the bound, which does not match.
    }
}

TEST_F(ListRows, DoesNotWalkWhereNoRowHasAPlace) {
    asked.sort = {{"n", false}};
    own_numbers index{rows};
    row_set strange;
    strange.add(count + 1);
    hit_list hits(asked);
    auto const left = list_walked(strange, index, versions, 0, asked, ending_watch(1000), hits);
    ASSERT_TRUE(left);
    EXPECT_EQ(*left, strange);
    EXPECT_EQ(index.visited, 0U);
}

} // namespace
