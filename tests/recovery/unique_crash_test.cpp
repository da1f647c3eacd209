// That no two records share the value of a unique field must hold over everything that may end a process.
#include "support/fault_database.hpp"

#include <mkdb/core/hash.hpp>

#include <gmock/gmock.h>

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using mkdb::durability;
using mkdb::errc;
using mkdb::test::object;
using mkdb::testing::fault_file_system;
using mkdb::testing::kept_bytes;
using mkdb::testing::kept_names;

class UniqueCrash : public testing::Test {
protected:
    using database = mkdb::test::fault_database;
    static constexpr std::uint32_t partitions = 3;

    fault_file_system disk{std::uint64_t{11}};
    std::vector<mkdb::event> events;
    std::unique_ptr<database> data;
    std::shared_ptr<database::store> store;

    static mkdb::store_options options(bool unique = true) {
        mkdb::store_options chosen{.partitions = partitions, .max_pending = 8};
        chosen.schema = {{"mail", "exact"}};
        if (unique) {
            chosen.unique = {"mail"};
        }
        return chosen;
    }

    void start(bool anew) {
        data = database::open(
                   "/db",
                   {.on_event = [this](mkdb::event const& seen) { events.push_back(seen); }, .background_flush = false},
                   {disk, {}, mkdb::random::seeded(5)})
                   .value();
        store = (anew ? data->create_store("s", options()) : data->open_store("s", options())).value();
    }

    void stop() {
        store.reset();
        data.reset();
    }

    mkdb::result<mkdb::write_outcome> put(std::string id, std::string_view json, durability mode = durability::sync) {
        return store->write({.id = std::move(id), .delta = object(json), .mode = mode});
    }

