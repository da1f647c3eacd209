#include "support/log_driver.hpp"
#include "support/memory_database.hpp"

#include <mkdb/document/merge.hpp>
#include <mkdb/document/project.hpp>
#include <mkdb/document/value_order.hpp>
#include <mkdb/document/write.hpp>
#include <mkdb/query/aggregator.hpp>
#include <mkdb/query/match.hpp>

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>

namespace {

using mkdb::durability;
using mkdb::test::memory_database;
using mkdb::test::object;

/// A store as a map, and answers by looking at everything: what the engine must agree with.
class naive_store {
public:
    std::map<std::string, boost::json::object> records;
    std::map<std::string, std::uint64_t> created;

    [[nodiscard]] std::vector<std::string> answer(mkdb::query::request const& asked) const {
        mkdb::text::standard const tokenizer;
        std::vector<std::string> ids;
        for (auto const& [id, fields] : records) {
            if (mkdb::query::matches(asked.where, id, fields, true, tokenizer)) {
                ids.push_back(id);
            }
        }
        std::ranges::stable_sort(ids, [&](auto const& a, auto const& b) { return before(asked, a, b); });
        return ids;
    }

    [[nodiscard]] boost::json::object figures(mkdb::query::request const& asked) const {
        mkdb::query::aggregator made(*asked.aggregate, true);
        for (auto const& id : answer(asked)) {
            made.add(id, records.at(id)).value();
        }
        return made.figures().value();
    }

private:
    [[nodiscard]] bool before(mkdb::query::request const& asked, std::string const& a, std::string const& b) const {
        if (asked.sort.empty()) {
            return created.at(a) < created.at(b);
        }
        for (auto const& key : asked.sort) {
            auto const* left = mkdb::document::find_field(records.at(a), key.field, true);
            auto const* right = mkdb::document::find_field(records.at(b), key.field, true);
            if ((left == nullptr) != (right == nullptr)) {
                return left != nullptr;
            }
            if (left == nullptr) {
                continue;
            }
            if (auto const order = mkdb::document::compare(*left, *right); order != 0) {
                return (order < 0) != key.descending;
            }
        }
        return a < b;
    }
};

class random_world {
public:
    explicit random_world(std::uint64_t seed) : random_(seed) {}

    [[nodiscard]] std::size_t below(std::size_t bound) { return random_() % bound; }

    template <class T>
    [[nodiscard]] T pick(std::initializer_list<T> choices) {
        return *(choices.begin() + below(choices.size()));
    }

    [[nodiscard]] std::string text() {
        std::string words;
        for (auto count = 1 + below(4); count > 0; --count) {
            words += pick({"steel ", "bolts ", "the ", "Running ", "red ", "Bolt ", "nut "});
        }
        return words;
    }

    [[nodiscard]] boost::json::value scalar() {
        switch (below(7)) {
        case 0: return nullptr;
        case 1: return below(2) == 0;
        case 2: return static_cast<std::int64_t>(below(6)) - 2;
        case 3: return static_cast<double>(below(8)) / 2;
        case 4: return pick<std::uint64_t>({9007199254740992U, 9007199254740993U, 18446744073709551615U});
        default: return boost::json::value(text());
        }
    }

    [[nodiscard]] boost::json::value value() {
        if (below(6) != 0) {
            return scalar();
        }
        boost::json::array elements;
        for (auto count = below(4); count > 0; --count) {
            elements.push_back(scalar());
        }
        return elements;
    }

    [[nodiscard]] std::string field() { return pick<std::string>({"name", "price", "tags", "a.b", "a.c", "rest"}); }

    [[nodiscard]] boost::json::object delta() {
        boost::json::object fields;
        for (auto count = below(4); count > 0; --count) {
            fields[field()] = value();
        }
        return fields;
    }

    [[nodiscard]] boost::json::object condition() {
        auto const name = field();
        switch (below(11)) {
        case 0: return {{name, scalar()}};
        case 6: return {{name, boost::json::object{{pick({"any", "all"}), boost::json::array{scalar(), value()}}}}};
        case 7: return {{name, boost::json::object{{"phrase", text()}}}};
        case 8: return {{name, boost::json::object{{"fuzzy", pick({"stele", "blot", "nut rde", "the"})}}}};
        case 9: return {{name, boost::json::object{{"prefix", pick({"", "s", "Running", "bolts steel"})}}}};
        case 10: return {{name, boost::json::object{{"regex", pick({"^bolts?", "(?i)RED", "t $", "(n|u)+t"})}}}};
        case 1: return {{name, boost::json::object{{pick({"eq", "neq"}), value()}}}};
        case 2: return {{name, boost::json::object{{pick({"gt", ">=", "lt", "<="}), comparable()}}}};
        case 3: return {{name, boost::json::object{{pick({"in", "nin"}), boost::json::array{scalar(), scalar()}}}}};
        case 4: return {{name, boost::json::object{{"contains", text()}}}};
        default: return {{name, boost::json::object{{"exists", below(2) == 0}}}};
        }
    }

