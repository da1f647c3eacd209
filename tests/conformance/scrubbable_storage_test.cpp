// What every scrubbable storage promises, over all models.
#include "support/parity_log.hpp"

#include <mkdb/storage/any_of.hpp>
#include <mkdb/storage/memory.hpp>
#include <mkdb/storage/scrubbable.hpp>

#include <gmock/gmock.h>

#include <atomic>
#include <thread>

namespace {

using namespace mkdb::testing;
using mkdb::errc;
using mkdb::storage::healing_outcome;
using mkdb::storage::location;
using mkdb::storage::scrubbable_storage;
using any_model = mkdb::storage::any_of<mkdb::storage::rolling_log, mkdb::storage::memory>;

static_assert(scrubbable_storage<mkdb::storage::rolling_log::backend<parity_machine>>);
static_assert(scrubbable_storage<any_model::backend<parity_machine>>);
static_assert(!scrubbable_storage<mkdb::storage::memory::backend<parity_machine>>);
static_assert(!scrubbable_storage<mkdb::storage::any_of<mkdb::storage::memory>::backend<parity_machine>>);

template <class Model>
typename Model::options small_segments();
template <>
mkdb::storage::rolling_log::options small_segments<mkdb::storage::rolling_log>() {
    return small_parity();
}
template <>
any_model::options small_segments<any_model>() {
    any_model::options chosen;
    chosen.of<mkdb::storage::rolling_log>() = small_parity();
    return chosen;
}

template <class Model>
class ScrubbableSuite : public testing::Test {
protected:
    using backend_type = typename Model::template backend<parity_machine>;

    backend_type filled() {
        auto made = backend_type::open(machine, log_directory, small_segments<Model>()).value();
        for (std::uint64_t at = 1; at <= 100; at += 5) {
            append_numbered(made, at, 5, &where).value();
        }
        made.sync().value();
        return made;
    }

    void flip(std::string const& name, std::uint64_t at) {
        auto file = machine.files.open(name, mkdb::file::open_mode::read_write).value();
        std::array<std::byte, 1> byte{};
        file.read_at(at, byte).value();
        byte[0] ^= std::byte{1};
        file.write_at(at, byte).value();
    }

