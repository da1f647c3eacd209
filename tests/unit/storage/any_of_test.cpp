#include "support/log_driver.hpp"

#include <mkdb/storage/any_of.hpp>
#include <mkdb/storage/memory.hpp>

#include <gtest/gtest.h>

namespace {

using mkdb::errc;
using both = mkdb::storage::any_of<mkdb::storage::rolling_log, mkdb::storage::memory>;
using backend_type = both::backend<mkdb::testing::memory_environment>;

TEST(AnyStorage, AnUnknownTypeIsRefusedWithTheKnownOnes) {
    mkdb::testing::memory_environment machine;
    both::options options;
    options.type = "punch_cards";
    auto const refused = backend_type::open(machine, "/log", options);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, errc::unsupported);
    EXPECT_EQ(refused.error().message, "no storage is called 'punch_cards'; known are 'rolling_log', 'memory'");
    EXPECT_FALSE(both::knows("punch_cards"));
    EXPECT_TRUE(both::knows("memory"));
}

TEST(AnyStorage, TheChosenModelNamesTheBytes) {
    both::options options;
    EXPECT_EQ(both::format_name(options), "rolling_log/1");
    options.type = "memory";
    EXPECT_EQ(both::format_name(options), "memory/1");
}

TEST(AnyStorage, OnlyTheChosenModelTouchesTheDisk) {
    mkdb::testing::memory_environment machine;
    both::options options;
    options.type = "memory";
    auto backend = backend_type::open(machine, "/log", options).value();
    mkdb::testing::append_numbered(backend, 1, 3).value();
    EXPECT_FALSE(machine.files.exists("/log").value());
}

TEST(AnyStorage, AModelsOwnOptionsReachIt) {
    mkdb::testing::memory_environment machine;
    both::options options;
    options.of<mkdb::storage::rolling_log>().segment_threshold = 1;
    auto const refused = backend_type::open(machine, "/log", options);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, errc::invalid_argument);
}

TEST(AnyStorage, SyncsAndSpendsNumbersWhereTheModelCan) {
    mkdb::testing::fault_environment machine;
    using mkdb::testing::kept_bytes, mkdb::testing::kept_names;
    auto backend = both::backend<mkdb::testing::fault_environment>::open(machine, "/log", {}).value();
    mkdb::testing::append_numbered(backend, 1, 3).value();
    backend.sync().value();
    backend.spend(500).value();
    mkdb::testing::memory_environment after{
        machine.files.after_power_cut(kept_bytes::none, kept_names::none, 1), {}, mkdb::random::seeded(2)};
    auto again = backend_type::open(after, "/log", {}).value();
    EXPECT_EQ(mkdb::testing::replay_all(again).sequences.size(), 3U);
    EXPECT_EQ(again.last_sequence(), 500U);

    both::options forgetful;
    forgetful.type = "memory";
    EXPECT_TRUE(backend_type::open(after, "/log", forgetful)->spend(500));
}

} // namespace
