#include "support/log_driver.hpp"
#include "support/memory_database.hpp"

#include <mkdb/storage/rolling_log.hpp>

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

namespace {

using namespace mkdb::testing;
using mkdb::storage::location;
using mkdb::storage::log_record;
using mkdb::storage::record_kind;
using mkdb::storage::rolling_log;

constexpr std::uint64_t large_size = 2000;

class LargeRecord : public testing::Test {
protected:
    memory_environment machine;
    rolling_log::backend<memory_environment> log =
        rolling_log::backend<memory_environment>::open(
            machine, log_directory, {.segment_threshold = std::uint64_t{1} << 20, .large_record = large_size})
            .value();
    std::uint64_t sequence = 0;

    location put(std::size_t bytes) {
        std::string const value(bytes, 'v');
        ++sequence;
        log_record const one{record_kind::put, sequence, sequence, "id", value};
        location where;
        log.append({&one, 1}, {&where, 1}).value();
        return where;
    }
};

TEST_F(LargeRecord, HasASegmentOfItsOwn) {
    auto const before = put(10).segment;
    EXPECT_EQ(put(10).segment, before);
    auto const alone = put(large_size).segment;
    EXPECT_NE(alone, before);
    auto const after = put(10).segment;
    EXPECT_NE(after, alone);
    EXPECT_EQ(put(10).segment, after);
}

TEST_F(LargeRecord, EachOneHasItsOwnAndAnEmptySegmentIsUsed) {
    auto const first = put(large_size);
    auto const second = put(large_size);
    EXPECT_EQ(second.segment, first.segment + 1);
    EXPECT_EQ(log.segments().size(), 2U);
    EXPECT_EQ(log.read(first).value().value().size(), large_size);
    EXPECT_EQ(log.read(second).value().value().size(), large_size);
}

TEST_F(LargeRecord, OneByteLessIsNotLarge) {
    auto const fixed = mkdb::log::record_size(2, 0);
    auto const before = put(10).segment;
    EXPECT_EQ(put(large_size - fixed - 8).segment, before);
    EXPECT_NE(put(large_size - fixed).segment, before);
}

TEST_F(LargeRecord, ItsSegmentIsNotCalledSmall) {
    static_cast<void>(put(10));
    static_cast<void>(put(large_size));
    static_cast<void>(put(10));
    auto const segments = log.segments();
    ASSERT_EQ(segments.size(), 3U);
    EXPECT_TRUE(segments[0].small);
    EXPECT_FALSE(segments[1].small);
}

TEST_F(LargeRecord, IsThereAfterAReopening) {
    std::vector<location> places{put(10), put(large_size), put(10), put(large_size)};
    log.close().value();
    log = rolling_log::backend<memory_environment>::open(machine, log_directory, {}).value();
    std::vector<location> found;
    log.replay([&](log_record const&, location const& where) { found.push_back(where); }).value();
    EXPECT_EQ(found, places);
}

TEST(LargeRecords, CompactionLeavesThemWhereTheyAreWhileTheyLive) {
    mkdb::test::memory_database data;
    auto const store =
        data->create_store("s", {.partitions = 1},
                           rolling_log::options{.segment_threshold = std::uint64_t{1} << 20, .large_record = 100000})
            .value();
    auto const text = std::string(150000, 'x');
    for (int n = 0; n < 3; ++n) {
        store->write({.id = "large" + std::to_string(n), .delta = {{"text", text}}}).value();
    }
    for (int n = 0; n < 4000; ++n) {
        store->write({.id = "small" + std::to_string(n % 10), .delta = {{"text", std::string(500, 'y')}, {"n", n}}})
            .value();
    }
    auto const first = store->compact().value();
    EXPECT_GT(first.segments_in, 0U);
    EXPECT_LT(first.bytes_out, text.size()) << "no large record was copied";
    store->erase({.id = "large1"}).value();
    auto const second = store->compact().value();
    EXPECT_GE(second.bytes_in, text.size());
    EXPECT_LT(second.bytes_out, text.size()) << "a dead one goes without a copy";
    EXPECT_EQ(store->read("large0").value().json, store->read("large2").value().json);
}

} // namespace
