#include "unit/query/random_documents.hpp"

#include <mkdb/core/byte_reader.hpp>
#include <mkdb/core/byte_writer.hpp>
#include <mkdb/document/value_order.hpp>
#include <mkdb/document/write.hpp>
#include <mkdb/index/concept.hpp>
#include <mkdb/index/exact.hpp>
#include <mkdb/index/full_text.hpp>
#include <mkdb/index/numeric.hpp>
#include <mkdb/index/scalar_key.hpp>
#include <mkdb/query/detail/parse_condition.hpp>
#include <mkdb/query/match.hpp>
#include <mkdb/text/field_tokenizers.hpp>
#include <mkdb/text/standard.hpp>

#include <gtest/gtest.h>

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace {

using mkdb::index::condition;
using mkdb::index::operation;
using mkdb::index::row_set;
using tokenizer = mkdb::text::standard;

template <class Model>
class IndexConformance : public testing::Test {
public:
    static_assert(mkdb::index::secondary_index<Model, tokenizer>);
    using instance = typename Model::template instance<tokenizer>;

    /// Every condition that an index may be asked about, over a random operand.
    [[nodiscard]] condition random_condition() {
        for (;;) {
            auto const& [name, op] = mkdb::query::operator_names[random.below(mkdb::query::operator_names.size())];
            auto operand = op == operation::in       ? boost::json::value(random.values())
                           : op == operation::exists ? boost::json::value(true)
                           : op == operation::neq    ? boost::json::value()
                           : is_about_text(op)       ? boost::json::value(text())
                                                     : random.value();
            auto made = mkdb::query::detail::parse_operator("f", name, operand, mkdb::text::field_tokenizers(words));
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
        if constexpr (mkdb::index::estimating_index<instance>) {
            auto const estimated = index.estimate(asked);
            ASSERT_EQ(estimated.has_value(), answered.has_value()) << to_string(asked.op);
            ASSERT_GE(estimated.value_or(0), answered ? answered->cardinality() : 0)
                << to_string(asked.op) << " " << mkdb::document::to_json(asked.operand);
        }
        if constexpr (mkdb::index::counting_index<instance>) {
            auto const counted = index.count(asked);
            ASSERT_TRUE(!counted || (answered && *counted == answered->cardinality()))
                << to_string(asked.op) << " " << mkdb::document::to_json(asked.operand);
        }
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

    /// Two bounds as one question, of an index that knows it.
    void expect_same_range() {
        auto const bound = [&](operation strict, operation open) {
            return condition{"f", random.below(2) == 0 ? strict : open, random.value(), {}};
        };
        auto const lower = bound(operation::gt, operation::gte);
        auto const upper = bound(operation::lt, operation::lte);
        auto const both = index.lookup_range(lower, upper);
        auto const estimated = index.estimate_range(lower, upper);
        ASSERT_EQ(both.has_value(), estimated.has_value());
        if (!both) {
            return;
        }
        if constexpr (mkdb::index::counting_index<instance>) {
            ASSERT_EQ(index.count_range(lower, upper).value_or(both->cardinality()), both->cardinality());
        }
        auto const from = index.lookup(lower);
        auto const to = index.lookup(upper);
        ASSERT_TRUE(from && to);
        ASSERT_EQ(both->toString(), (*from & *to).toString());
        ASSERT_GE(*estimated, both->cardinality());
    }

    /// Every row that has a place is visited once, in order, but for those that may be left out.
    void expect_walk_in_order() {
        bool const descending = random.below(2) == 0;
        auto const from = random.below(3) == 0 ? std::nullopt : std::optional(random.value());
        row_set visited;
        std::optional<boost::json::value> last;
        index.walk(descending, from, [&](std::uint32_t row, auto const& value_of) {
            auto const value = value_of();
            auto const order = last ? mkdb::document::compare(*last, value) : std::strong_ordering::equal;
            EXPECT_TRUE(descending ? order >= 0 : order <= 0);
            last = value;
            if (index.settled().contains(row)) {
                EXPECT_TRUE(visited.addChecked(row)) << row;
                EXPECT_TRUE(mkdb::document::equal(value, values.at(row)));
            }
            return true;
        });
        for (auto const row : index.settled()) {
            auto const order = from ? mkdb::document::compare(values.at(row), *from) : std::strong_ordering::equal;
            ASSERT_TRUE(visited.contains(row) || (descending ? order > 0 : order < 0)) << row;
        }
    }

    /// Each scalar that is there is visited once, with its rows, and `eq` finds it.
    void expect_keys_of_a_scan() const {
        std::map<std::string, row_set> expected;
        std::string key;
        for (auto const& [row, value] : values) {
            auto const* list = value.if_array();
            for (auto const& each : list != nullptr ? *list : boost::json::array{value}) {
                if (mkdb::index::scalar_key(each, key)) {
                    expected[key].add(row);
                    ASSERT_TRUE(index.lookup({"f", operation::eq, each, {}}));
                }
            }
        }
        std::map<std::string, row_set> visited;
        index.visit_keys([&](std::string_view at, std::uint64_t rows, auto const& rows_of) {
            EXPECT_EQ(rows, rows_of().cardinality());
            EXPECT_TRUE(visited.emplace(at, rows_of()).second);
        });
        ASSERT_EQ(visited, expected);
    }

    void insert_random(std::uint32_t row) { insert(row, random.value()); }
    void insert(std::uint32_t row, boost::json::value value) {
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
    [[nodiscard]] static bool is_about_text(operation op) noexcept {
        return op == operation::contains || op == operation::phrase || op == operation::fuzzy;
    }

    [[nodiscard]] std::string text() {
        return random.pick(std::vector<std::string>{"bolt", "steel bolts", "bolts steel", "the", "", "nuts", "missing",
                                                    "1", "é a", "stele bold"});
    }
};

using models = testing::Types<mkdb::index::exact, mkdb::index::numeric, mkdb::index::full_text>;
static_assert(mkdb::index::keyed_index<mkdb::index::exact::instance<tokenizer>>);
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

TYPED_TEST(IndexConformance, RangesWalksAndKeysAreThoseOfAScan) {
    SCOPED_TRACE(testing::Message() << "seed " << this->seed);
    using kind = typename TestFixture::instance;
    for (int step = 0; step < 3000; ++step) {
        auto const row = this->random.below(300);
        // With arrays an index need not know a range as one question.
        bool const scalars_only = step < 1500;
        if (this->values.contains(row)) {
            this->erase(row);
        } else {
            this->insert(row, scalars_only ? this->random.scalar() : this->random.value());
        }
        if constexpr (mkdb::index::range_index<kind>) {
            ASSERT_NO_FATAL_FAILURE(this->expect_same_range());
        }
        if constexpr (mkdb::index::ordered_index<kind>) {
            ASSERT_NO_FATAL_FAILURE(this->expect_walk_in_order());
        }
        if constexpr (mkdb::index::keyed_index<kind>) {
            ASSERT_NO_FATAL_FAILURE(this->expect_keys_of_a_scan());
        }
    }
}

/// What a checkpoint keeps of an index.
template <class Instance>
std::string saved(Instance const& index) {
    mkdb::byte_writer bytes;
    index.save(bytes);
    return std::move(bytes).take();
}

template <class Instance>
bool loaded(Instance& index, std::string const& bytes, row_set const& live) {
    mkdb::byte_reader from(bytes);
    return index.load(from, live) && from.at_end();
}

TYPED_TEST(IndexConformance, GoesOnFromACheckpointAsIfNothingHadHappened) {
    SCOPED_TRACE(testing::Message() << "seed " << this->seed);
    static_assert(mkdb::index::checkpointable_index<TypeParam, tokenizer>);
    row_set live;
    for (int step = 0; step < 6000; ++step) {
        auto const row = this->random.below(800);
        if (this->values.contains(row)) {
            this->erase(row);
            live.remove(row);
        } else {
            this->insert_random(row);
            live.add(row);
        }
        if (step % 1000 == 999) {
            auto const bytes = saved(this->index);
            typename TestFixture::instance other(this->words, this->random.below(1000));
            ASSERT_TRUE(loaded(other, bytes, live));
            EXPECT_EQ(other.statistics().entries, this->index.statistics().entries);
            EXPECT_EQ(other.statistics().keys, this->index.statistics().keys);
            this->index = std::move(other);
        }
        if (step % 4 == 0) {
            ASSERT_NO_FATAL_FAILURE(this->expect_same_as_a_scan(this->random_condition()));
        }
    }
}

TYPED_TEST(IndexConformance, RefusesRowsThatDoNotLiveAndBytesThatEndEarly) {
    SCOPED_TRACE(testing::Message() << "seed " << this->seed);
    row_set live;
    for (std::uint32_t row = 0; row < 60; ++row) {
        this->insert_random(row);
        live.add(row);
    }
    this->index.insert(60, boost::json::value(7));
    this->index.insert(61, boost::json::value("bolt"));
    auto const bytes = saved(this->index);
    typename TestFixture::instance stranger(this->words, 1);
    EXPECT_FALSE(loaded(stranger, bytes, live));
    live.add(60);
    live.add(61);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        typename TestFixture::instance other(this->words, 1);
        EXPECT_FALSE(loaded(other, bytes.substr(0, size), live)) << size;
    }
    // Bytes that were changed and passed their checksum all the same: no matter what is answered, only living rows are.
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        auto changed = bytes;
        changed[at] = static_cast<char>(this->random.below(256));
        typename TestFixture::instance other(this->words, 1);
        if (loaded(other, changed, live)) {
            auto const found = other.lookup({"f", operation::exists, true, {}});
            EXPECT_TRUE(found && found->isSubset(live));
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