    [[nodiscard]] boost::json::object filter(int depth = 2) {
        if (depth == 0 || below(3) != 0) {
            auto conditions = condition();
            if (below(3) == 0) {
                for (auto const& more : condition()) {
                    conditions[more.key()] = more.value();
                }
            }
            return conditions;
        }
        if (below(4) == 0) {
            return {{"$not", filter(depth - 1)}};
        }
        return {{pick({"$and", "$or"}), boost::json::array{filter(depth - 1), filter(depth - 1)}}};
    }

    [[nodiscard]] boost::json::value sort() {
        boost::json::array keys;
        for (auto count = 1 + below(3); count > 0; --count) {
            keys.emplace_back(pick<std::string>({"+", "-"}) + field());
        }
        return keys;
    }

    [[nodiscard]] boost::json::object query() {
        boost::json::object body{{"filter", filter()}, {"limit", below(3) == 0 ? 0 : below(12)}, {"offset", below(4)}};
        if (below(2) == 0) {
            body["sort"] = sort();
        }
        body["hydrate"] = below(2) == 0;
        if (below(4) == 0) {
            body["fields"] = boost::json::array{field(), field()};
        }
        body["count_only"] = below(8) == 0;
        return body;
    }

    [[nodiscard]] boost::json::object aggregate() {
        boost::json::object metrics{{"n", "count"}};
        for (auto const* kind : {"count", "sum", "min", "max", "distinct"}) {
            metrics[kind] = boost::json::object{{kind, field()}};
        }
        boost::json::object wanted{{"metrics", std::move(metrics)}};
        if (below(2) == 0) {
            wanted["group_by"] = field();
        }
        return {{"filter", filter()}, {"aggregate", std::move(wanted)}};
    }

    [[nodiscard]] std::map<std::string, std::string> schema() {
        std::map<std::string, std::string> kinds;
        for (auto const* name : {"name", "price", "tags", "a.b", "a.c"}) {
            kinds[name] = pick<std::string>({"", "exact", "numeric", "full-text"});
        }
        return kinds;
    }

private:
    [[nodiscard]] boost::json::value comparable() {
        return below(3) == 0 ? boost::json::value(text()) : boost::json::value(static_cast<double>(below(8)) / 2);
    }

    std::mt19937_64 random_;
};

class StoreProperty : public testing::TestWithParam<durability> {
protected:
    std::uint64_t const seed = std::random_device{}();
    random_world world{seed};
    memory_database data;
    naive_store model;
    std::shared_ptr<memory_database::store> store;

    static constexpr std::uint64_t small_segment = 4096; ///< So that there is something to compact.

    mkdb::store_options options() {
        mkdb::store_options chosen;
        chosen.partitions = 3;
        chosen.mode = GetParam();
        chosen.nested_queries = true;
        chosen.schema = world.schema();
        return chosen;
    }

    void write() {
        auto const id = "id" + std::to_string(world.below(60));
        auto const delta = world.delta();
        auto const done = store->write({.id = id, .delta = delta});
        ASSERT_TRUE(done) << done.error().message;
        model.created.try_emplace(id, done->revision);
        mkdb::document::merge(model.records[id], delta, true);
    }

    void erase() {
        auto const id = "id" + std::to_string(world.below(60));
        ASSERT_TRUE(store->erase({.id = id}));
        model.records.erase(id);
        model.created.erase(id);
    }

    void compact() {
        auto const done = store->compact();
        ASSERT_TRUE(done) << done.error().message;
    }

    void reopen() {
        store.reset();
        data.open();
        store = data->open_store("s", options(), {small_segment}).value();
    }

    void write_checkpoint() {
        auto const done = store->checkpoint();
        ASSERT_TRUE(done) << done.error().message;
    }

