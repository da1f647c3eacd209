// What every checkpointable storage promises, over all models.
#include "support/log_driver.hpp"

#include <mkdb/storage/any_of.hpp>
#include <mkdb/storage/memory.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <optional>
#include <string>
#include <vector>

namespace {

using namespace mkdb::testing;
using mkdb::storage::checkpointable_storage;
using mkdb::storage::location;
using mkdb::storage::log_mark;
using mkdb::storage::log_record;
using any_model = mkdb::storage::any_of<mkdb::storage::rolling_log, mkdb::storage::memory>;

static_assert(checkpointable_storage<mkdb::storage::rolling_log::backend<memory_environment>>);
static_assert(checkpointable_storage<any_model::backend<memory_environment>>);
static_assert(!checkpointable_storage<mkdb::storage::memory::backend<memory_environment>>);
static_assert(!checkpointable_storage<mkdb::storage::any_of<mkdb::storage::memory>::backend<memory_environment>>);

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
class CheckpointableSuite : public testing::Test {
protected:
    using backend_type = typename Model::template backend<memory_environment>;

    backend_type open(std::filesystem::path const& directory = log_directory) {
        return backend_type::open(machine, directory, small_segments<Model>()).value();
    }

    static void append(backend_type& to, std::uint64_t first, std::uint64_t count) {
        for (auto at = first; at < first + count; at += 5) {
            append_numbered(to, at, 5).value();
        }
    }

    /// What a process leaves that ends as it is.
    void kill() {
        auto const left = snapshot(machine.files, "/");
        machine.files = tree_of(left);
    }

    /// The sequences behind the mark; none when it is not of this log.
    static std::optional<std::vector<std::uint64_t>> after(backend_type& opened, log_mark const& mark) {
        std::vector<std::uint64_t> found;
        auto const fits = opened.replay_after(mark, [&](log_record const& each, location const& where) {
            found.push_back(each.sequence);
            EXPECT_EQ(opened.read(where).value().value(), value_of(each.sequence));
        });
        return fits.value() ? std::optional(found) : std::nullopt;
    }

    static std::vector<std::uint64_t> numbers(std::uint64_t first, std::uint64_t count) {
        std::vector<std::uint64_t> all(count);
        std::iota(all.begin(), all.end(), first);
        return all;
    }

    memory_environment machine;
};

using models = testing::Types<mkdb::storage::rolling_log, any_model>;
TYPED_TEST_SUITE(CheckpointableSuite, models);

TYPED_TEST(CheckpointableSuite, DeliversWhatCameAfterTheMarkAndNothingElse) {
    log_mark mark;
    {
        auto made = this->open();
        this->append(made, 1, 50);
        mark = made.mark().value();
        this->append(made, 51, 30);
        made.sync().value();
        this->kill();
    }
    auto opened = this->open();
    EXPECT_EQ(this->after(opened, mark), this->numbers(51, 30));
    EXPECT_EQ(opened.last_sequence(), 80U);
    EXPECT_EQ(opened.recovery().records, 30U);
}

TYPED_TEST(CheckpointableSuite, WhatIsBeforeTheMarkIsDurable) {
    log_mark mark;
    fault_environment faulty{fault_file_system(7), {}, mkdb::random::seeded(7)};
    using faulty_backend = typename TypeParam::template backend<fault_environment>;
    {
        auto made = faulty_backend::open(faulty, log_directory, small_segments<TypeParam>()).value();
        append_numbered(made, 1, 5).value();
        mark = made.mark().value();
    }
    fault_environment after{fault_file_system::holding(
                                faulty.files.after_power_cut(kept_bytes::none, kept_names::none, 7), 7),
                            {},
                            mkdb::random::seeded(8)};
    auto opened = faulty_backend::open(after, log_directory, small_segments<TypeParam>()).value();
    std::uint64_t later = 0;
    EXPECT_TRUE(opened.replay_after(mark, [&](log_record const&, location const&) { ++later; }).value());
    EXPECT_EQ(later, 0U);
    EXPECT_EQ(opened.last_sequence(), 5U);
}

TYPED_TEST(CheckpointableSuite, NamesTheSegmentsThatMayBePointedTo) {
    auto made = this->open();
    std::vector<location> where;
    append_numbered(made, 1, 5, &where).value();
    append_numbered(made, 6, 20, &where).value();
    auto const mark = made.mark().value();
    EXPECT_TRUE(std::ranges::is_sorted(mark.segments));
    for (auto const& each : where) {
        EXPECT_TRUE(std::ranges::binary_search(mark.segments, each.segment));
    }
    append_numbered(made, 26, 5, &where).value();
    EXPECT_FALSE(std::ranges::binary_search(mark.segments, where.back().segment));
}

TYPED_TEST(CheckpointableSuite, AMarkOfAnEmptyLogComesBeforeEverything) {
    log_mark mark;
    {
        auto made = this->open();
        mark = made.mark().value();
        this->append(made, 1, 10);
        made.close().value();
    }
    auto opened = this->open();
    EXPECT_EQ(this->after(opened, mark), this->numbers(1, 10));
}

TYPED_TEST(CheckpointableSuite, RefusesTheMarkOfAnotherLogAndAnyDamagedOne) {
    log_mark mark;
    {
        auto made = this->open();
        this->append(made, 1, 20);
        mark = made.mark().value();
        auto other = this->open("/other");
        this->append(other, 1, 20);
        auto const foreign = other.mark().value();
        made.close().value();
        auto opened = this->open();
        EXPECT_EQ(this->after(opened, foreign), std::nullopt);
        EXPECT_EQ(this->after(opened, log_mark{}), std::nullopt);
    }
    auto opened = this->open();
    for (std::size_t at = 0; at < mark.bytes.size(); ++at) {
        auto damaged = mark;
        damaged.bytes[at] ^= 1;
        EXPECT_EQ(this->after(opened, damaged), std::nullopt) << at;
        damaged.bytes = mark.bytes.substr(0, at);
        EXPECT_EQ(this->after(opened, damaged), std::nullopt) << at;
    }
    EXPECT_EQ(replay_all(opened).sequences, this->numbers(1, 20)) << "replay is what comes next";
}

TYPED_TEST(CheckpointableSuite, RefusesAMarkWhenVersionsHaveMoved) {
    log_mark mark;
    {
        auto made = this->open();
        this->append(made, 1, 60);
        mark = made.mark().value();
        std::vector<std::uint32_t> const victims{made.segments().front().segment};
        auto run = made.begin_rewrite(victims).value();
        while (run.step([](log_record const&, location const&) { return true; }).value() > 0) {
        }
        run.commit().value();
        run.release().value();
        made.close().value();
    }
    auto opened = this->open();
    EXPECT_EQ(this->after(opened, mark), std::nullopt);
    EXPECT_EQ(replay_all(opened).sequences.size(), 60U);
}

} // namespace
