#include "support/log_driver.hpp"

#include <mkdb/storage/rolling_log.hpp>

#include <gtest/gtest.h>

namespace {

using namespace mkdb::testing;
using mkdb::errc;
using mkdb::storage::location;
using mkdb::storage::log_record;
using mkdb::storage::record_kind;

TEST(RollingLog, EverythingIsThereAfterCloseAndOpen) {
    memory_environment machine;
    std::vector<location> where;
    {
        auto backend = open_log(machine, 1024).value();
        for (std::uint64_t at = 1; at <= 300; at += 3) {
            append_numbered(backend, at, 3, &where).value();
        }
        backend.close().value();
    }
    auto backend = open_log(machine).value();
    auto const found = replay_all(backend);
    EXPECT_EQ(found.sequences.size(), 300U);
    EXPECT_TRUE(std::ranges::is_sorted(found.sequences));
    EXPECT_EQ(backend.last_sequence(), 300U);
    EXPECT_TRUE(backend.recovery().notes.empty());
    for (std::uint64_t at = 1; at <= 300; ++at) {
        EXPECT_EQ(found.places.at(at), where[at - 1]) << "a clean restart moves nothing";
        EXPECT_EQ(backend.read(where[at - 1]).value().value(), value_of(at));
    }
}

TEST(RollingLog, OpeningWithoutWritingChangesNothing) {
    memory_environment machine;
    static_cast<void>(open_log(machine).value());
    auto const before = snapshot(machine.files, "/");
    for (int i = 0; i < 3; ++i) {
        auto backend = open_log(machine).value();
        EXPECT_TRUE(replay_all(backend).sequences.empty());
        backend.close().value();
    }
    EXPECT_EQ(snapshot(machine.files, "/"), before);
}

TEST(RollingLog, SegmentsStayUnderTheThresholdUnlessOneBatchIsLarger) {
    memory_environment machine;
    auto backend = open_log(machine, 2048).value();
    for (std::uint64_t at = 1; at <= 200; at += 2) {
        append_numbered(backend, at, 2).value();
    }
    append_numbered(backend, 201, 100).value();
    append_numbered(backend, 301, 1).value();
    backend.close().value();
    std::uint64_t larger = 0;
    for (auto const& [name, text] : snapshot(machine.files, "/")) {
        larger += name.find("segment-") != name.npos && text.size() > 2048 ? 1 : 0;
    }
    EXPECT_EQ(larger, 1U);
}

TEST(RollingLog, EverySealedSegmentVerifies) {
    memory_environment machine;
    auto backend = open_log(machine, 1024).value();
    for (std::uint64_t at = 1; at <= 60; at += 3) {
        append_numbered(backend, at, 3).value();
    }
    backend.close().value();
    auto opened = mkdb::log::open_log(machine.files, machine.random, log_directory).value();
    ASSERT_GT(opened.segments.size(), 3U);
    for (auto const& each : opened.segments) {
        auto const& entry = opened.list.state().segments().at(each->number());
        EXPECT_TRUE(mkdb::log::verify(*each, entry.length));
    }
    auto& first = *opened.segments.front();
    auto damaged =
        machine.files.open(log_directory / mkdb::log::names::segment(first.number()), mkdb::file::open_mode::read_write)
            .value();
    damaged.write_at(200, mkdb::as_bytes("?")).value();
    auto const length = opened.list.state().segments().at(first.number()).length;
    EXPECT_EQ(mkdb::log::verify(first, length).error().code, errc::corrupt_file);
}

TEST(RollingLog, ThresholdsOutOfRangeAreRefused) {
    memory_environment machine;
    for (std::uint64_t const wrong : {0ULL, 1023ULL, (1ULL << 31) + 1}) {
        EXPECT_EQ(open_log(machine, wrong).error().code, errc::invalid_argument);
    }
    EXPECT_FALSE(machine.files.exists(log_directory).value());
}

TEST(RollingLog, WhatIsOverTheLimitsIsRefusedAndHarmless) {
    memory_environment machine;
    auto backend = open_log(machine).value();
    std::string const id(65536, 'i');
    std::vector<log_record> const long_id{{record_kind::put, 1, 1, id, "v"}};
    std::vector<location> where(1);
    EXPECT_EQ(backend.append(long_id, where).error().code, errc::limit_exceeded);
    std::string const value(std::size_t{64} << 20, 'v');
    std::vector<log_record> const large(33, {record_kind::put, 1, 1, "a", value});
    where.resize(33);
    EXPECT_EQ(backend.append(large, where).error().code, errc::limit_exceeded);
    EXPECT_TRUE(append_numbered(backend, 1, 1));
}

TEST(RollingLog, TheLastSequenceIsNoneOfADroppedBatch) {
    memory_environment machine;
    {
        auto backend = open_log(machine).value();
        append_numbered(backend, 1, 1).value();
        backend.sync().value();
        append_numbered(backend, 50, 3).value();
    }
    auto file =
        machine.files.open(log_directory / mkdb::log::names::segment(1), mkdb::file::open_mode::read_write).value();
    file.resize(file.size().value() - 8).value();
    for (int round = 0; round < 2; ++round) {
        auto backend = open_log(machine).value();
        EXPECT_EQ(replay_all(backend).sequences.size(), 1U);
        EXPECT_EQ(backend.last_sequence(), 1U);
        EXPECT_EQ(backend.recovery().torn_bytes > 0, round == 0);
    }
}

TEST(RollingLog, ManyRestartsWithoutCloseKeepEverything) {
    memory_environment machine;
    for (std::uint64_t round = 1; round <= 50; ++round) {
        auto backend = open_log(machine).value();
        EXPECT_EQ(replay_all(backend).sequences.size(), round - 1);
        append_numbered(backend, round, 1).value();
        backend.sync().value();
    }
}

TEST(RollingLog, NumbersThatWereSpentStaySpentOverAPowerCut) {
    fault_environment machine;
    auto backend = open_log(machine).value();
    append_numbered(backend, 1, 3).value();
    backend.spend(500).value();
    EXPECT_EQ(backend.last_sequence(), 500U);
    memory_environment after{
        machine.files.after_power_cut(kept_bytes::none, kept_names::none, 1), {}, mkdb::random::seeded(2)};
    EXPECT_GE(open_log(after)->last_sequence(), 500U);
    append_numbered(backend, 501, 1).value();
    backend.close().value();
    EXPECT_EQ(backend.spend(600).error().code, errc::closed);
}

} // namespace
