#include "support/memory_database.hpp"

#include <mkdb/document/write.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace {

using mkdb::test::memory_database;

/// Each field has its own language.
constexpr std::array<char const*, 3> field_names{"de", "fr", "en"};

/// A word, and what stands for it in each field; empty: nothing.
struct known_word {
    char const* word;
    std::array<std::string_view, 3> terms;
};
constexpr std::array<known_word, 16> vocabulary{{
    {"Häuser", {"haus", "häus", "häuser"}},
    {"Haus", {"haus", "haus", "haus"}},
    {"houses", {"hous", "hous", "hous"}},
    {"house", {"hous", "hous", "hous"}},
    {"the", {"the", "the", ""}},
    {"die", {"", "di", "die"}},
    {"les", {"les", "", "les"}},
    {"acier", {"aci", "aci", "acier"}},
    {"l’acier", {"l'aci", "aci", "l'acier"}},
    {"bolts", {"bolt", "bolt", "bolt"}},
    {"bolt", {"bolt", "bolt", "bolt"}},
    {"Straßen", {"strass", "strassen", "strassen"}},
    {"STRASSE", {"strass", "strass", "strass"}},
    {"chevaux", {"chevaux", "cheval", "chevaux"}},
    {"cheval", {"cheval", "cheval", "cheval"}},
    {"des", {"", "", "des"}},
}};

using word_list = std::vector<std::size_t>; ///< Of the vocabulary.

/// The records, and BM25 as the books have it over the terms that the vocabulary names.
class naive_languages {
public:
    struct record {
        std::array<std::optional<word_list>, field_names.size()> texts;
        std::uint64_t created = 0;
    };
    struct question {
        word_list words;
        std::vector<std::size_t> fields;
        bool all = false;
    };
    struct hit {
        std::string id;
        double score = 0;
        std::uint64_t created = 0;
    };

    std::map<std::string, record> records;

    [[nodiscard]] std::vector<hit> search(question const& asked) const {
        std::vector<hit> found;
        for (auto const& [id, each] : records) {
            if (auto const score = score_of(each, asked); score > 0 && (!asked.all || has_all(each, asked))) {
                found.push_back({id, score, each.created});
            }
        }
        return found;
    }

private:
    [[nodiscard]] static std::size_t often(record const& in, std::size_t field, std::string_view term) {
        auto const& text = in.texts[field];
        return !text || term.empty() ? 0 : static_cast<std::size_t>(std::ranges::count_if(*text, [&](std::size_t word) {
            return vocabulary[word].terms[field] == term;
        }));
    }
    [[nodiscard]] static std::size_t length(record const& of, std::size_t field) {
        return static_cast<std::size_t>(std::ranges::count_if(
            *of.texts[field], [&](std::size_t word) { return !vocabulary[word].terms[field].empty(); }));
    }

    /// What a language leaves out, no record has to have.
    [[nodiscard]] static bool has_all(record const& each, question const& asked) {
        return std::ranges::all_of(asked.words, [&](std::size_t word) {
            auto const& terms = vocabulary[word].terms;
            return std::ranges::any_of(asked.fields, [&](std::size_t field) {
                return terms[field].empty() || often(each, field, terms[field]) > 0;
            });
        });
    }

    [[nodiscard]] double score_of(record const& of, question const& asked) const {
        double sum = 0;
        for (auto const field : asked.fields) {
            std::set<std::string_view> terms;
            for (auto const word : asked.words) {
                terms.insert(vocabulary[word].terms[field]);
            }
            for (auto const term : terms) {
                sum += often(of, field, term) > 0 ? score_in(of, field, term) : 0;
            }
        }
        return sum;
    }

    [[nodiscard]] double score_in(record const& of, std::size_t field, std::string_view term) const {
        double texts = 0;
        double total = 0;
        double with = 0;
        for (auto const& [id, each] : records) {
            if (each.texts[field]) {
                texts += 1;
                total += static_cast<double>(length(each, field));
                with += often(each, field, term) > 0 ? 1 : 0;
            }
        }
        auto const count = static_cast<double>(often(of, field, term));
        auto const norm = 0.25 + 0.75 * static_cast<double>(length(of, field)) / std::max(total / texts, 1.0);
        return std::log(1 + (texts - with + 0.5) / (with + 0.5)) * count * 2.2 / (count + 1.2 * norm);
    }
};

