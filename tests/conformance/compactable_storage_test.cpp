// What every compactable storage promises, over all models.
#include "support/log_driver.hpp"

#include <mkdb/storage/any_of.hpp>
#include <mkdb/storage/memory.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace {

using namespace mkdb::testing;
using mkdb::errc;
using mkdb::storage::compactable_storage;
using mkdb::storage::location;
using mkdb::storage::log_record;
using mkdb::storage::record_kind;
using any_model = mkdb::storage::any_of<mkdb::storage::rolling_log, mkdb::storage::memory>;

static_assert(compactable_storage<mkdb::storage::rolling_log::backend<memory_environment>>);
static_assert(compactable_storage<any_model::backend<memory_environment>>);
static_assert(!compactable_storage<mkdb::storage::memory::backend<memory_environment>>);
static_assert(!compactable_storage<mkdb::storage::any_of<mkdb::storage::memory>::backend<memory_environment>>);

template <class Model>
typename Model::options small_segments();
template <>
mkdb::storage::rolling_log::options small_segments<mkdb::storage::rolling_log>() {
    return {.segment_threshold = 1024};
}
template <>
any_model::options small_segments<any_model>() {
    any_model::options chosen;
    chosen.of<mkdb::storage::rolling_log>().segment_threshold = 1024;
    return chosen;
}

template <class Model>
class CompactableSuite : public testing::Test {
protected:
    using backend_type = typename Model::template backend<memory_environment>;

    backend_type open() { return backend_type::open(machine, log_directory, small_segments<Model>()).value(); }

    /// Appends the sequences [1, 100] in batches, so that several segments are sealed.
    backend_type filled() {
        auto made = open();
        for (std::uint64_t at = 1; at <= 100; at += 5) {
            append_numbered(made, at, 5, &where).value();
        }
        made.sync().value();
        return made;
    }

    static std::vector<std::uint32_t> sealed_of(backend_type const& from) {
        std::vector<std::uint32_t> sealed;
        for (auto const& each : from.segments()) {
            if (each.sealed) {
                sealed.push_back(each.segment);
            }
        }
        return sealed;
    }

    /// Copies what `keep` wants of the victims; the log is as before until the rewrite is committed.
    template <class Keep>
    static typename backend_type::rewrite copied(backend_type& from, std::vector<std::uint32_t> const& victims,
                                                 Keep keep) {
        auto run = from.begin_rewrite(victims).value();
        while (run.step(keep).value() > 0) {
        }
        return run;
    }

    memory_environment machine;
    std::vector<location> where;
};

using models = testing::Types<mkdb::storage::rolling_log, any_model>;
TYPED_TEST_SUITE(CompactableSuite, models);

bool is_even(log_record const& record, location const& /*where*/) {
    return record.sequence % 2 == 0;
}

TYPED_TEST(CompactableSuite, SegmentsAreListedByTheirContent) {
    auto backend = this->filled();
    auto const segments = backend.segments();
    ASSERT_GT(segments.size(), 4U);
    EXPECT_EQ(segments.front().first_sequence, 1U);
    for (std::size_t i = 1; i < segments.size(); ++i) {
        EXPECT_GT(segments[i].first_sequence, segments[i - 1].last_sequence);
        EXPECT_EQ(segments[i].sealed, i + 1 < segments.size());
        EXPECT_TRUE(!segments[i].sealed || segments[i].bytes > segments[i].fixed_bytes);
    }
}

TYPED_TEST(CompactableSuite, WhatIsWantedMovesAndTheRestGoes) {
    auto backend = this->filled();
    auto const victims = this->sealed_of(backend);
    auto const before = backend.statistics();
    auto run = this->copied(backend, victims, is_even);
    ASSERT_TRUE(run.commit());
    for (auto const& each : run.moved()) {
        EXPECT_EQ(backend.read(each.from).value().value(), backend.read(each.to).value().value());
    }
    ASSERT_TRUE(run.release());
    auto const counts = run.counts();
    EXPECT_EQ(counts.segments_in, victims.size());
    EXPECT_EQ(counts.records_copied, run.moved().size());
    EXPECT_LT(counts.bytes_out, counts.bytes_in);
    EXPECT_EQ(backend.statistics().bytes, before.bytes - counts.bytes_in + counts.bytes_out);
    EXPECT_EQ(backend.statistics().segments, before.segments - counts.segments_in + counts.segments_out);
    EXPECT_EQ(backend.statistics().bytes_rewritten, counts.bytes_out);
    for (auto const& each : run.moved()) {
        EXPECT_FALSE(backend.read(each.from));
        EXPECT_TRUE(backend.read(each.to));
    }
}

