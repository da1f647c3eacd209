#include "support/lent_scratch.hpp"
#include "unit/query/query_support.hpp"
#include "unit/query/random_documents.hpp"

#include <mkdb/document/write.hpp>
#include <mkdb/index/exact.hpp>
#include <mkdb/index/full_text.hpp>
#include <mkdb/index/index_set.hpp>
#include <mkdb/index/numeric.hpp>
#include <mkdb/query/select.hpp>
#include <mkdb/text/field_tokenizers.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace {

using mkdb::index::row_set;
using set = mkdb::index::index_set<mkdb::index::exact, mkdb::index::numeric, mkdb::index::full_text>;
using indexes_type = set::instance<mkdb::text::standard>;

/// A partition without a log: records by row, and one set of indexes for every way to configure them.
class AnswerProperty : public testing::TestWithParam<bool> {
protected:
    void SetUp() override {
        std::vector<std::map<std::string, std::string>> schemas{{}};
        std::vector<std::string> const fields{"a", "b", "c", "d", "d.x", "d.x.y", "e.f"};
        for (auto const& kind : set::kinds()) {
            schemas.emplace_back();
            for (auto const& field : fields) {
                schemas.back()[field] = kind;
            }
        }
        schemas.push_back({{"a", "exact"}, {"b", "numeric"}, {"c", "full-text"}, {"d.x", "exact"}});
        schemas.push_back({{"b", "exact"}, {"a", "full-text"}});
        all.resize(schemas.size());
        for (std::size_t i = 0; i < schemas.size(); ++i) {
            // Every other one has next to no RAM.
            auto const memory = i % 2 == 0 ? mkdb::testing::limited_memory(1000, disk) : nullptr;
            ASSERT_TRUE(all[i].configure(schemas[i], GetParam(), tokenizers, seed, memory));
        }
    }

    void write_or_erase(std::uint32_t row) {
        auto& record = records[row];
        if (record) {
            for (auto& indexes : all) {
                indexes.erase(row, *record);
            }
        }
        record = random.below(3) == 0 ? std::nullopt : std::optional(random.record());
        if (record) {
            for (auto& indexes : all) {
                indexes.insert(row, *record);
            }
        }
    }

    [[nodiscard]] bool matches(mkdb::query::filter const& wanted, std::uint32_t row) const {
        return mkdb::query::matches(wanted, "id" + std::to_string(row), *records.at(row), GetParam(), words);
    }

    /// What a store does: select, then check what is not exact.
    [[nodiscard]] row_set answer(mkdb::query::request const& wanted, indexes_type const& indexes,
                                 row_set const& live) const {
        auto const resolve = [&](std::string_view id) -> std::optional<std::uint32_t> {
            for (auto const& [row, record] : records) {
                if (record && id == "id" + std::to_string(row)) {
                    return row;
                }
            }
            return std::nullopt;
        };
        auto const plan = mkdb_test::plan_of(wanted, indexes, live.cardinality());
        auto selected = mkdb::query::select(plan.where, indexes, resolve, live);
        if (selected.exact) {
            return std::move(selected.rows);
        }
        row_set checked;
        for (auto const row : selected.rows) {
            if (matches(wanted.where, row)) {
                checked.add(row);
            }
        }
        return checked;
    }

    void compare(boost::json::object const& filter) const {
        auto const parsed =
            mkdb::query::parse_request({{"filter", filter}}, {.recursion_limit = 12, .languages = &languages}, words);
        ASSERT_TRUE(parsed) << parsed.error().message;
        row_set live;
        row_set expected;
        for (auto const& [row, record] : records) {
            if (record) {
                live.add(row);
                if (matches(parsed->where, row)) {
                    expected.add(row);
                }
            }
        }
        for (std::size_t i = 0; i < all.size(); ++i) {
            ASSERT_EQ(answer(*parsed, all[i], live).toString(), expected.toString())
                << "schema " << i << " filter " << mkdb::document::to_json(filter);
        }
    }

    std::uint32_t const seed = std::random_device()();
    mkdb_test::random_documents random{seed};
    mkdb::text::standard words;
    mkdb::text::field_languages const languages{
        {"a", "german"}, {"c", "french"}, {"d.x", "german"}, {"e.f", "english"}};
    mkdb::text::field_tokenizers<mkdb::text::standard> const tokenizers{words, &languages};
    mkdb::testing::lent_scratch::figures disk; ///< Outlives the indexes.
    std::vector<indexes_type> all;
    std::map<std::uint32_t, std::optional<boost::json::object>> records;
};

TEST_P(AnswerProperty, AnIndexNeverChangesAnAnswer) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    for (int step = 0; step < 6000; ++step) {
        write_or_erase(random.below(60));
        if (step % 3 == 0) {
            ASSERT_NO_FATAL_FAILURE(compare(random.filter()));
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Paths, AnswerProperty, testing::Bool(),
                         [](auto const& tried) { return tried.param ? "Nested" : "Flat"; });

} // namespace
