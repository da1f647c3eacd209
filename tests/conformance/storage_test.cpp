// What every storage policy promises, run over all models.
#include "support/log_driver.hpp"
#include "support/temporary_directory.hpp"

#include <mkdb/file/posix.hpp>
#include <mkdb/storage/any_of.hpp>
#include <mkdb/storage/concept.hpp>
#include <mkdb/storage/memory.hpp>
#include <mkdb/storage/rolling_log.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace {

using mkdb::errc;
using mkdb::storage::location;
using mkdb::storage::log_record;
using mkdb::storage::record_kind;
using both = mkdb::storage::any_of<mkdb::storage::rolling_log, mkdb::storage::memory>;

struct as_made {
    static void set(auto& /*options*/) {}
};
struct tiny_segments {
    static void set(mkdb::storage::rolling_log::options& options) { options.segment_threshold = 1024; }
};
struct named_memory {
    static void set(both::options& options) { options.type = "memory"; }
};

template <class Policy, class Files, class Settings = as_made>
struct subject {
    using policy = Policy;
    using environment = mkdb::testing::test_environment<Files>;
    using settings = Settings;
};

template <class Subject>
class StorageSuite : public ::testing::Test {
protected:
    using policy = typename Subject::policy;
    using environment = typename Subject::environment;
    using backend_type = typename policy::template backend<environment>;
    static_assert(mkdb::storage::storage_policy<policy, environment>);

    backend_type open() {
        typename policy::options options;
        Subject::settings::set(options);
        auto opened = backend_type::open(surroundings, temporary.path() / "log", options);
        EXPECT_TRUE(opened) << opened.error().message;
        return std::move(*opened);
    }

    mkdb::testing::temporary_directory temporary;
    environment surroundings;
};

using Models = ::testing::Types<subject<mkdb::storage::rolling_log, mkdb::file::posix>,
                                subject<mkdb::storage::rolling_log, mkdb::file::memory>,
                                subject<mkdb::storage::rolling_log, mkdb::file::posix, tiny_segments>,
                                subject<mkdb::storage::rolling_log, mkdb::testing::fault_file_system, tiny_segments>,
                                subject<mkdb::storage::memory, mkdb::file::memory>, subject<both, mkdb::file::memory>,
                                subject<both, mkdb::file::memory, named_memory>>;
TYPED_TEST_SUITE(StorageSuite, Models);

TYPED_TEST(StorageSuite, ARecordCanBeReadWhereAppendPutIt) {
    auto backend = this->open();
    std::vector<location> where;
    for (std::uint64_t first = 1; first < 200; first += 10) {
        mkdb::testing::append_numbered(backend, first, 10, &where).value();
    }
    for (std::uint64_t at = 1; at <= where.size(); ++at) {
        auto const found = backend.read(where[at - 1]);
        ASSERT_TRUE(found) << found.error().message;
        EXPECT_EQ(found->id(), mkdb::testing::id_of(at));
        EXPECT_EQ(found->value(), mkdb::testing::value_of(at));
        EXPECT_NE(where[at - 1].segment, 0U);
    }
    EXPECT_EQ(backend.last_sequence(), 200U);
}

TYPED_TEST(StorageSuite, LocationsAreDistinct) {
    auto backend = this->open();
    std::vector<location> where;
    mkdb::testing::append_numbered(backend, 1, 50, &where).value();
    mkdb::testing::append_numbered(backend, 51, 50, &where).value();
    std::set<std::pair<std::uint32_t, std::uint32_t>> distinct;
    for (auto const& each : where) {
        distinct.emplace(each.segment, each.offset);
    }
    EXPECT_EQ(distinct.size(), 100U);
}