/// The same records, in the same languages, in stores of all kinds of indexes, and in the model.
class SearchLanguagesModel : public testing::Test {
protected:
    memory_database data;
    std::vector<std::shared_ptr<memory_database::store>> stores{
        create("all", {{"de", "full-text"}, {"fr", "full-text"}, {"en", "full-text"}}),
        create("some", {{"de", "full-text"}, {"fr", "exact"}}),
        create("none", {}),
    };
    naive_languages model;
    std::uint32_t const seed = std::random_device()();
    std::mt19937 chance{seed};
    testing::ScopedTrace trace{__FILE__, __LINE__, "seed " + std::to_string(seed)};

    [[nodiscard]] std::shared_ptr<memory_database::store> create(char const* name,
                                                                 std::map<std::string, std::string> schema) {
        mkdb::store_options chosen{.schema = std::move(schema)};
        chosen.languages = {{"de", "german"}, {"fr", "french"}};
        return data.create(name, std::move(chosen));
    }

    [[nodiscard]] std::uint32_t below(std::uint32_t bound) {
        return std::uniform_int_distribution<std::uint32_t>(0, bound - 1)(chance);
    }
    [[nodiscard]] word_list words(std::size_t count) {
        word_list chosen;
        for (; count > 0; --count) {
            chosen.push_back(below(static_cast<std::uint32_t>(vocabulary.size())));
        }
        return chosen;
    }
    [[nodiscard]] static std::string text_of(word_list const& words) {
        std::string text;
        for (auto const word : words) {
            text += std::string(vocabulary[word].word) + " ";
        }
        return text;
    }

    void put(std::uint64_t created) {
        auto const id = "r" + std::to_string(below(60));
        auto const [at, is_new] = model.records.try_emplace(id);
        at->second.created = is_new ? created : at->second.created;
        boost::json::object delta;
        for (std::size_t field = 0; field < field_names.size(); ++field) {
            auto& text = at->second.texts[field];
            text = below(4) > 0 ? std::optional(words(below(6))) : std::nullopt;
            delta[field_names[field]] = text ? boost::json::value(text_of(*text)) : boost::json::value();
        }
        for (auto const& store : stores) {
            ASSERT_TRUE(store->write({.id = id, .delta = delta}));
        }
    }

    void erase() {
        auto const id = "r" + std::to_string(below(60));
        model.records.erase(id);
        for (auto const& store : stores) {
            ASSERT_TRUE(store->erase({.id = id}));
        }
    }

    /// The model adds up in another order, so nearly equal scores may change places there.
    void compare() {
        naive_languages::question asked{words(1 + below(4)), {}, below(2) == 0};
        boost::json::array names;
        for (std::size_t field = 0; field < field_names.size(); ++field) {
            if (asked.fields.empty() || below(2) == 0) {
                asked.fields.push_back(field);
                names.emplace_back(field_names[field]);
            }
        }
        boost::json::object const body{
            {"limit", 0},
            {"search", {{"text", text_of(asked.words)}, {"fields", names}, {"match", asked.all ? "all" : "any"}}}};
        auto const expected = model.search(asked);
        std::optional<mkdb::query_page> before;
        for (auto const& store : stores) {
            SCOPED_TRACE(store->name() + " " + mkdb::document::to_json(body));
            auto const page = store->query(store->parse_query(body).value()).value();
            ASSERT_EQ(page.ids.size(), expected.size());
            ASSERT_NO_FATAL_FAILURE(check_scores(page, expected));
            // To the last bit, whatever they come from.
            ASSERT_EQ(page.ids, before.value_or(page).ids);
            ASSERT_EQ(page.scores, before.value_or(page).scores);
            before = page;
        }
    }

    static void check_scores(mkdb::query_page const& page, std::vector<naive_languages::hit> const& expected) {
        auto const& scores = *page.scores;
        for (std::size_t i = 0; i < scores.size(); ++i) {
            auto const same = std::ranges::find(expected, page.ids[i], &naive_languages::hit::id);
            ASSERT_NE(same, expected.end()) << page.ids[i];
            ASSERT_NEAR(same->score, scores[i], same->score * 1e-9) << page.ids[i];
            ASSERT_TRUE(i == 0 || scores[i] <= scores[i - 1]);
        }
    }
};

TEST_F(SearchLanguagesModel, GivesTheSameAnswersWithEveryKindOfIndex) {
    for (std::uint64_t step = 1; step <= 300; ++step) {
        ASSERT_NO_FATAL_FAILURE(put(step));
        if (below(5) == 0) {
            ASSERT_NO_FATAL_FAILURE(erase());
        }
        ASSERT_NO_FATAL_FAILURE(compare());
    }
}

} // namespace
