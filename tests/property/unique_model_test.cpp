// Unique fields of a store against a map that is searched through.
#include "support/memory_database.hpp"

#include <mkdb/document/describe.hpp>
#include <mkdb/document/merge.hpp>
#include <mkdb/document/path.hpp>
#include <mkdb/document/value_order.hpp>
#include <mkdb/document/write.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace {

using mkdb::durability;
using mkdb::errc;
using mkdb::test::memory_database;
using field_set = std::set<std::string, std::less<>>;

/// MKDB_PROPERTY_SEED: to see a run again.
[[nodiscard]] std::uint64_t seed_of_run() {
    auto const* const wanted = std::getenv("MKDB_PROPERTY_SEED");
    return wanted == nullptr ? std::random_device{}() : std::strtoull(wanted, nullptr, 10);
}

/// Whether a value counts, and may not be shared.
[[nodiscard]] bool counts(boost::json::value const* value) {
    return value != nullptr && !value->is_null() && !value->is_array() && !value->is_object();
}

/// Records in a map, and what the store must say to a write.
class naive_records {
public:
    std::map<std::string, boost::json::object> records;
    field_set unique;
    bool nested = false;

    /// All that may be said; nothing but "" when the write must be taken.
    [[nodiscard]] field_set answers_to(std::string const& id, boost::json::object const& delta) const {
        auto const at = records.find(id);
        auto const before = at == records.end() ? boost::json::object() : at->second;
        auto after = before;
        mkdb::document::merge(after, delta, nested);
        for (auto const& field : unique) {
            auto const* value = mkdb::document::find_field(after, field, nested);
            auto const about = "Record '" + id + "': field '" + field + "'";
            if (value != nullptr && (value->is_array() || value->is_object())) {
                return {about + " is unique: expected a string, a number, true or false, found " +
                        mkdb::document::describe(*value)};
            }
            auto const* had = mkdb::document::find_field(before, field, nested);
            if (!counts(value) || (had != nullptr && mkdb::document::equal(*had, *value))) {
                continue;
            }
            field_set refusals;
            for (auto const& [other, fields] : records) {
                auto const* held = mkdb::document::find_field(fields, field, nested);
                if (other != id && counts(held) && mkdb::document::equal(*held, *value)) {
                    refusals.insert(about + ": " + mkdb::document::describe(*value) + " is taken by record '" + other +
                                    "'");
                }
            }
            if (!refusals.empty()) {
                return refusals;
            }
        }
        return {""};
    }

    [[nodiscard]] bool shares(std::string const& field, bool as_path) const {
        for (auto a = records.begin(); a != records.end(); ++a) {
            auto const* value = mkdb::document::find_field(a->second, field, as_path);
            for (auto b = std::next(a); counts(value) && b != records.end(); ++b) {
                auto const* other = mkdb::document::find_field(b->second, field, as_path);
                if (other != nullptr && mkdb::document::equal(*value, *other)) {
                    return true;
                }
            }
        }
        return false;
    }
};

/// A store and its model, one operation after the other, through all that may happen to them.
class unique_life {
public:
    explicit unique_life(std::uint64_t seed) : chance_(seed) {
        store_ = data_->create_store("s", options_, {small_segment}).value();
    }

    void live(int operations) {
        for (int i = 0; i < operations && !testing::Test::HasFailure(); ++i) {
            switch (below(40)) {
            case 0: reopen(); break;
            case 1: ASSERT_TRUE(store_->rebuild_indexes()); break;
            case 2: ASSERT_TRUE(store_->checkpoint()); break;
            case 3: ASSERT_TRUE(store_->compact()); break;
            case 4:
            case 5: change_settings(); break;
            case 6:
            case 7:
            case 8: erase(); break;
            default: write(); break;
            }
        }
        compare();
    }

    int taken = 0;
    int refused = 0;
    int settings_taken = 0;
    int settings_refused = 0;

private:
    static constexpr std::uint64_t small_segment = 4096;

    [[nodiscard]] std::size_t below(std::size_t bound) { return chance_() % bound; }
    [[nodiscard]] std::string id() { return "id" + std::to_string(below(14)); }

    [[nodiscard]] boost::json::value value() {
        switch (below(16)) {
        case 0: return nullptr;
        case 1: return boost::json::array{1, "x"};
        case 2: return true;
        case 3: return 1;
        case 4: return 1.0;
        case 5: return "1";
        case 6: return boost::json::object{{"b", static_cast<int>(below(4))}};
        case 7: return std::uint64_t{9007199254740993U};
        case 8: return 9007199254740992.0;
        default: return boost::json::value(std::string(1, static_cast<char>('a' + below(10))));
        }
    }