TYPED_TEST(CompactableSuite, SequencesAndTheHighestOfThemOutliveARestart) {
    std::uint64_t first_of_active = 0;
    {
        auto backend = this->filled();
        first_of_active = backend.segments().back().first_sequence;
        auto run = this->copied(backend, this->sealed_of(backend), is_even);
        run.commit().value();
        run.release().value();
        backend.close().value();
    }
    auto backend = this->open();
    auto const found = replay_all(backend);
    EXPECT_EQ(backend.last_sequence(), 100U);
    EXPECT_TRUE(backend.recovery().notes.empty() && backend.recovery().quarantined.empty());
    for (std::uint64_t at = 1; at <= 100; ++at) {
        EXPECT_EQ(found.places.contains(at), at % 2 == 0 || at >= first_of_active) << at;
    }
}

TYPED_TEST(CompactableSuite, ASequenceIsNotGivenOutAgainThoughNothingShowsIt) {
    {
        auto backend = this->filled();
        backend.close().value();
    }
    {
        auto backend = this->open();
        replay_all(backend);
        auto run = this->copied(backend, this->sealed_of(backend), [](auto const&, auto const&) { return false; });
        EXPECT_EQ(run.counts().segments_out, 0U);
        run.commit().value();
        run.release().value();
        backend.close().value();
    }
    auto backend = this->open();
    EXPECT_TRUE(replay_all(backend).sequences.empty());
    EXPECT_EQ(backend.last_sequence(), 100U);
}

TYPED_TEST(CompactableSuite, WithoutACommitNothingHasHappened) {
    auto backend = this->filled();
    auto const files = snapshot(this->machine.files, "/");
    {
        auto run = this->copied(backend, this->sealed_of(backend), is_even);
        EXPECT_NE(snapshot(this->machine.files, "/"), files);
    }
    EXPECT_EQ(snapshot(this->machine.files, "/"), files);
    for (std::uint64_t at = 1; at <= 100; ++at) {
        EXPECT_EQ(backend.read(this->where[at - 1]).value().value(), value_of(at));
    }
}

TYPED_TEST(CompactableSuite, OnlySealedSegmentsOfThisLogAreTaken) {
    auto backend = this->filled();
    auto const active = backend.segments().back().segment;
    for (auto const wrong : {0U, active, active + 1}) {
        std::vector<std::uint32_t> const victims{wrong};
        EXPECT_EQ(backend.begin_rewrite(victims).error().code, errc::invalid_argument);
    }
}

TYPED_TEST(CompactableSuite, AClosedLogIsNotCompacted) {
    auto backend = this->filled();
    auto const victims = this->sealed_of(backend);
    backend.close().value();
    EXPECT_EQ(backend.begin_rewrite(victims).error().code, errc::closed);
}

TYPED_TEST(CompactableSuite, ATombstoneStaysForAsLongAsAnOlderVersionMayBeElsewhere) {
    auto backend = this->filled();
    auto const oldest = this->sealed_of(backend);
    std::vector<log_record> const deletion{{record_kind::tombstone, 101, 101, "gone", ""}};
    std::vector<location> out(1);
    backend.append(deletion, out).value();
    for (std::uint64_t at = 102; at < 130; at += 4) {
        append_numbered(backend, at, 4).value();
    }
    auto const all = this->sealed_of(backend);
    std::vector<std::uint32_t> const newest(all.begin() + static_cast<std::ptrdiff_t>(oldest.size()), all.end());
    auto const keep_all = [](auto const&, auto const&) { return true; };
    auto part = this->copied(backend, newest, keep_all);
    EXPECT_EQ(part.counts().tombstones_dropped, 0U);
    part.commit().value();
    part.release().value();
    auto whole = this->copied(backend, this->sealed_of(backend), keep_all);
    EXPECT_EQ(whole.counts().tombstones_dropped, 1U);
}

TYPED_TEST(CompactableSuite, AppendsAndReadsGoOnMeanwhile) {
    auto backend = this->filled();
    auto const victims = this->sealed_of(backend);
    std::atomic<bool> stop = false;
    std::atomic<std::uint64_t> wrong = 0;
    std::thread writer([&] {
        for (std::uint64_t at = 101; at < 2000; at += 5) {
            wrong += append_numbered(backend, at, 5) ? 0 : 1;
        }
    });
    std::thread reader([&] {
        while (!stop) {
            for (std::uint64_t at = 1; at <= 100; ++at) {
                auto const found = backend.read(this->where[at - 1]);
                wrong += found && found->value() != value_of(at) ? 1 : 0;
                wrong += !found && found.error().code != errc::corrupt_record ? 1 : 0;
            }
        }
    });
    std::vector<std::uint32_t> round = victims;
    for (int i = 0; i < 20; ++i) {
        auto run = this->copied(backend, round, [](auto const&, auto const&) { return true; });
        run.commit().value();
        auto const moved = run.moved();
        run.release().value();
        round.clear();
        for (auto const& each : moved) {
            if (round.empty() || round.back() != each.to.segment) {
                round.push_back(each.to.segment);
            }
        }
    }
    writer.join();
    stop = true;
    reader.join();
    EXPECT_EQ(wrong, 0U);
    backend.close().value();
    auto again = this->open();
    EXPECT_EQ(replay_all(again).sequences.size(), 2000U);
}

} // namespace
