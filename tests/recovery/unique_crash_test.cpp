// That no two records share the value of a unique field must hold over everything that may end a process.
#include "support/fault_file_system.hpp"
#include "support/memory_database.hpp"

#include <mkdb/core/hash.hpp>

#include <gmock/gmock.h>

#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace {

using mkdb::durability;
using mkdb::errc;
using mkdb::test::object;
using mkdb::testing::fault_file_system;
using mkdb::testing::kept_bytes;
using mkdb::testing::kept_names;

struct faulty_policies : mkdb::test::memory_policies {
    using file = fault_file_system;
};

class UniqueCrash : public testing::Test {
protected:
    using database = mkdb::basic_database<faulty_policies>;
    static constexpr std::uint32_t partitions = 3;

    fault_file_system disk{std::uint64_t{11}};
    std::vector<mkdb::event> events;
    std::unique_ptr<database> data;
    std::shared_ptr<database::store> store;

    static mkdb::store_options options(durability mode) {
        mkdb::store_options chosen{.partitions = partitions, .mode = mode, .max_pending = 8};
        chosen.schema = {{"mail", "exact"}};
        chosen.unique = {"mail"};
        return chosen;
    }

    void start(durability mode, bool anew) {
        data = database::open(
                   "/db",
                   {.on_event = [this](mkdb::event const& seen) { events.push_back(seen); }, .background_flush = false},
                   {disk, {}, mkdb::random::seeded(5)})
                   .value();
        store = (anew ? data->create_store("s", options(mode)) : data->open_store("s", options(mode))).value();
    }

    void stop() {
        store.reset();
        data.reset();
    }

    mkdb::result<mkdb::write_outcome> put(std::string id, std::string_view json) {
        return store->write({.id = std::move(id), .delta = object(json)});
    }

    /// How many records hold each value.
    [[nodiscard]] std::map<std::string, int> holders() const {
        std::map<std::string, int> counted;
        store
            ->for_each([&](mkdb::record const& each) {
                if (auto const* mail = object(each.json).if_contains("mail")) {
                    ++counted[std::string(mail->as_string())];
                }
                return true;
            })
            .value();
        return counted;
    }
};

TEST_F(UniqueCrash, TheValueOfAWriteWhoseOutcomeIsUnknownGoesToNobodyElse) {
    start(durability::sync, true);
    std::string other = "b";
    while (mkdb::partition_of(other, partitions) == mkdb::partition_of("a", partitions)) {
        other += 'b';
    }
    ASSERT_TRUE(put("a", "{}")) << "the log has a segment";
    disk.plan() = {.fail_at = 1, .only = "sync"};
    EXPECT_EQ(put("a", R"({"mail":"m"})").error().code, errc::outcome_unknown);
    disk.plan() = {};
    EXPECT_EQ(put(other, R"({"mail":"m"})").error().code, errc::value_taken);
    EXPECT_TRUE(put(other, R"({"mail":"n"})")) << "its own partition takes writes";
    stop();
    start(durability::sync, false);
    EXPECT_TRUE(store->read("a")) << "the log had it";
    EXPECT_THAT(holders(), testing::ElementsAre(testing::Pair("m", 1), testing::Pair("n", 1)));
}

/// Values go from record to record, in all modes, until the power is off.
TEST_F(UniqueCrash, NoPowerCutLeavesAValueToTwoRecords) {
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        auto const mode = std::vector{durability::buffered, durability::interval, durability::sync}[seed % 3];
        SCOPED_TRACE("seed " + std::to_string(seed));
        stop();
        disk = fault_file_system(seed);
        start(mode, true);
        std::mt19937_64 chance(seed);
        int given = 0;
        for (int i = 0; i < 80; ++i) {
            auto const id = "r" + std::to_string(chance() % 12);
            auto const value = chance() % 4 == 0 ? "null" : "\"v" + std::to_string(chance() % 5) + "\"";
            auto const done = chance() % 5 == 0 ? store->erase({.id = id}) : put(id, R"({"mail":)" + value + "}");
            ASSERT_TRUE(done || done.error().code == errc::value_taken) << done.error().message;
            given += done ? 1 : 0;
        }
        ASSERT_GT(given, 20);
        auto const bytes = std::vector{kept_bytes::none, kept_bytes::all, kept_bytes::prefix, kept_bytes::subset,
                                       kept_bytes::zeros}[chance() % 5];
        auto const left = disk.after_power_cut(bytes, kept_names::none, seed);
        stop();
        events.clear();
        disk = fault_file_system::holding(left, seed);
        start(mode, false);
        for (auto const& [value, records] : holders()) {
            EXPECT_EQ(records, 1) << value;
        }
        for (auto const& each : events) {
            EXPECT_THAT(each.message, testing::Not(testing::HasSubstr("kept unique, but was not")));
        }
    }
}

} // namespace
