#include "support/memory_database.hpp"
#include "support/naive_search.hpp"

#include <mkdb/document/write.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace {

using mkdb::test::memory_database;
using mkdb::test::naive_search;

[[nodiscard]] mkdb::query_page page_of(memory_database::store const& store, boost::json::object const& body) {
    return store.query(store.parse_query(body).value()).value();
}
/// The same records in stores of all kinds of indexes, and in the model.
class SearchModel : public testing::Test {
protected:
    memory_database data;
    std::vector<std::shared_ptr<memory_database::store>> stores{
        data.create("both", {.schema = {{"title", "full-text"}, {"body", "full-text"}, {"kind", "exact"}}}),
        data.create("one", {.schema = {{"title", "full-text"}}}),
        data.create("none"),
        data.create("unlike", {.partitions = 3, .schema = {{"title", "exact"}, {"body", "full-text"}}}),
    };
    naive_search model;
    std::uint32_t const seed = std::random_device()();
    std::mt19937 chance{seed};
    testing::ScopedTrace trace{__FILE__, __LINE__, "seed " + std::to_string(seed)};

    [[nodiscard]] std::uint32_t below(std::uint32_t bound) {
        return std::uniform_int_distribution<std::uint32_t>(0, bound - 1)(chance);
    }
    /// Some are rare, others everywhere.
    [[nodiscard]] std::string word() {
        auto const rank = below(30);
        return "w" + std::to_string(rank * rank / 30);
    }
    [[nodiscard]] std::vector<std::string> text() {
        std::vector<std::string> words;
        for (auto left = below(9); left > 0; --left) {
            words.push_back(word());
        }
        if (below(40) == 0) {
            words.insert(words.end(), 200 + below(50), word());
        }
        return words;
    }

    void put(std::uint64_t created) {
        auto const id = "r" + std::to_string(below(120));
        auto const [at, is_new] = model.records.try_emplace(id);
        at->second.created = is_new ? created : at->second.created;
        at->second.kind = below(3);
        boost::json::object delta{{"kind", at->second.kind}};
        for (auto const* field : {"title", "body"}) {
            at->second.fields.erase(field);
            delta[field] = nullptr;
            if (below(5) > 0) {
                delta[field] = as_value(at->second.fields[field] = text());
            }
        }
        for (auto const& store : stores) {
            ASSERT_TRUE(store->write({.id = id, .delta = delta}));
        }
    }
    /// One string, or several that count as one text.
    [[nodiscard]] boost::json::value as_value(std::vector<std::string> const& words) {
        boost::json::array strings{""};
        for (auto const& each : words) {
            if (below(4) == 0) {
                strings.emplace_back("");
            }
            auto& last = strings.back().get_string();
            last += each + " ";
        }
        return strings.size() == 1 ? strings.front() : boost::json::value(std::move(strings));
    }

    void erase() {
        auto const id = "r" + std::to_string(below(120));
        model.records.erase(id);
        for (auto const& store : stores) {
            ASSERT_TRUE(store->erase({.id = id}));
        }
    }

    void compare() {
        std::vector<std::string> words;
        for (auto left = 1 + below(4); left > 0; --left) {
            words.push_back(word());
        }
        std::ranges::sort(words);
        words.erase(std::unique(words.begin(), words.end()), words.end());
        std::vector<naive_search::field> fields{{"title", std::array{1.0, 2.5, 1e-6, 1e6}[below(4)]}};
        if (below(2) == 0) {
            fields.push_back({"body", 1});
        }
        bool const all = below(3) == 0;
        std::optional<std::int64_t> kind;
        boost::json::object filter;
        if (below(3) == 0) {
            filter["kind"] = kind.emplace(below(3));
        }
        auto const expected = model.search(words, fields, all, kind);
        auto const limit = below(4) == 0 ? 0 : 1 + below(12);
        auto const offset = below(3) == 0 ? below(6) : 0;
        auto const body = request(words, fields, all, std::move(filter), limit, offset);
        auto const first = std::min<std::size_t>(offset, expected.size());
        auto const size = std::min<std::size_t>(limit == 0 ? expected.size() : limit, expected.size() - first);
        std::optional<mkdb::query_page> before;
        for (auto const& store : stores) {
            SCOPED_TRACE(store->name() + " " + mkdb::document::to_json(body));
            auto const page = page_of(*store, body);
            ASSERT_EQ(page.total_matches, expected.size());
            ASSERT_NO_FATAL_FAILURE(check_order(page, std::span(expected).subspan(first, size)));
            // To the last bit, whatever they come from.
            ASSERT_EQ(page.ids, before.value_or(page).ids);
            ASSERT_EQ(page.scores, before.value_or(page).scores);
            before = page;
        }
    }

    [[nodiscard]] static double near(double score) { return score * 1e-9; }

    /// The model adds up in another way, so scores that nearly are equal may stand in another order there.
    void check_order(mkdb::query_page const& page, std::span<naive_search::hit const> expected) const {
        ASSERT_EQ(page.ids.size(), expected.size());
        ASSERT_TRUE(page.scores);
        auto const& scores = *page.scores;
        ASSERT_EQ(scores.size(), expected.size());
        for (std::size_t i = 0; i < expected.size(); ++i) {
            ASSERT_NEAR(scores[i], expected[i].score, near(expected[i].score));
            auto const same = std::ranges::find(expected, page.ids[i], &naive_search::hit::id);
            if (same != expected.end()) {
                ASSERT_NEAR(same->score, scores[i], near(same->score)) << page.ids[i];
            }
            if (i > 0 && scores[i] == scores[i - 1]) {
                ASSERT_LT(model.records.at(page.ids[i - 1]).created, model.records.at(page.ids[i]).created);
            }
        }
    }

    [[nodiscard]] static boost::json::object request(std::vector<std::string> const& words,
                                                     std::vector<naive_search::field> const& fields, bool all,
                                                     boost::json::object filter, std::uint64_t limit,
                                                     std::uint64_t offset) {
        std::string text;
        for (auto const& each : words) {
            text += each + " ";
        }
        boost::json::array names;
        for (auto const& each : fields) {
            names.emplace_back(each.weight == 1 ? each.name : each.name + "^" + std::to_string(each.weight));
        }
        boost::json::object search{{"text", text}, {"fields", std::move(names)}, {"match", all ? "all" : "any"}};
        return {{"filter", std::move(filter)}, {"search", std::move(search)}, {"limit", limit}, {"offset", offset}};
    }
};

TEST_F(SearchModel, GivesTheSameAnswersWithEveryKindOfIndex) {
    for (std::uint64_t step = 1; step <= 500; ++step) {
        ASSERT_NO_FATAL_FAILURE(put(step));
        if (below(5) == 0) {
            ASSERT_NO_FATAL_FAILURE(erase());
        }
        if (step % 4 == 0) {
            ASSERT_NO_FATAL_FAILURE(compare());
        }
    }
}

} // namespace