    [[nodiscard]] boost::json::object delta() {
        boost::json::object fields;
        for (auto const* name : {"mail", "a", "a.b", "n"}) {
            if (below(3) == 0) {
                fields[name] = value();
            }
        }
        return fields;
    }

    [[nodiscard]] std::optional<durability> mode() {
        return std::vector<std::optional<durability>>{{}, durability::buffered, durability::interval}[below(3)];
    }

    void write() {
        auto const record = id();
        auto const wanted = delta();
        SCOPED_TRACE(record + " " + mkdb::document::to_json(wanted));
        auto const expected = model_.answers_to(record, wanted);
        auto const done = store_->write({.id = record, .delta = wanted, .mode = mode()});
        EXPECT_TRUE(expected.contains(done ? "" : done.error().message))
            << (done ? "it was taken" : done.error().message) << ", expected " << *expected.begin();
        if (done) {
            ++taken;
            mkdb::document::merge(model_.records[record], wanted, model_.nested);
        } else {
            ++refused;
            EXPECT_EQ(done.error().code, done.error().message.find("is taken") != std::string::npos
                                             ? errc::value_taken
                                             : errc::invalid_argument);
        }
    }

    void erase() {
        auto const record = id();
        ASSERT_TRUE(store_->erase({.id = record, .mode = mode()}));
        model_.records.erase(record);
    }

    /// Of "mail" and "a.b" some are unique, with an index or with another meaning of the name.
    [[nodiscard]] mkdb::store_options drawn_options() {
        mkdb::store_options drawn{.partitions = 3};
        drawn.nested_queries = below(3) == 0 ? !options_.nested_queries : options_.nested_queries;
        for (auto const* field : {"mail", "a.b"}) {
            if (below(3) != 0) {
                drawn.unique.insert(field);
                drawn.schema[field] = "exact";
            } else {
                drawn.schema[field] = std::vector{"", "exact", "numeric"}[below(3)];
            }
        }
        return drawn;
    }

    void take_options(mkdb::store_options drawn) {
        model_.unique = drawn.unique;
        model_.nested = drawn.nested_queries;
        options_ = std::move(drawn);
    }

    void change_settings() {
        auto drawn = drawn_options();
        bool fits = true;
        for (auto const& field : drawn.unique) {
            bool const was =
                options_.unique.contains(field) && (field == "mail" || drawn.nested_queries == options_.nested_queries);
            fits = fits && (was || !model_.shares(field, drawn.nested_queries));
        }
        auto const done = store_->reconfigure(drawn);
        EXPECT_EQ(done.has_value(), fits) << (done ? "" : done.error().message);
        if (done) {
            ++settings_taken;
            take_options(std::move(drawn));
        } else {
            ++settings_refused;
            EXPECT_EQ(done.error().code, errc::value_taken);
            EXPECT_EQ(store_->options().unique, options_.unique);
        }
    }

    /// With other settings now and then, which may make fields unique that are not.
    void reopen() {
        if (below(2) == 0) {
            take_options(drawn_options());
        }
        store_.reset();
        data_.open();
        store_ = data_->open_store("s", options_, {small_segment}).value();
        compare();
    }

    void compare() {
        std::map<std::string, boost::json::object> found;
        ASSERT_TRUE(store_->for_each([&](mkdb::record const& each) {
            found.emplace(each.id, mkdb::test::object(each.json));
            return true;
        }));
        EXPECT_EQ(found, model_.records);
    }

    memory_database data_;
    std::mt19937_64 chance_;
    mkdb::store_options options_{.partitions = 3};
    std::shared_ptr<memory_database::store> store_;
    naive_records model_;
};

TEST(UniqueModel, AWriteIsRefusedExactlyWhenItsValueIsTaken) {
    auto const seed = seed_of_run();
    std::cout << "MKDB_PROPERTY_SEED=" << seed << '\n';
    int taken = 0;
    int refused = 0;
    int settings_taken = 0;
    int settings_refused = 0;
    for (std::uint64_t each = seed; each < seed + 4 && !testing::Test::HasFailure(); ++each) {
        SCOPED_TRACE("seed " + std::to_string(each));
        unique_life life(each);
        life.live(1500);
        taken += life.taken;
        refused += life.refused;
        settings_taken += life.settings_taken;
        settings_refused += life.settings_refused;
    }
    EXPECT_GT(taken, 500);
    EXPECT_GT(refused, 500);
    EXPECT_GT(settings_taken, 10);
    EXPECT_GT(settings_refused, 10);
}

} // namespace
