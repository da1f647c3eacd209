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
#include <optional>
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

/// MKDB_PROPERTY_SEED: to see a run again. Each life of a run has the next seed.
[[nodiscard]] std::uint64_t seed_of_run() {
    auto const* const wanted = std::getenv("MKDB_PROPERTY_SEED");
    return wanted == nullptr ? std::random_device{}() : std::strtoull(wanted, nullptr, 10);
}

/// A store and its model from the first record on, through all that may happen to them.
class store_life {
public:
    store_life(durability mode, std::uint64_t seed) : mode_(mode), world_(seed) {
        store_ = data_->create_store("s", options(), {small_segment}).value();
    }

    /// Returns how many queries were asked: as many as wanted, or fewer when one was answered wrongly.
    [[nodiscard]] std::uint64_t live(std::uint64_t wanted) {
        while (queries_ < wanted && !testing::Test::HasFailure()) {
            switch (world_.below(20)) {
            case 0: erase(); break;
            case 1: restart_or_ask(); break;
            case 2: change_indexes_or_ask(); break;
            case 3: world_.below(5) == 0 ? compact() : write(); break;
            case 4:
            case 5:
            case 6: write(); break;
            case 7: ask_in_pages(); break;
            case 8: ask_again_or_ask(); break;
            default: ask(); break;
            }
        }
        EXPECT_EQ(store_->size(), model_.records.size());
        return queries_;
    }

private:
    static constexpr std::uint64_t small_segment = 4096; ///< So that there is something to compact.

    mkdb::store_options options() {
        mkdb::store_options chosen;
        chosen.partitions = 3;
        chosen.mode = mode_;
        chosen.nested_queries = true;
        chosen.schema = world_.schema();
        chosen.languages = world_.languages();
        return chosen;
    }

    void write() {
        auto const id = world_.id();
        auto const delta = world_.delta();
        auto const done = store_->write({.id = id, .delta = delta});
        ASSERT_TRUE(done) << done.error().message;
        model_.created.try_emplace(id, done->revision);
        mkdb::document::merge(model_.records[id], delta, true);
    }

    void erase() {
        auto const id = world_.id();
        ASSERT_TRUE(store_->erase({.id = id}));
        model_.records.erase(id);
        model_.created.erase(id);
    }

    void compact() {
        auto const done = store_->compact();
        ASSERT_TRUE(done) << done.error().message;
    }

    void rebuild() {
        auto const done = store_->rebuild_indexes();
        ASSERT_TRUE(done) << done.error().message;
    }

    void reopen() {
        store_.reset();
        data_.open();
        store_ = data_->open_store("s", options(), {small_segment}).value();
    }

    void write_checkpoint() {
        auto const done = store_->checkpoint();
        ASSERT_TRUE(done) << done.error().message;
    }

    /// The process ends as it is, and finds on the disk what it left, or something worse in the place of a checkpoint.
    void kill() {
        ASSERT_TRUE(store_->flush());
        auto found = mkdb::testing::snapshot(data_.disk, "/");
        for (auto const* partition : {"p000", "p001", "p002"}) {
            auto const name = std::string("/db/stores/s/") + partition + "/checkpoint";
            auto const at = found.find(name);
            if (at == found.end()) {
                continue;
            }
            auto const now = at->second;
            switch (world_.below(6)) {
            case 0: found.erase(at); break;
            case 1: at->second[world_.below(at->second.size())] ^= 4; break;
            case 2: at->second.resize(world_.below(at->second.size())); break;
            case 3: at->second = earlier_.contains(name) ? earlier_.at(name) : now; break;
            default: break;
            }
            earlier_[name] = now;
        }
        store_.reset();
        data_.disk = mkdb::testing::tree_of(found);
        data_.open();
        store_ = data_->open_store("s", options(), {small_segment}).value();
    }

    void change_indexes_or_ask() {
        switch (world_.below(10)) {
        case 0: rebuild(); break;
        case 1:
        case 2: {
            auto const done = store_->reconfigure(options());
            ASSERT_TRUE(done) << done.error().message;
            break;
        }
        default: ask(); break;
        }
    }

    void restart_or_ask() {
        switch (world_.below(15)) {
        case 0: reopen(); break;
        case 1:
        case 2: kill(); break;
        case 3:
        case 4: write_checkpoint(); break;
        default: ask(); break;
        }
    }

    void ask() {
        auto const body = world_.below(10) == 0 ? world_.aggregate() : world_.query();
        SCOPED_TRACE(mkdb::document::to_json(body));
        auto const asked = store_->parse_query(body);
        ASSERT_TRUE(asked) << asked.error().message;
        if (world_.below(8) == 0) {
            before_ = *asked;
        }
        auto const expected = model_.answer(*asked);
        auto const page = store_->query(*asked);
        ++queries_;
        ASSERT_TRUE(page) << page.error().message;
        EXPECT_EQ(page->total_matches, expected.size());
        if (asked->aggregate) {
            EXPECT_EQ(page->aggregate, model_.figures(*asked));
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
            auto const& whole = model_.records.at(record.id);
            EXPECT_EQ(object(record.json),
                      asked->fields ? mkdb::document::project(whole, *asked->fields, true) : whole);
        }
    }

    /// A request from before means what it meant, whatever became of indexes and languages.
    void ask_again_or_ask() {
        if (!before_) {
            ask();
            return;
        }
        auto const page = store_->query(*before_);
        ++queries_;
        ASSERT_TRUE(page) << page.error().message;
        EXPECT_EQ(page->total_matches, model_.answer(*before_).size());
    }

    /// Page after page gives what one page without an end does.
    void ask_in_pages() {
        boost::json::object body{{"filter", world_.filter()}, {"limit", 1 + world_.below(7)}};
        if (world_.below(2) == 0) {
            body["sort"] = world_.sort();
        }
        SCOPED_TRACE(mkdb::document::to_json(body));
        auto const expected = model_.answer(store_->parse_query(body).value());
        std::vector<std::string> ids;
        for (bool more = true; more && ids.size() <= expected.size();) {
            auto const asked = store_->parse_query(body);
            ASSERT_TRUE(asked) << asked.error().message;
            auto const page = store_->query(*asked);
            ++queries_;
            ASSERT_TRUE(page) << page.error().message;
            EXPECT_EQ(page->total_matches, expected.size());
            ids.insert(ids.end(), page->ids.begin(), page->ids.end());
            more = page->next_cursor.has_value();
            body["cursor"] = page->next_cursor.value_or("");
        }
        EXPECT_EQ(ids, expected);
    }

    durability mode_;
    random_world world_;
    memory_database data_;
    naive_store model_;
    std::shared_ptr<memory_database::store> store_;
    std::map<std::string, std::string> earlier_; ///< Checkpoints of before.
    std::optional<mkdb::query::request> before_;
    std::uint64_t queries_ = 0;
};

class StoreProperty : public testing::TestWithParam<durability> {};

TEST_P(StoreProperty, EveryAnswerIsThatOfANaiveScanWhateverIsIndexed) {
    constexpr std::uint64_t queries_a_life = 13000;
    std::uint64_t queries = 0;
    for (auto seed = seed_of_run(); queries < queries_wanted() && !HasFailure(); ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        if (queries == 0) {
            std::cout << "MKDB_SEED=" << seed << '\n';
        }
        queries += store_life(GetParam(), seed).live(std::min(queries_a_life, queries_wanted() - queries));
    }
    RecordProperty("queries", std::to_string(queries));
}

INSTANTIATE_TEST_SUITE_P(Durabilities, StoreProperty,
                         testing::Values(durability::sync, durability::interval, durability::buffered));

} // namespace
