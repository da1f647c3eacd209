#include "support/lent_scratch.hpp"

#include <mkdb/index/exact.hpp>
#include <mkdb/index/full_text.hpp>
#include <mkdb/index/index_set.hpp>
#include <mkdb/index/numeric.hpp>
#include <mkdb/text/field_tokenizers.hpp>
#include <mkdb/text/standard.hpp>

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>
#include <malloc.h>
#include <sys/mman.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

namespace {

using mkdb::index::operation;
using set = mkdb::index::index_set<mkdb::index::exact, mkdb::index::numeric, mkdb::index::full_text>;

class IndexSetTest : public testing::Test {
protected:
    void insert(std::uint32_t row, char const* record) { indexes.insert(row, boost::json::parse(record).as_object()); }
    void erase(std::uint32_t row, char const* record) { indexes.erase(row, boost::json::parse(record).as_object()); }
    [[nodiscard]] std::string rows(char const* field, operation op, boost::json::value operand) const {
        auto const found = indexes.lookup({field, op, std::move(operand), {}});
        return found ? found->toString() : "unknown";
    }

    mkdb::text::standard words;
    set::instance<mkdb::text::standard> indexes;
};

TEST_F(IndexSetTest, KnowsItsKindsByName) {
    EXPECT_EQ(set::kinds(), (std::vector<std::string>{"exact", "numeric", "full-text"}));
    EXPECT_TRUE(set::knows("exact"));
    EXPECT_TRUE(set::knows("true"));
    EXPECT_FALSE(set::knows("false"));
    EXPECT_FALSE(set::knows("full_text"));
    EXPECT_FALSE(mkdb::index::index_set<mkdb::index::exact>::knows("true"));
}

TEST_F(IndexSetTest, RefusesUnknownKindsAndStaysAsItWas) {
    ASSERT_TRUE(indexes.configure({{"a", "exact"}}, false, words, 1));
    auto const refused = indexes.configure({{"b", "exact"}, {"place", "geo"}}, false, words, 1);
    EXPECT_EQ(refused.error().code, mkdb::errc::unsupported);
    EXPECT_EQ(refused.error().message, "field 'place': no index kind 'geo', there are exact, numeric, full-text");
    EXPECT_EQ(indexes.kind_of("a"), "exact");
    EXPECT_EQ(indexes.kind_of("b"), "");
}

TEST_F(IndexSetTest, AnswersForIndexedFieldsOnly) {
    ASSERT_TRUE(indexes.configure({{"a", "exact"}, {"b", "false"}, {"c", ""}, {"t", "true"}}, false, words, 1));
    insert(3, R"({"a":1,"b":1})");
    EXPECT_EQ(rows("a", operation::eq, 1), "{3}");
    EXPECT_EQ(rows("b", operation::eq, 1), "unknown");
    EXPECT_EQ(rows("t", operation::contains, "x"), "{}");
    EXPECT_EQ(indexes.kind_of("t"), "full-text");
    erase(3, R"({"a":1,"b":1})");
    EXPECT_EQ(rows("a", operation::eq, 1), "{}");
}

TEST_F(IndexSetTest, ReadsPathsInStoresWithNesting) {
    ASSERT_TRUE(indexes.configure({{"a.b", "numeric"}}, true, words, 1));
    insert(1, R"({"a":{"b":5}})");
    insert(2, R"({"a.b":5,"a":{"b":6}})");
    EXPECT_EQ(rows("a.b", operation::eq, 5), "{1,2}");
    EXPECT_EQ(rows("a.b", operation::eq, 6), "{}");
    ASSERT_TRUE(indexes.configure({{"a.b", "numeric"}}, false, words, 1));
    EXPECT_EQ(rows("a.b", operation::eq, 5), "{}");
    insert(1, R"({"a":{"b":5}})");
    EXPECT_EQ(rows("a.b", operation::eq, 5), "{}");
}

TEST_F(IndexSetTest, RanksByFieldsWithAnIndexForThat) {
    ASSERT_TRUE(indexes.configure({{"a", "full-text"}, {"b", "true"}, {"n", "numeric"}}, false, words, 1));
    insert(1, R"({"a":"steel bolt","b":"nut"})");
    insert(2, R"({"a":"nut","n":5})");
    EXPECT_FALSE(indexes.text_statistics_of("n", {"nut"}));
    EXPECT_FALSE(indexes.text_statistics_of("missing", {"nut"}));
    mkdb::index::text_ranking ranking({"nut"});
    for (auto const* field : {"a", "b", "n"}) {
        if (auto const all = indexes.text_statistics_of(field, ranking.terms())) {
            EXPECT_EQ(all->texts_with.front(), 1U);
            EXPECT_TRUE(indexes.add_to(ranking, field, ranking.terms(), *all, *field == 'a' ? 1 : 3));
        } else {
            EXPECT_FALSE(indexes.add_to(ranking, field, ranking.terms(), {}, 1));
        }
    }
    auto const best = ranking.best(10);
    ASSERT_EQ(best.size(), 2U);
    EXPECT_EQ(best[0].row, 1U); // its field weighs more
    EXPECT_EQ(best[1].row, 2U);
}

TEST_F(IndexSetTest, AnswersForTermsOfItsLanguageOnly) {
    mkdb::text::field_languages const languages{{"t", "german"}, {"x", "german"}};
    mkdb::text::field_tokenizers const tokenizers(words, &languages);
    ASSERT_TRUE(indexes.configure({{"t", "true"}, {"u", "true"}, {"x", "exact"}}, false, tokenizers, 1));
    insert(1, R"({"t":"die Häuser","u":"the houses","x":"die Häuser"})");
    auto const ask = [&](char const* field, operation op, char const* term, char const* language) {
        mkdb::index::condition asked{field, op, term, {term}};
        asked.language = language;
        auto const found = indexes.lookup(asked);
        EXPECT_EQ(indexes.estimate(asked).has_value(), found.has_value());
        return found ? found->toString() : "unknown";
    };
    for (auto const op : {operation::contains, operation::phrase, operation::fuzzy}) {
        EXPECT_EQ(ask("t", op, "haus", "german"), "{1}");
        EXPECT_EQ(ask("t", op, "haus", ""), "unknown");
        EXPECT_EQ(ask("t", op, "haus", "french"), "unknown");
        EXPECT_EQ(ask("u", op, "hous", ""), "{1}");
        EXPECT_EQ(ask("u", op, "hous", "german"), "unknown");
    }
    EXPECT_EQ(rows("x", operation::eq, "die Häuser"), "{1}");
    EXPECT_EQ(rows("t", operation::exists, true), "{1}");
    EXPECT_TRUE(indexes.is_ranked("t", "german"));
    EXPECT_FALSE(indexes.is_ranked("t"));
    EXPECT_TRUE(indexes.is_ranked("u"));
    EXPECT_FALSE(indexes.is_ranked("u", "german"));
    EXPECT_FALSE(indexes.is_ranked("x", "german"));
}

/// Of a full-text index alone, as no other has terms; English has the format of before there were languages.
TEST_F(IndexSetTest, KeepsIndexesOfALanguageApart) {
    auto const saved = [&](mkdb::text::field_languages const& languages) {
        set::instance<mkdb::text::standard> made;
        EXPECT_TRUE(
            made.configure({{"t", "true"}, {"x", "exact"}}, false, mkdb::text::field_tokenizers(words, &languages), 1));
        made.insert(1, boost::json::parse(R"({"t":"die Häuser","x":1})").as_object());
        std::map<std::string, std::pair<std::string, std::string>> all;
        made.save([&](std::string const& field, std::string const& format, auto const& save) {
            mkdb::byte_writer bytes;
            save(bytes);
            all[field] = {format, std::move(bytes).take()};
        });
        return all;
    };
    auto const english = saved({});
    auto const german = saved({{"t", "german"}, {"x", "german"}});
    EXPECT_EQ(english.at("t").first, "full-text/2 " + words.format_name() + " flat");
    EXPECT_EQ(english, saved({{"t", "english"}}));
    EXPECT_NE(german.at("t").first, english.at("t").first);
    EXPECT_EQ(german.at("x"), english.at("x"));

    mkdb::text::field_languages const languages{{"t", "german"}};
    ASSERT_TRUE(indexes.configure({{"t", "true"}}, false, mkdb::text::field_tokenizers(words, &languages), 1));
    mkdb::index::row_set live;
    live.add(1);
    mkdb::byte_reader english_bytes(english.at("t").second);
    EXPECT_FALSE(indexes.load("t", english.at("t").first, english_bytes, live));
    mkdb::byte_reader german_bytes(german.at("t").second);
    EXPECT_TRUE(indexes.load("t", german.at("t").first, german_bytes, live));
}

TEST_F(IndexSetTest, TellsWhatItCosts) {
    ASSERT_TRUE(indexes.configure({{"a", "exact"}, {"n", "numeric"}}, false, words, 1));
    insert(1, R"({"a":["x","y"],"n":[1,2,2]})");
    auto const costs = indexes.statistics();
    EXPECT_EQ(costs.at("a").entries, 2U);
    EXPECT_EQ(costs.at("n").entries, 2U);
    EXPECT_GT(costs.at("n").bytes, 0U);
}

/// Makes an index with lists of all lengths, most of them on the disk, and ends it when nobody may read that any more.
void end_unread(char const* kind, mkdb::testing::lent_scratch::figures& disk) {
    mkdb::text::standard const words;
    auto const memory = mkdb::testing::limited_memory(1'000, disk);
    std::map<std::string, std::string> const schema{{"f", kind}};
    {
        set::instance<mkdb::text::standard> indexes;
        ASSERT_TRUE(indexes.configure(schema, false, mkdb::text::field_tokenizers(words), 1, memory));
        for (std::uint32_t row = 0; row < 6'000; ++row) {
            auto const number = std::to_string(row);
            indexes.insert(row, {{"f", boost::json::array{"steel", "bolt n" + number, row % 5, row}}});
        }
        ASSERT_GT(memory->disk_bytes(), 100'000U);
        ASSERT_EQ(::mprotect(disk.last, mkdb::address_slots::slot_bytes, PROT_NONE), 0);
        disk.discarded = 0;
    }
    EXPECT_EQ(disk.discarded, 0U);
    EXPECT_EQ(memory->ram_bytes(), 0U);
    EXPECT_EQ(memory->disk_bytes(), 0U);
}

TEST(IndexSetEnd, ReadsNothingBackFromADisk) {
    for (auto const* const kind : {"exact", "numeric", "full-text"}) {
        SCOPED_TRACE(kind);
        mkdb::testing::lent_scratch::figures disk;
        end_unread(kind, disk);
        auto const before = ::mallinfo2().uordblks;
        for (int i = 0; i < 10; ++i) {
            end_unread(kind, disk);
        }
        // What is kept for the next allocation counts as used: some 10,000 bytes more or less.
        EXPECT_NEAR(static_cast<double>(::mallinfo2().uordblks), static_cast<double>(before), 50'000)
            << "bitmaps, which are not on the disk, are gone, too";
    }
}

} // namespace
