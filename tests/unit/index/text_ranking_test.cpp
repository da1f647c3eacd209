#include <mkdb/index/full_text.hpp>
#include <mkdb/index/text_ranking.hpp>
#include <mkdb/text/whitespace.hpp>

#include <boost/json/value.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace mkdb::index {

inline void PrintTo(scored_row const& at, std::ostream* to) {
    *to << "row " << at.row << " score " << at.score;
}

} // namespace mkdb::index

namespace {

using mkdb::index::row_set;
using mkdb::index::scored_row;
using mkdb::index::term_score;
using mkdb::index::text_ranking;
using mkdb::index::text_statistics;
using index_type = mkdb::index::full_text::instance<mkdb::text::whitespace>;
using word_list = std::vector<std::string>;

TEST(TermScore, IsTheFormula) {
    text_statistics const all{1000, 50000, {10}};
    auto const rarity = std::log(1 + (1000 - 10 + 0.5) / (10 + 0.5));
    EXPECT_NEAR(term_score(all, 0, 1)(3, 80), rarity * 3 * 2.2 / (3 + 1.2 * (0.25 + 0.75 * 80 / 50.0)), 1e-12);
    EXPECT_NEAR(term_score(all, 0, 2)(1, 50), 2 * rarity, 1e-12);
    EXPECT_GT(term_score({3, 9, {3}}, 0, 1)(1, 3), 0.0);
    EXPECT_GT(term_score({0, 0, {0}}, 0, 1)(1, 1), 0.0);
}

TEST(TextStatistics, OfPartsAddUp) {
    text_statistics all;
    all += {2, 10, {1, 0}};
    all += {3, 20, {2, 3}};
    EXPECT_EQ(all.texts, 5U);
    EXPECT_EQ(all.length, 30U);
    EXPECT_EQ(all.texts_with, (std::vector<std::uint64_t>{3, 3}));
}

TEST(TextRanking, AddsUpFieldsByTheirWeights) {
    mkdb::text::whitespace const tokenizer;
    index_type names(tokenizer, 1);
    index_type descriptions(tokenizer, 1);
    names.insert(1, "steel bolt");
    names.insert(2, "brass bolt");
    descriptions.insert(2, "not of steel");
    descriptions.insert(3, "of brass too");
    word_list const terms{"steel"};
    auto const statistics_of_names = names.text_statistics_of(terms);
    auto const statistics_of_descriptions = descriptions.text_statistics_of(terms);
    text_ranking ranking(terms);
    ranking.add_field(names, statistics_of_names, 2);
    ranking.add_field(descriptions, statistics_of_descriptions, 1);
    auto const rows = ranking.best(10);
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0], (scored_row{.score = term_score(statistics_of_names, 0, 2)(1, 2), .row = 1}));
    EXPECT_EQ(rows[1], (scored_row{.score = term_score(statistics_of_descriptions, 0, 1)(1, 3), .row = 2}));
}

/// Two fields, of which many texts are equal, so that scores are, too.
class TextRankingModel : public testing::Test {
protected:
    static constexpr std::array<double, 2> weights{2.5, 1};

    [[nodiscard]] std::string word() {
        auto const rank = random() % 40;
        return "w" + std::to_string(rank * rank / 40);
    }
    [[nodiscard]] word_list text() {
        word_list made;
        for (auto left = random() % 12; left > 0; --left) {
            made.push_back(word());
        }
        if (random() % 300 == 0) {
            made.insert(made.end(), 300, word());
        }
        return made;
    }
    [[nodiscard]] static boost::json::value joined(word_list const& all) {
        std::string made;
        for (auto const& each : all) {
            made += each + " ";
        }
        return boost::json::value(made);
    }

    void write(std::uint32_t row) {
        erase(row);
        for (std::size_t field = 0; field < fields.size(); ++field) {
            if (random() % 4 != 0) {
                texts[field][row] = text();
                fields[field].insert(row, joined(texts[field][row]));
            }
        }
    }
    void erase(std::uint32_t row) {
        for (std::size_t field = 0; field < fields.size(); ++field) {
            if (auto const at = texts[field].find(row); at != texts[field].end()) {
                fields[field].erase(row, joined(at->second));
                texts[field].erase(at);
            }
        }
    }

    [[nodiscard]] text_statistics counted(std::size_t field, word_list const& terms) const {
        text_statistics found{texts[field].size(), 0, std::vector<std::uint64_t>(terms.size())};
        for (auto const& [row, text] : texts[field]) {
            found.length += text.size();
            for (std::size_t i = 0; i < terms.size(); ++i) {
                found.texts_with[i] += std::ranges::count(text, terms[i]) > 0 ? 1 : 0;
            }
        }
        return found;
    }