    parity_machine machine{{}, {}, mkdb::random::seeded(1)};
    std::vector<location> where;
};

using models = testing::Types<mkdb::storage::rolling_log, any_model>;
TYPED_TEST_SUITE(ScrubbableSuite, models);

TYPED_TEST(ScrubbableSuite, ProtectingComesToAnEndAndIsTold) {
    auto backend =
        TypeParam::template backend<parity_machine>::open(this->machine, log_directory, small_segments<TypeParam>())
            .value();
    std::uint64_t told = 0;
    backend.watch({{}, [&] { ++told; }});
    for (std::uint64_t at = 1; at <= 100; at += 5) {
        append_numbered(backend, at, 5).value();
    }
    EXPECT_GT(told, 3U);
    auto const before = backend.statistics();
    EXPECT_EQ(before.unprotected_bytes, before.bytes);
    EXPECT_EQ(before.parity_bytes, 0U);
    protect_all(backend);
    auto const after = backend.statistics();
    EXPECT_LT(after.unprotected_bytes, 1200U) << "no more than the segment in use";
    EXPECT_GT(after.parity_bytes, 0U);
    EXPECT_EQ(backend.protect_step().value(), 0U);
}

TYPED_TEST(ScrubbableSuite, WhatIsBeingWrittenEndsAtTheSecondLookAndCanBeProtectedThen) {
    auto backend = this->filled();
    backend.seal_lasting().value();
    protect_all(backend);
    EXPECT_GT(backend.statistics().unprotected_bytes, 0U) << "it has just been seen for the first time";
    std::uint64_t told = 0;
    backend.watch({{}, [&] { ++told; }});
    backend.seal_lasting().value();
    EXPECT_GT(told, 0U);
    protect_all(backend);
    EXPECT_EQ(backend.statistics().unprotected_bytes, 0U);
    auto const segments = backend.statistics().segments;
    backend.seal_lasting().value();
    EXPECT_EQ(backend.statistics().segments, segments) << "nothing is being written";
    append_numbered(backend, 101, 5).value();
    backend.seal_lasting().value();
    backend.sync().value();
    EXPECT_EQ(backend.statistics().segments, segments + 1);
    EXPECT_GT(backend.statistics().unprotected_bytes, 0U) << "another segment, which was not there at the last look";
}

TYPED_TEST(ScrubbableSuite, AReadHealsWhatItMeetsAndAnswersTheRightBytes) {
    auto backend = this->filled();
    protect_all(backend);
    std::vector<std::string> told;
    backend.watch({[&](std::string const& note) { told.push_back(note); }, {}});
    this->flip(segment_name(this->where[0].segment), this->where[0].offset + 40);
    EXPECT_EQ(backend.read(this->where[0]).value().value(), value_of(1));
    EXPECT_EQ(told.size(), 1U);
    EXPECT_EQ(backend.statistics().healed_segments, 1U);
    EXPECT_EQ(backend.statistics().healed_blocks, 1U);
    EXPECT_EQ(backend.heal(this->where[0].segment).value().outcome, healing_outcome::clean);
}

TYPED_TEST(ScrubbableSuite, AScrubOfEverySegmentFindsWhatIsDamaged) {
    auto backend = this->filled();
    protect_all(backend);
    this->flip(segment_name(2), 500);
    this->flip(parity_name(3), 900);
    for (auto const& each : backend.segments()) {
        auto pass = backend.begin_scrub(each.segment).value();
        std::uint64_t read = 0;
        for (auto bytes = pass.step(); bytes.value() > 0; bytes = pass.step()) {
            read += *bytes;
        }
        EXPECT_GT(read, 128U);
        auto const& found = pass.finding();
        EXPECT_EQ(found.segment.outcome, each.segment == 2 ? healing_outcome::healed : healing_outcome::clean);
        EXPECT_EQ(found.parity_damaged, each.segment == 3);
    }
    EXPECT_GT(backend.statistics().unprotected_bytes, 1024U) << "until the parity of segment 3 is made anew";
    protect_all(backend);
    auto pass = backend.begin_scrub(3).value();
    while (pass.step().value() > 0) {
    }
    EXPECT_FALSE(pass.finding().parity_damaged);
}

TYPED_TEST(ScrubbableSuite, SegmentsThatAreNotThereAreNotFound) {
    auto backend = this->filled();
    auto const active = backend.segments().back().segment;
    EXPECT_EQ(backend.heal(active).error().code, errc::not_found);
    EXPECT_EQ(backend.heal(999).error().code, errc::not_found);
    EXPECT_EQ(backend.begin_scrub(999).error().code, errc::not_found);
    EXPECT_TRUE(backend.begin_scrub(active));
}

TYPED_TEST(ScrubbableSuite, ASegmentThatIsCompactedDuringItsScrubIsNoDamage) {
    auto backend = this->filled();
    protect_all(backend);
    auto pass = backend.begin_scrub(1).value();
    std::vector<std::uint32_t> const victims{1, 2};
    auto run = backend.begin_rewrite(victims).value();
    while (run.step([](auto const&...) { return true; }).value() > 0) {
    }
    run.commit().value();
    this->flip(segment_name(1), 300);
    run.release().value();
    while (pass.step().value() > 0) {
    }
    EXPECT_EQ(pass.finding().segment.outcome, healing_outcome::clean);
    EXPECT_FALSE(this->machine.files.exists(parity_name(1)).value()) << "its parity went with it";
    EXPECT_FALSE(this->machine.files.exists(segment_name(1)).value()) << "and nothing brought it back";
}

/// Readers, a writer, healing, protecting and compaction at once: nobody sees other bytes, and nobody waits for ever.
TYPED_TEST(ScrubbableSuite, EverybodyGoesOnWhileSegmentsAreHealed) {
    auto backend = this->filled();
    protect_all(backend);
    std::atomic<std::uint64_t> wrong{0};
    std::atomic<bool> stop{false};
    std::vector<std::thread> threads;
    for (int reader = 0; reader < 2; ++reader) {
        threads.emplace_back([&] {
            while (!stop) {
                for (std::uint64_t at = 0; at < 80; ++at) {
                    auto const found = backend.read(this->where[at]);
                    wrong += found && found->value() == value_of(at + 1) ? 0 : 1;
                }
            }
        });
    }
    threads.emplace_back([&] {
        for (std::uint64_t at = 1000; !stop && at < 3000; at += 2) {
            wrong += append_numbered(backend, at, 2) ? 0 : 1;
        }
    });
    threads.emplace_back([&] {
        while (!stop) {
            wrong += backend.protect_step() ? 0 : 1;
        }
    });
    for (std::uint64_t round = 0; round < 60; ++round) {
        auto const number = static_cast<std::uint32_t>(1 + round % 3);
        this->flip(segment_name(number), 140 + round * 7);
        wrong += backend.heal(number).value().sound() ? 0 : 1;
    }
    stop = true;
    for (auto& each : threads) {
        each.join();
    }
    EXPECT_EQ(wrong, 0U);
    EXPECT_GT(backend.statistics().healed_segments, 30U);
}

} // namespace
