#include "property/naive_store.hpp"
#include "property/random_world.hpp"
#include "support/log_driver.hpp"
#include "support/memory_database.hpp"

#include <mkdb/document/merge.hpp>
#include <mkdb/document/project.hpp>
#include <mkdb/document/write.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace {

using mkdb::durability;
using mkdb::test::memory_database;
using mkdb::test::naive_store;
using mkdb::test::object;
using mkdb::test::random_world;

/// MKDB_PROPERTY_QUERIES: how many questions are asked in each durability.
[[nodiscard]] std::uint64_t queries_wanted() {
    auto const* const wanted = std::getenv("MKDB_PROPERTY_QUERIES");
    return wanted == nullptr ? 13000 : std::strtoull(wanted, nullptr, 10);
}

/// MKDB_PROPERTY_SEED: to see a run again.
[[nodiscard]] std::uint64_t seed_of_run() {
    auto const* const wanted = std::getenv("MKDB_PROPERTY_SEED");
    return wanted == nullptr ? std::random_device{}() : std::strtoull(wanted, nullptr, 10);
}

class StoreProperty : public testing::TestWithParam<durability> {
protected:
    std::uint64_t const seed = seed_of_run();
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
        auto const id = world.id();
        auto const delta = world.delta();
        auto const done = store->write({.id = id, .delta = delta});
        ASSERT_TRUE(done) << done.error().message;
        model.created.try_emplace(id, done->revision);
        mkdb::document::merge(model.records[id], delta, true);
    }

    void erase() {
        auto const id = world.id();
        ASSERT_TRUE(store->erase({.id = id}));
        model.records.erase(id);
        model.created.erase(id);
    }

    void compact() {
        auto const done = store->compact();
        ASSERT_TRUE(done) << done.error().message;
    }

    void rebuild() {
        auto const done = store->rebuild_indexes();
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

    void change_indexes_or_ask() {
        switch (world.below(10)) {
        case 0: rebuild(); break;
        case 1:
        case 2: {
            auto const done = store->reconfigure(options());
            ASSERT_TRUE(done) << done.error().message;
            break;
        }
        default: ask(); break;
        }
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
    std::uint64_t queries = 0;

    void ask() {
        auto const body = world.below(10) == 0 ? world.aggregate() : world.query();
        SCOPED_TRACE(mkdb::document::to_json(body));
        auto const asked = store->parse_query(body);
        ASSERT_TRUE(asked) << asked.error().message;
        auto const expected = model.answer(*asked);
        auto const page = store->query(*asked);
        ++queries;
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
            ++queries;
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
    std::cout << "MKDB_SEED=" << seed << '\n';
    store = data->create_store("s", options(), {small_segment}).value();
    while (queries < queries_wanted() && !HasFailure()) {
        switch (world.below(20)) {
        case 0: erase(); break;
        case 1: restart_or_ask(); break;
        case 2: change_indexes_or_ask(); break;
        case 3: world.below(5) == 0 ? compact() : write(); break;
        case 4:
        case 5:
        case 6: write(); break;
        case 7: ask_in_pages(); break;
        default: ask(); break;
        }
    }
    EXPECT_EQ(store->size(), model.records.size());
    RecordProperty("queries", std::to_string(queries));
}

INSTANTIATE_TEST_SUITE_P(Durabilities, StoreProperty,
                         testing::Values(durability::sync, durability::interval, durability::buffered));

} // namespace
