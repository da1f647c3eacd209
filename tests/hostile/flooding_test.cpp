#include "support/colliding_keys.hpp"
#include "support/cpu_time.hpp"
#include "support/memory_database.hpp"

#include <mkdb/engine/directory_builder.hpp>
#include <mkdb/engine/partition_state.hpp>
#include <mkdb/engine/staging.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// T46: keys that collide cost at most three times what random ones of their length do.
namespace {

using namespace mkdb::test;
using keys = std::vector<std::string>;

constexpr std::size_t flood_size = 100000;
constexpr double allowed = 3;

/// What is known to an attacker, and random keys of the same length.
struct flood {
    std::string of;
    keys hostile;
    keys usual = random_keys(hostile.size(), hostile.front().size());
};

[[nodiscard]] std::vector<flood> const& floods() {
    static std::vector<flood> const all{{"std::hash", std_hash_collisions(flood_size)},
                                        {"FNV-1a", fnv_collisions(flood_size, fnv_start, 32)},
                                        {"XXH3 of partitions", partition_collisions(flood_size, 40)}};
    return all;
}

/// `use` of the keys of each flood.
void expect_no_difference(std::function<void(keys const&)> const& use) {
    for (auto const& each : floods()) {
        auto const ratio = cost_ratio([&] { use(each.hostile); }, [&] { use(each.usual); }, allowed);
        EXPECT_LE(ratio, allowed) << each.of;
    }
}

[[nodiscard]] boost::json::object record(std::string_view key) {
    return {{"k", key}, {"n", 1}};
}

/// A store that holds one record a key, under the key as its id.
class filled_store {
public:
    filled_store(keys const& ids, mkdb::store_options options) : store_(database_.create("s", std::move(options))) {
        for (auto const& id : ids) {
            EXPECT_TRUE(store_->write({.id = id, .delta = record(id)}));
        }
    }

