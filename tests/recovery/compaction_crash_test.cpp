// The power goes, or the disk fails, at every call of a compaction.
#include "support/compacting_store.hpp"

#include <gmock/gmock.h>

#include <array>

namespace {

using namespace mkdb::testing;
using mkdb::durability;
using mkdb::errc;

constexpr std::array data_choices{kept_bytes::none, kept_bytes::all, kept_bytes::prefix, kept_bytes::subset,
                                  kept_bytes::zeros};
constexpr std::array name_choices{kept_names::none, kept_names::all, kept_names::subset};

mkdb::store_options options(durability mode = durability::sync) {
    mkdb::store_options chosen;
    chosen.mode = mode;
    return chosen;
}

/// After a cut at the given call: the same records, none revived, every file accounted for, and it goes on.
void expect_whole_after_cut(std::uint64_t cut, durability mode, bool& reached) {
    for (auto const data : data_choices) {
        for (auto const names : name_choices) {
            SCOPED_TRACE("cut at call " + std::to_string(cut) + ", data " + std::to_string(static_cast<int>(data)) +
                         ", names " + std::to_string(static_cast<int>(names)));
            compacting_store with(fault_file_system(cut), options(mode));
            auto const expected = fill_for_compaction(with);
            with.store->flush().value();
            with.disk.plan().calls = 0;
            with.disk.plan().fail_at = cut;
            with.disk.plan().sticky = true;
            static_cast<void>(with.store->compact());
            reached = with.disk.plan().calls >= cut;
            with.cut_power(data, names, cut);
            ASSERT_EQ(with.all(), expected);
            EXPECT_THAT(with.strangers(), testing::IsEmpty());
            ASSERT_TRUE(with.store->compact());
            EXPECT_EQ(with.all(), expected);
            EXPECT_TRUE(with.put("later", 1));
            with.open();
            EXPECT_EQ(with.all().size(), expected.size() + 1);
            if (testing::Test::HasFailure()) {
                return;
            }
        }
    }
}

TEST(CompactionCrash, EveryCutDuringACompactionLeavesExactlyTheRecords) {
    for (auto const mode : {durability::sync, durability::buffered}) {
        std::uint64_t cut = 1;
        for (bool reached = true; reached && !HasFailure(); ++cut) {
            expect_whole_after_cut(cut, mode, reached);
        }
        EXPECT_GT(cut, 20U);
    }
}

/// Compacts while the n-th call fails; returns whether that call was reached.
bool compact_with_fault(std::uint64_t at, bool sticky, errc code) {
    compacting_store with(fault_file_system(at), options());
    auto expected = fill_for_compaction(with);
    with.disk.plan().calls = 0;
    with.disk.plan().fail_at = at;
    with.disk.plan().sticky = sticky;
    with.disk.plan().code = code;
    auto const done = with.store->compact();
    bool const reached = with.disk.plan().calls >= at;
    EXPECT_EQ(with.all(), expected) << "reads go on";
    with.disk.plan().fail_at = 0;
    auto const written = with.put("later", 7);
    bool const unknown = !done && done.error().code == errc::outcome_unknown;
    EXPECT_EQ(written.has_value(), !unknown) << (written ? "" : written.error().message);
    if (written) {
        expected["later"] = compacting_store::text_of(7);
        EXPECT_TRUE(with.store->compact()) << "it is tried again";
        EXPECT_EQ(with.all(), expected);
    } else {
        EXPECT_EQ(written.error().code, errc::read_only);
        EXPECT_EQ(with.events.back().level, mkdb::event::severity::warning);
    }
    with.cut_power(kept_bytes::none, kept_names::all, at);
    EXPECT_EQ(with.all(), expected);
    EXPECT_TRUE(with.put("last", 8));
    return reached;
}

TEST(CompactionCrash, AFailingCallCostsNothingButTheRun) {
    for (auto const code : {errc::io, errc::no_space}) {
        for (bool const sticky : {false, true}) {
            std::uint64_t at = 1;
            for (; !HasFailure(); ++at) {
                SCOPED_TRACE(std::string(to_string(code)) + " at call " + std::to_string(at) +
                             (sticky ? " and after" : ""));
                if (!compact_with_fault(at, sticky, code)) {
                    break;
                }
            }
            EXPECT_GT(at, 25U);
        }
    }
}

TEST(CompactionCrash, OnlyAnEditOfTheManifestMakesTheStoreReadOnly) {
    compacting_store with(fault_file_system(3), options());
    fill_for_compaction(with);
    with.disk.plan().only = "preallocate";
    with.disk.plan().calls = 0;
    with.disk.plan().fail_at = 1;
    with.disk.plan().sticky = true;
    with.disk.plan().code = errc::no_space;
    auto const before = with.disk.list(compacting_store::log_directory).value();
    EXPECT_EQ(with.store->compact().error().code, errc::no_space);
    EXPECT_EQ(with.disk.list(compacting_store::log_directory).value(), before) << "no output is left";
    EXPECT_EQ(with.store->statistics().compaction.failed_runs, 1U);
    EXPECT_THAT(with.events.back().message, testing::HasSubstr("tried again"));
    with.disk.plan().fail_at = 0;
    EXPECT_TRUE(with.store->compact());
    EXPECT_TRUE(with.put("later", 1));
}

TEST(CompactionCrash, WhatOnlyMemoryHasIsOnTheDiskBeforeTheOldVersionGoes) {
    compacting_store with(fault_file_system(5), options());
    auto expected = fill_for_compaction(with);
    for (auto const& [id, text] : compacting_store::content(expected)) {
        ASSERT_TRUE(with.store->write(
            {.id = id, .delta = mkdb::test::object(R"({"pad":"new"})"), .mode = durability::buffered}));
        expected[id] = with.store->read(id)->json;
    }
    auto const report = with.store->compact();
    ASSERT_TRUE(report);
    EXPECT_GT(report->segments_in, 0U);
    with.cut_power(kept_bytes::none, kept_names::none, 5);
    EXPECT_EQ(with.all(), expected);
}

} // namespace
