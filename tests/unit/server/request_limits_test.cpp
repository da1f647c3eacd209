#include "metrics/event_log.hpp"
#include "metrics/token_bucket.hpp"
#include "support/temporary_directory.hpp"

#include <mkdb/clock/manual.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace {

using namespace mkdb;
using namespace mkdb::server;
using namespace std::chrono_literals;

TEST(TokenBucket, LetsASecondsWorthPassAtOnceAndThenTheRate) {
    clock::manual clock;
    token_bucket bucket(clock.monotonic());
    for (int i = 0; i < 10; ++i) {
        EXPECT_FALSE(bucket.take(10, clock.monotonic())) << i;
    }
    EXPECT_EQ(bucket.take(10, clock.monotonic()), 1s);
    clock.advance(100ms);
    EXPECT_FALSE(bucket.take(10, clock.monotonic()));
    EXPECT_TRUE(bucket.take(10, clock.monotonic()));
}

TEST(TokenBucket, ASlowRateSaysHowLongToWait) {
    clock::manual clock;
    token_bucket bucket(clock.monotonic());
    EXPECT_FALSE(bucket.take(0.1, clock.monotonic()));
    EXPECT_EQ(bucket.take(0.1, clock.monotonic()), 10s);
    clock.advance(10s);
    EXPECT_FALSE(bucket.take(0.1, clock.monotonic()));
}

class EventLog : public ::testing::Test {
protected:
    mkdb::testing::temporary_directory holder;
    std::filesystem::path directory = holder.path();
};

TEST_F(EventLog, KeepsTheNewestInMemoryAndAllInTheFile) {
    event_log events(*json_lines_log::open(directory / "events.jsonl"));
    for (int i = 0; i < 250; ++i) {
        events.add(i % 2 == 0 ? event_level::info : event_level::error, "test", "event " + std::to_string(i));
    }
    auto const newest = events.newest(1000, "");
    ASSERT_EQ(newest.size(), event_log::kept_in_memory);
    EXPECT_EQ(newest[0].at("message"), "event 249");
    EXPECT_EQ(events.newest(3, "info")[0].at("message"), "event 248");
    EXPECT_EQ(events.newest(3, "info").size(), 3U);
    std::ifstream file(directory / "events.jsonl");
    EXPECT_EQ(std::count(std::istreambuf_iterator<char>(file), {}, '\n'), 250);
}

TEST_F(EventLog, AMessageCannotBeginALineOfItsOwn) {
    event_log events(*json_lines_log::open(directory / "events.jsonl"));
    events.add(event_level::warning, "auth", "failed login as 'a\r\n2026 error: forged'");
    EXPECT_EQ(events.newest(1, "")[0].at("message"), "failed login as 'a\\x0d\\x0a2026 error: forged'");
}

} // namespace