    /// Scores every row there is.
    [[nodiscard]] std::vector<scored_row> exhaustive(word_list const& terms, row_set const* among,
                                                     bool every_term) const {
        std::map<std::uint32_t, std::pair<double, std::size_t>> sums;
        std::array const statistics{counted(0, terms), counted(1, terms)};
        for (std::size_t i = 0; i < terms.size(); ++i) {
            std::map<std::uint32_t, bool> seen;
            for (std::size_t field = 0; field < fields.size(); ++field) {
                term_score const score(statistics[field], i, weights[field]);
                for (auto const& [row, text] : texts[field]) {
                    auto const count = static_cast<std::uint32_t>(std::ranges::count(text, terms[i]));
                    if (count > 0) {
                        sums[row].first += score(std::min(count, 255U), static_cast<std::uint32_t>(text.size()));
                        sums[row].second += std::exchange(seen[row], true) ? 0 : 1;
                    }
                }
            }
        }
        std::vector<scored_row> all;
        for (auto const& [row, sum] : sums) {
            if ((among == nullptr || among->contains(row)) && (!every_term || sum.second == terms.size())) {
                all.push_back({sum.first, row});
            }
        }
        std::ranges::sort(all, mkdb::index::ranks_before);
        return all;
    }

    void compare() {
        word_list terms;
        for (auto left = 1 + random() % 5; left > 0; --left) {
            terms.push_back(random() % 20 == 0 ? "missing" : word());
        }
        terms = mkdb::index::distinct(std::move(terms));
        row_set chosen;
        auto const share = 1 + random() % 40;
        for (auto const& [row, text] : texts[0]) {
            if (random() % share == 0) {
                chosen.add(row);
            }
        }
        row_set const* const among = random() % 2 == 0 ? &chosen : nullptr;
        bool const every_term = random() % 2 == 0;
        auto const wanted = random() % 30;

        text_ranking ranking(terms);
        for (std::size_t field = 0; field < fields.size(); ++field) {
            auto const statistics = fields[field].text_statistics_of(terms);
            ASSERT_EQ(statistics.texts_with, counted(field, terms).texts_with);
            ASSERT_EQ(statistics.length, counted(field, terms).length);
            ranking.add_field(fields[field], statistics, weights[field]);
        }
        auto rows = ranking.rows_with_every_term();
        if (among != nullptr) {
            rows &= *among;
        }
        auto expected = exhaustive(terms, among, every_term);
        expected.resize(std::min(expected.size(), wanted));
        ASSERT_EQ(ranking.best(wanted, every_term ? &rows : among), expected);
    }

    std::uint32_t const seed = std::random_device()();
    std::mt19937 random{seed};
    mkdb::text::whitespace tokenizer;
    std::array<index_type, 2> fields{index_type(tokenizer, 1), index_type(tokenizer, 2)};
    std::array<std::map<std::uint32_t, word_list>, 2> texts;
};

TEST_F(TextRankingModel, TheBestAreThoseOfScoringEveryRow) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    for (int round = 0; round < 30; ++round) {
        // Rows next to each other, and rows far apart, which windows have few of.
        auto const apart = round % 2 == 0 ? 3U : 900U;
        for (int i = 0; i < 300; ++i) {
            write(static_cast<std::uint32_t>(random() % 5000) * apart);
        }
        for (int i = 0; i < 10; ++i) {
            ASSERT_NO_FATAL_FAILURE(compare());
        }
        if (round % 7 == 6) {
            row_set rows;
            for (auto const& of_field : texts) {
                for (auto const& [row, text] : of_field) {
                    rows.add(row);
                }
            }
            for (auto const row : rows) {
                if (random() % 3 != 0) {
                    erase(row);
                }
            }
        }
    }
}

TEST_F(TextRankingModel, StatisticsOfElsewhereCount) {
    fields[0].insert(1, "steel bolt");
    fields[0].insert(2, "steel nut");
    auto const best = [&](text_statistics const& all) {
        text_ranking ranking({"bolt", "nut"});
        ranking.add_field(fields[0], all);
        return ranking.best(2).front().row;
    };
    EXPECT_EQ(best({100, 300, {50, 2}}), 2U);
    EXPECT_EQ(best({100, 300, {2, 50}}), 1U);
    EXPECT_EQ(best({100, 300, {9, 9}}), 1U); // of equal scores the lower row
    EXPECT_TRUE(text_ranking({}).best(5).empty());
    EXPECT_TRUE(text_ranking({"bolt"}).best(5).empty());
    EXPECT_TRUE(text_ranking({"bolt"}).rows_with_every_term().isEmpty());
}

} // namespace