    /// An id in another partition than "a".
    [[nodiscard]] static std::string elsewhere(std::string id = "b") {
        while (mkdb::partition_of(id, partitions) == mkdb::partition_of("a", partitions)) {
            id += 'x';
        }
        return id;
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

/// Another partition commits whenever this one is about to write: it must find the value taken, though no record shows
/// it.
TEST_F(UniqueCrash, AWriteThatIsOnItsWayHasItsValueAndWhatItGivesUp) {
    start(true);
    ASSERT_TRUE(put("a", R"({"mail":"old"})"));
    std::vector<errc> met;
    bool first = true;
    disk.before_each_change([&] {
        if (!std::exchange(first, false)) {
            return;
        }
        for (auto const* json : {R"({"mail":"new"})", R"({"mail":"old"})"}) {
            auto const done = put(elsewhere(), json);
            met.push_back(done ? errc() : done.error().code);
        }
    });
    ASSERT_TRUE(put("a", R"({"mail":"new"})"));
    disk.before_each_change({});
    EXPECT_THAT(met, testing::ElementsAre(errc::value_taken, errc::value_taken));
    EXPECT_TRUE(put(elsewhere(), R"({"mail":"old"})"));
    EXPECT_THAT(holders(), testing::ElementsAre(testing::Pair("new", 1), testing::Pair("old", 1)));
}

TEST_F(UniqueCrash, TheValueOfAWriteWhoseOutcomeIsUnknownGoesToNobodyElse) {
    start(true);
    ASSERT_TRUE(put("a", R"({"n":1})"));
    disk.plan() = {.fail_at = 1, .only = "sync"};
    EXPECT_EQ(put("a", R"({"mail":"m"})").error().code, errc::outcome_unknown);
    disk.plan() = {};
    EXPECT_EQ(put(elsewhere(), R"({"mail":"m"})").error().code, errc::value_taken);
    EXPECT_TRUE(put(elsewhere(), R"({"mail":"n"})")) << "its own partition takes writes";
    stop();
    start(false);
    EXPECT_THAT(holders(), testing::ElementsAre(testing::Pair("m", 1), testing::Pair("n", 1))) << "the log had it";
}

/// What a record gave up before the field was unique is not on the disk yet.
TEST_F(UniqueCrash, AFieldThatBecomesUniqueStaysSoOverAPowerCut) {
    start(true);
    ASSERT_TRUE(store->reconfigure(options(false)));
    ASSERT_TRUE(put("a", R"({"mail":"m"})"));
    ASSERT_TRUE(put("a", R"({"mail":"other"})", durability::buffered));
    ASSERT_TRUE(store->reconfigure(options(true)));
    ASSERT_TRUE(put(elsewhere(), R"({"mail":"m"})"));
    auto const left = disk.after_power_cut(kept_bytes::none, kept_names::none, 1);
    stop();
    disk = fault_file_system::holding(left, 1);
    start(false);
    EXPECT_THAT(holders(), testing::ElementsAre(testing::Pair("m", 1), testing::Pair("other", 1)));
}

/// One batch takes a value from a record of a partition and gives it to one of another.
TEST_F(UniqueCrash, ABatchThatHandsAValueOnIsThereAsAWholeOrNotAtAll) {
    std::uint64_t cut = 1;
    for (bool reached = true; reached && !HasFailure(); ++cut) {
        for (auto const bytes : {kept_bytes::none, kept_bytes::all, kept_bytes::subset}) {
            SCOPED_TRACE("cut at call " + std::to_string(cut));
            stop();
            disk = fault_file_system(cut);
            start(true);
            ASSERT_TRUE(put("a", R"({"mail":"m"})"));
            disk.plan() = {.fail_at = cut, .sticky = true};
            auto const told =
                store->batch({mkdb::write_request{.id = "a", .delta = object(R"({"mail":"n"})")},
                              mkdb::write_request{.id = elsewhere(), .delta = object(R"({"mail":"m"})")}});
            reached = disk.plan().calls >= cut;
            disk.plan().fail_at = 0;
            auto const left = disk.after_power_cut(bytes, kept_names::all, cut);
            stop();
            disk = fault_file_system::holding(left, cut);
            start(false);
            auto const whole = holders() == std::map<std::string, int>{{"m", 1}, {"n", 1}};
            EXPECT_TRUE(whole || (!told && holders() == std::map<std::string, int>{{"m", 1}}));
        }
    }
    EXPECT_GT(cut, 3U);
}

TEST_F(UniqueCrash, ABatchThatWasNotWrittenKeepsNoValue) {
    start(true);
    ASSERT_TRUE(put("a", R"({"n":1})"));
    ASSERT_TRUE(put(elsewhere(), R"({"n":1})"));
    ASSERT_TRUE(put("a", R"({"n":2})", durability::buffered));
    disk.plan() = {.fail_at = 1, .only = "sync"};
    auto const told = store->batch({mkdb::write_request{.id = "a", .delta = object(R"({"n":3})")},
                                    mkdb::write_request{.id = elsewhere(), .delta = object(R"({"mail":"m"})")}});
    disk.plan() = {};
    EXPECT_EQ(told.error().code, errc::read_only) << told.error().message;
    EXPECT_TRUE(put(elsewhere("c"), R"({"mail":"m"})"));
}

/// Values go from record to record, each in a mode of its own, until the power is off.
TEST_F(UniqueCrash, NoPowerCutLeavesAValueToTwoRecords) {
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        stop();
        disk = fault_file_system(seed);
        start(true);
        std::mt19937_64 chance(seed);
        int given = 0;
        for (int i = 0; i < 80; ++i) {
            auto const mode = std::array{durability::buffered, durability::interval, durability::sync}[chance() % 3];
            auto const id = "r" + std::to_string(chance() % 12);
            auto const value = chance() % 4 == 0 ? "null" : "\"v" + std::to_string(chance() % 5) + "\"";
            auto const done =
                chance() % 5 == 0 ? store->erase({.id = id, .mode = mode}) : put(id, R"({"mail":)" + value + "}", mode);
            ASSERT_TRUE(done || done.error().code == errc::value_taken) << done.error().message;
            given += done ? 1 : 0;
        }
        ASSERT_GT(given, 20);
        auto const bytes = std::array{kept_bytes::none, kept_bytes::all, kept_bytes::prefix, kept_bytes::subset,
                                      kept_bytes::zeros}[chance() % 5];
        auto const left = disk.after_power_cut(bytes, kept_names::none, seed);
        stop();
        events.clear();
        disk = fault_file_system::holding(left, seed);
        start(false);
        for (auto const& [value, records] : holders()) {
            EXPECT_EQ(records, 1) << value;
        }
        for (auto const& each : events) {
            EXPECT_THAT(each.message, testing::Not(testing::HasSubstr("kept unique, but was not")));
        }
    }
}

} // namespace