    /// The process ends as it is, and finds on the disk what it left, or something worse in the place of a checkpoint.
    void kill() {
        ASSERT_TRUE(store->flush());
        auto found = mkdb::testing::snapshot(data.disk, "/");
        for (auto const* partition : {"p000", "p001", "p002"}) {
            auto const name = std::string("/db/stores/s/") + partition + "/checkpoint";
            auto const at = found.find(name);
            if (at == found.end()) {
                continue;
            }
            auto const now = at->second;
            switch (world.below(6)) {
            case 0: found.erase(at); break;
            case 1: at->second[world.below(at->second.size())] ^= 4; break;
            case 2: at->second.resize(world.below(at->second.size())); break;
            case 3: at->second = earlier.contains(name) ? earlier.at(name) : now; break;
            default: break;
            }
            earlier[name] = now;
        }
        store.reset();
        data.disk = mkdb::testing::tree_of(found);
        data.open();
        store = data->open_store("s", options(), {small_segment}).value();
    }

    void restart_or_ask() {
        switch (world.below(15)) {
        case 0: reopen(); break;
        case 1:
        case 2: kill(); break;
        case 3:
        case 4: write_checkpoint(); break;
        default: ask(); break;
        }
    }

    std::map<std::string, std::string> earlier; ///< Checkpoints of before.

    void ask() {
        auto const body = world.below(10) == 0 ? world.aggregate() : world.query();
        SCOPED_TRACE(mkdb::document::to_json(body));
        auto const asked = store->parse_query(body);
        ASSERT_TRUE(asked) << asked.error().message;
        auto const expected = model.answer(*asked);
        auto const page = store->query(*asked);
        ASSERT_TRUE(page) << page.error().message;
        EXPECT_EQ(page->total_matches, expected.size());
        if (asked->aggregate) {
            EXPECT_EQ(page->aggregate, model.figures(*asked));
        }
        if (asked->count_only) {
            EXPECT_TRUE(page->ids.empty() && page->records.empty() && !page->next_cursor);
            return;
        }
        auto const first = std::min<std::size_t>(asked->offset, expected.size());
        auto const count =
            asked->limit == 0 ? expected.size() - first : std::min<std::size_t>(asked->limit, expected.size() - first);
        EXPECT_EQ(page->ids, std::vector(expected.begin() + static_cast<std::ptrdiff_t>(first),
                                         expected.begin() + static_cast<std::ptrdiff_t>(first + count)));
        EXPECT_EQ(page->next_cursor.has_value(), count > 0 && first + count < expected.size());
        for (auto const& record : page->records) {
            auto const& whole = model.records.at(record.id);
            EXPECT_EQ(object(record.json),
                      asked->fields ? mkdb::document::project(whole, *asked->fields, true) : whole);
        }
    }

    /// Page after page gives what one page without an end does.
    void ask_in_pages() {
        boost::json::object body{{"filter", world.filter()}, {"limit", 1 + world.below(7)}};
        if (world.below(2) == 0) {
            body["sort"] = world.sort();
        }
        SCOPED_TRACE(mkdb::document::to_json(body));
        auto const expected = model.answer(store->parse_query(body).value());
        std::vector<std::string> ids;
        for (bool more = true; more && ids.size() <= expected.size();) {
            auto const asked = store->parse_query(body);
            ASSERT_TRUE(asked) << asked.error().message;
            auto const page = store->query(*asked);
            ASSERT_TRUE(page) << page.error().message;
            EXPECT_EQ(page->total_matches, expected.size());
            ids.insert(ids.end(), page->ids.begin(), page->ids.end());
            more = page->next_cursor.has_value();
            body["cursor"] = page->next_cursor.value_or("");
        }
        EXPECT_EQ(ids, expected);
    }
};

TEST_P(StoreProperty, EveryAnswerIsThatOfANaiveScanWhateverIsIndexed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    store = data->create_store("s", options(), {small_segment}).value();
    for (int step = 0; step < 20000 && !HasFailure(); ++step) {
        switch (world.below(20)) {
        case 0: erase(); break;
        case 1: restart_or_ask(); break;
        case 2: world.below(5) == 0 ? static_cast<void>(store->reconfigure(options())) : ask(); break;
        case 3: world.below(5) == 0 ? compact() : write(); break;
        case 4:
        case 5:
        case 6: write(); break;
        case 7: ask_in_pages(); break;
        default: ask(); break;
        }
    }
    EXPECT_EQ(store->size(), model.records.size());
}

INSTANTIATE_TEST_SUITE_P(Durabilities, StoreProperty,
                         testing::Values(durability::sync, durability::interval, durability::buffered));

} // namespace