TYPED_TEST(StorageSuite, AnUnknownLocationIsRefused) {
    auto backend = this->open();
    std::vector<location> where;
    mkdb::testing::append_numbered(backend, 1, 3, &where).value();
    location const shifted{where[1].segment, where[1].offset + 1, where[1].length};
    location const longer{where[1].segment, where[1].offset, where[1].length + 8};
    for (auto const& wrong : {location{}, location{9, 128, 64}, location{4000000000, 0, 64}, shifted, longer}) {
        auto const found = backend.read(wrong);
        ASSERT_FALSE(found);
        EXPECT_EQ(found.error().code, errc::corrupt_record);
    }
}

TYPED_TEST(StorageSuite, EmptyValuesAndTombstonesAreKept) {
    auto backend = this->open();
    std::vector<log_record> const batch{{record_kind::put, 1, 1, "a", ""}, {record_kind::tombstone, 2, 1, "a", ""}};
    std::vector<location> where(2);
    ASSERT_TRUE(backend.append(batch, where));
    EXPECT_EQ(backend.read(where[1]).value().id(), "a");
    EXPECT_EQ(backend.read(where[1]).value().value(), "");
}

TYPED_TEST(StorageSuite, AnEmptyBatchChangesNothing) {
    auto backend = this->open();
    EXPECT_TRUE(backend.append({}, {}));
    EXPECT_EQ(backend.statistics().batches_appended, 0U);
    EXPECT_TRUE(backend.sync());
}

TYPED_TEST(StorageSuite, StatisticsCountWhatWasAppended) {
    auto backend = this->open();
    mkdb::testing::append_numbered(backend, 1, 7).value();
    mkdb::testing::append_numbered(backend, 8, 1).value();
    backend.sync().value();
    auto const counted = backend.statistics();
    EXPECT_EQ(counted.records_appended, 8U);
    EXPECT_EQ(counted.batches_appended, 2U);
    EXPECT_GE(counted.segments, 1U);
    EXPECT_GT(counted.bytes_appended, 0U);
    EXPECT_GE(counted.bytes, counted.bytes_appended);
    EXPECT_EQ(counted.syncs, 1U);
}

TYPED_TEST(StorageSuite, AClosedBackendRefusesWrites) {
    auto backend = this->open();
    mkdb::testing::append_numbered(backend, 1, 1).value();
    ASSERT_TRUE(backend.close());
    ASSERT_TRUE(backend.close());
    auto const refused = mkdb::testing::append_numbered(backend, 2, 1);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, errc::closed);
    EXPECT_EQ(backend.sync().error().code, errc::closed);
}

TYPED_TEST(StorageSuite, ANewLogReplaysNothingAndReportsNothing) {
    auto backend = this->open();
    EXPECT_TRUE(mkdb::testing::replay_all(backend).sequences.empty());
    auto const& report = backend.recovery();
    EXPECT_EQ(report.records, 0U);
    EXPECT_EQ(report.torn_bytes, 0U);
    EXPECT_TRUE(report.lost.empty() && report.quarantined.empty() && report.notes.empty());
    EXPECT_EQ(backend.last_sequence(), 0U);
}

TYPED_TEST(StorageSuite, ReadersNeedNoPauseOfTheWriter) {
    auto backend = this->open();
    std::vector<location> where;
    mkdb::testing::append_numbered(backend, 1, 100, &where).value();
    std::atomic<bool> stop = false;
    std::atomic<std::uint64_t> wrong = 0;
    std::atomic<std::uint64_t> rounds = 0;
    std::thread reader([&] {
        while (!stop) {
            for (std::uint64_t at = 1; at <= 100; ++at) {
                auto const found = backend.read(where[at - 1]);
                wrong += found && found->value() == mkdb::testing::value_of(at) ? 0 : 1;
            }
            static_cast<void>(backend.statistics());
            ++rounds;
            rounds.notify_one();
        }
    });
    for (std::uint64_t first = 101; first < 3000; first += 10) {
        mkdb::testing::append_numbered(backend, first, 10).value();
    }
    rounds.wait(0);
    stop = true;
    reader.join();
    EXPECT_EQ(wrong, 0U);
}

} // namespace
