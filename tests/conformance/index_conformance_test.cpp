#include "unit/query/random_documents.hpp"

#include <mkdb/document/write.hpp>
#include <mkdb/index/concept.hpp>
#include <mkdb/index/exact.hpp>
#include <mkdb/index/full_text.hpp>
#include <mkdb/index/numeric.hpp>
#include <mkdb/query/detail/parse_condition.hpp>
#include <mkdb/query/match.hpp>
#include <mkdb/text/standard.hpp>

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace {

using mkdb::index::condition;
using mkdb::index::operation;
using mkdb::index::row_set;
using tokenizer = mkdb::text::standard;

template <class Model> class IndexConformance : public testing::Test {
public:
    static_assert(mkdb::index::secondary_index<Model, tokenizer>);
    using instance = typename Model::template instance<tokenizer>;

    /// Every condition that an index may be asked about, over a random operand.
    [[nodiscard]] condition random_condition() {
        for (;;) {
            auto const& [name, op] = mkdb::query::operator_names[random.below(mkdb::query::operator_names.size())];
            auto operand = op == operation::in         ? boost::json::value(random.values())
                           : op == operation::exists   ? boost::json::value(true)
                           : op == operation::neq      ? boost::json::value()
                           : op == operation::contains ? boost::json::value(text())
                                                       : random.value();
            auto made = mkdb::query::detail::parse_operator("f", name, operand, words);
            auto const with_null =
                operand.is_null() || (operand.is_array() && op == operation::in && !operand.get_array().empty() &&
                                      made && made->operand.get_array().front().is_null());
            if (made && op != operation::nin && (op == operation::neq || !with_null)) {
                return std::move(*made);
            }
        }
    }

    void expect_same_as_a_scan(condition const& asked) const {
        auto const answered = index.lookup(asked);
        if (!answered) {
            return;
        }
        row_set expected;
        for (auto const& [row, value] : values) {
            if (mkdb::query::holds(asked, &value, words)) {
                expected.add(row);
            }
        }
        ASSERT_EQ(answered->toString(), expected.toString())
            << to_string(asked.op) << " " << mkdb::document::to_json(asked.operand);
    }

    void insert_random(std::uint32_t row) {
        auto value = random.value();
        index.insert(row, value);
        values.insert_or_assign(row, std::move(value));
    }
    void erase(std::uint32_t row) {
        index.erase(row, values.at(row));
        values.erase(row);
    }

    std::uint32_t const seed = std::random_device()();
    mkdb_test::random_documents random{seed};
    tokenizer words;
    instance index{words, 0x5EED};
    std::map<std::uint32_t, boost::json::value> values;

private:
    [[nodiscard]] std::string text() {
        return random.pick(std::vector<std::string>{"bolt", "steel bolts", "the", "", "nuts", "missing", "1", "é a"});
    }
};

using models = testing::Types<mkdb::index::exact, mkdb::index::numeric, mkdb::index::full_text>;
TYPED_TEST_SUITE(IndexConformance, models);

TYPED_TEST(IndexConformance, EveryAnswerIsThatOfAScan) {
    SCOPED_TRACE(testing::Message() << "seed " << this->seed);
    for (int step = 0; step < 20000; ++step) {
        auto const row = this->random.below(800);
        if (this->values.contains(row)) {
            this->erase(row);
        } else {
            this->insert_random(row);
        }
        if (step % 4 == 0) {
            ASSERT_NO_FATAL_FAILURE(this->expect_same_as_a_scan(this->random_condition()));
        }
    }
}

TYPED_TEST(IndexConformance, AnswersWhetherThereIsSomething) {
    this->insert_random(1);
    EXPECT_TRUE(this->index.lookup({"f", operation::exists, true, {}}));
    EXPECT_TRUE(this->index.lookup({"f", operation::neq, nullptr, {}}));
}

TYPED_TEST(IndexConformance, ErasingUndoesInserting) {
    SCOPED_TRACE(testing::Message() << "seed " << this->seed);
    for (std::uint32_t row = 0; row < 3000; ++row) {
        this->insert_random(row);
    }
    EXPECT_GT(this->index.statistics().bytes, 0U);
    for (std::uint32_t row = 0; row < 3000; ++row) {
        this->erase((row * 7919) % 3000);
    }
    EXPECT_EQ(this->index.statistics().entries, 0U);
    EXPECT_EQ(this->index.statistics().keys, 0U);
    for (int i = 0; i < 300; ++i) {
        ASSERT_NO_FATAL_FAILURE(this->expect_same_as_a_scan(this->random_condition()));
    }
}

TYPED_TEST(IndexConformance, ManyRowsUnderOneValueComeAndGo) {
    for (boost::json::value const& value : {boost::json::value("bolt"), boost::json::value(7)}) {
        auto const op = value.is_string() && std::is_same_v<TypeParam, mkdb::index::full_text> ? operation::contains
                                                                                               : operation::eq;
        condition const asked{"f", op, value, {"bolt"}};
        for (std::uint32_t row = 0; row < 2000; ++row) {
            this->index.insert(row * 100, value);
            this->values.insert_or_assign(row * 100, value);
        }
        ASSERT_NO_FATAL_FAILURE(this->expect_same_as_a_scan(asked));
        for (std::uint32_t row = 0; row < 2000; row += (row % 3 == 0 ? 1U : 2U)) {
            this->erase(row * 100);
        }
        ASSERT_NO_FATAL_FAILURE(this->expect_same_as_a_scan(asked));
        while (!this->values.empty()) {
            this->erase(this->values.begin()->first);
        }
        ASSERT_NO_FATAL_FAILURE(this->expect_same_as_a_scan(asked));
    }
}

} // namespace