    [[nodiscard]] mkdb::query_page ask(std::string_view text) const {
        return store_->query(store_->parse_query(object(text)).value()).value();
    }
    [[nodiscard]] auto& operator*() { return *store_; }

private:
    memory_database database_;
    std::shared_ptr<memory_database::store> store_;
};

TEST(Flooding, KeysCollideAsTheyShould) {
    for (auto const& each : floods()) {
        ASSERT_EQ(each.hostile.size(), flood_size);
        EXPECT_EQ(std::set<std::string>(each.hostile.begin(), each.hostile.end()).size(), flood_size) << each.of;
    }
    for (auto const& key : floods()[0].hostile) {
        ASSERT_EQ(std::hash<std::string>()(key), std::hash<std::string>()(floods()[0].hostile.front()));
    }
    for (auto const& key : floods()[1].hostile) {
        ASSERT_EQ(static_cast<std::uint32_t>(fnv_hash(key, fnv_start)),
                  static_cast<std::uint32_t>(fnv_hash(floods()[1].hostile.front(), fnv_start)));
    }
}

TEST(Flooding, OfIdsThatAreWrittenReadAndErased) {
    for (auto const mode : {mkdb::durability::sync, mkdb::durability::buffered}) {
        expect_no_difference([&](keys const& ids) {
            filled_store store(ids, {.mode = mode, .max_pending = 2 * flood_size});
            for (auto const& id : ids) {
                EXPECT_TRUE((*store).read(id));
            }
            for (auto const& id : ids) {
                EXPECT_TRUE((*store).erase({.id = id}));
            }
            EXPECT_EQ((*store).size(), 0U);
        });
    }
}

TEST(Flooding, OfIdsInOneCommit) {
    expect_no_difference([](keys const& ids) {
        auto const nothing = [](std::string_view) {
            return mkdb::result<std::optional<mkdb::engine::base_state>>(std::nullopt);
        };
        mkdb::engine::staging work(nothing, false, 1, 46);
        for (auto const& id : ids) {
            mkdb::engine::operation op;
            op.id = id;
            op.delta = record("x");
            EXPECT_TRUE(work.apply(op));
        }
        EXPECT_EQ(mkdb::engine::make_batch(mkdb::engine::id_map<mkdb::engine::pending_change>(), work.versions(), 46)
                      .records.size(),
                  flood_size);
    });
}

TEST(Flooding, OfDeletionsInALogThatIsOpened) {
    expect_no_difference([](keys const& ids) {
        mkdb::engine::directory_builder builder(46);
        std::uint64_t sequence = 0;
        for (auto const& id : ids) {
            builder.add({mkdb::storage::record_kind::tombstone, ++sequence, 0, id, {}}, {1, 1, 8});
        }
        EXPECT_EQ(builder.take_graves().size(), ids.size());
    });
}

TEST(Flooding, OfKeysAndTermsOfIndexes) {
    for (auto const* kind : {"exact", "full-text"}) {
        expect_no_difference([&](keys const& values) {
            filled_store store(
                values, {.mode = mkdb::durability::buffered, .max_pending = 2 * flood_size, .schema = {{"k", kind}}});
            for (std::size_t i = 0; i < values.size(); i += 10) {
                auto const filter = R"({"filter":{"k":{"in":[")" + values[i] + R"("]}}})";
                EXPECT_EQ(store.ask(kind == std::string("exact") ? filter : R"({"k":["none"]})").total_matches,
                          kind == std::string("exact") ? 1U : 0U);
            }
        });
    }
}

/// Writes a record of these names, merges into it, and looks for one.
void use_names(std::span<std::string const> names) {
    std::string text = "{";
    for (auto const& name : names) {
        text += (text.size() == 1 ? "\"" : ",\"") + name + "\":1";
    }
    text += '}';
    memory_database database;
    auto const store = database.create("s");
    EXPECT_TRUE(store->write({.id = "r", .delta = object(text)}));
    EXPECT_TRUE(store->write({.id = "r", .delta = object(text)}));
    auto const found = store->query(store->parse_query({{names.front(), 1}}).value());
    EXPECT_EQ(found->total_matches, 1U);
}

TEST(Flooding, OfNamesOfFieldsInOneRecord) {
    constexpr std::size_t in_a_document = 80000; // Of 96 bytes each.
    for (auto const& each : {floods()[0], floods()[2]}) {
        EXPECT_LE(cost_ratio([&] { use_names(std::span(each.hostile).first(in_a_document)); },
                             [&] { use_names(std::span(each.usual).first(in_a_document)); }, allowed),
                  allowed)
            << each.of;
    }
}

/// Open: docs/design/0025-flooding.md. A large table lies 16 bytes behind the beginning of a page, so that twelve bits
/// of what is added to FNV's first state are known, and of 65,536 places sixteen are used.
TEST(Flooding, DISABLED_OfNamesThatAreMadeForTheTablesOfBoostJson) {
    constexpr std::size_t places = 65536;
    auto const hostile = fnv_collisions(places, fnv_start + 16, 12);
    auto const usual = random_keys(places, hostile.front().size());
    EXPECT_LE(cost_ratio([&] { use_names(hostile); }, [&] { use_names(usual); }, allowed), allowed);
}

TEST(Flooding, OfValuesThatAreCountedAndGrouped) {
    auto const grouped = R"({"filter":{},"aggregate":{"group_by":"k","metrics":{"n":"count"}}})";
    auto const distinct = R"({"filter":{},"aggregate":{"metrics":{"n":{"distinct":"k"}}}})";
    for (auto const& each : floods()) {
        // A tenth, since groups of all would go beyond the limit of memory.
        keys const hostile(each.hostile.begin(), each.hostile.begin() + flood_size / 10);
        keys const usual(each.usual.begin(), each.usual.begin() + flood_size / 10);
        filled_store flooded(hostile, {.mode = mkdb::durability::buffered, .max_pending = flood_size});
        filled_store quiet(usual, {.mode = mkdb::durability::buffered, .max_pending = flood_size});
        for (auto const* query : {grouped, distinct}) {
            EXPECT_LE(cost_ratio([&] { EXPECT_TRUE(flooded.ask(query).aggregate); },
                                 [&] { EXPECT_TRUE(quiet.ask(query).aggregate); }, allowed),
                      allowed)
                << each.of << ": " << query;
        }
    }
}

} // namespace
