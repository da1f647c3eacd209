#include "support/compacting_store.hpp"
#include "support/log_driver.hpp"

#include <mkdb/store/check.hpp>

#include <gmock/gmock.h>

#include <map>
#include <string>

namespace {

using namespace mkdb::testing;
using mkdb::errc;
using mkdb::log::healing_outcome;
using checked_policies = mkdb::test::memory_policies;
using environment_type = mkdb::engine::engine_types<checked_policies>::environment_type;
using file_map = std::map<std::string, std::string>;

mkdb::storage::rolling_log::options settings(std::uint32_t parity_blocks = 3) {
    return {.segment_threshold = 1024, .parity_blocks = parity_blocks, .parity_block_bytes = 64};
}

/// A database of one store, closed, with parity for all of it.
file_map stored(std::uint32_t parity_blocks = 3) {
    mkdb::file::memory disk;
    auto data = mkdb::basic_database<checked_policies>::open("/db", {.background_flush = false},
                                                             {disk, {}, mkdb::random::seeded(1)})
                    .value();
    mkdb::store_options options;
    options.partitions = 2;
    auto const store = data->create_store("shop", options, settings(parity_blocks)).value();
    for (int i = 0; i < 60; ++i) {
        store
            ->write({.id = "id" + std::to_string(i % 40),
                     .delta = mkdb::test::object(compacting_store::text_of(static_cast<std::uint64_t>(i)))})
            .value();
    }
    data->close().value();
    auto files = snapshot(disk, "/");
    files.emplace("/db/LOCK", "");
    return files;
}

struct checked {
    mkdb::check_report report;
    file_map files;
};

checked check(file_map const& files, bool repair) {
    auto disk = tree_of(files);
    mkdb::check_options options;
    options.repair = repair;
    options.storage = [](std::string const&) { return settings(); };
    auto report =
        mkdb::check_database<checked_policies>("/db", options, environment_type{disk, {}, mkdb::random::seeded(2)});
    EXPECT_TRUE(report) << report.error().message;
    auto after = snapshot(disk, "/");
    after.emplace("/db/LOCK", "");
    return {report ? *report : mkdb::check_report{}, after};
}

std::string const first_segment = "/db/stores/shop/p000/segment-0000000001";
std::string const first_parity = "/db/stores/shop/p000/parity-0000000001";

TEST(Check, OfAWholeDatabaseChangesNothingAndSaysSo) {
    auto const files = stored();
    for (bool const repair : {false, true}) {
        auto const found = check(files, repair);
        EXPECT_TRUE(found.report.sound());
        EXPECT_EQ(found.report.partitions.size(), 2U);
        EXPECT_GT(found.report.count(healing_outcome::clean), 3U);
        for (auto const& partition : found.report.partitions) {
            EXPECT_THAT(partition.notes, testing::IsEmpty());
            for (auto const& segment : partition.segments) {
                EXPECT_TRUE(segment.parity_whole);
            }
        }
        EXPECT_EQ(found.files, files);
    }
}

TEST(Check, TellsWhatARepairWouldMendAndTheRepairMendsIt) {
    auto const files = stored();
    auto damaged = files;
    damaged[first_segment][200] ^= 1;
    damaged.erase("/db/stores/shop/p001/parity-0000000001");
    auto const looked = check(damaged, false);
    EXPECT_FALSE(looked.report.sound());
    EXPECT_EQ(looked.files, damaged) << "looking changes nothing";
    auto const& segment = looked.report.partitions[0].segments[0];
    EXPECT_EQ(segment.state.outcome, healing_outcome::healable);
    EXPECT_EQ(segment.state.damaged_blocks, 1U);
    EXPECT_EQ(looked.report.partitions[1].segments[0].parity, mkdb::log::parity_verdict::missing);
    auto const mended = check(damaged, true);
    EXPECT_TRUE(mended.report.sound());
    EXPECT_EQ(mended.report.partitions[0].segments[0].state.outcome, healing_outcome::healed);
    EXPECT_TRUE(mended.report.partitions[1].segments[0].parity_made);
    EXPECT_EQ(mended.files, files);
}

TEST(Check, NamesTheRecordsThatNothingBringsBackAndChangesNothingAboutThem) {
    auto damaged = stored();
    damaged.erase(first_parity);
    auto& text = damaged[first_segment];
    auto const last = text.rfind("\"pad\"");
    ASSERT_NE(last, text.npos);
    text[last + 8] = static_cast<char>(text[last + 8] ^ 1);
    auto const found = check(damaged, true);
    EXPECT_FALSE(found.report.sound());
    auto const& partition = found.report.partitions[0];
    EXPECT_EQ(partition.segments[0].state.outcome, healing_outcome::unrecoverable);
    EXPECT_FALSE(partition.segments[0].parity_made);
    EXPECT_LE(partition.lost_ids.size(), 1U);
    EXPECT_EQ(found.files, damaged);
    damaged.erase("/db/stores/shop/p000/checkpoint"); // With it the damage is met when the records are read.
    auto disk = tree_of(damaged);
    auto data = mkdb::basic_database<checked_policies>::open("/db", {.background_flush = false},
                                                             {disk, {}, mkdb::random::seeded(3)})
                    .value();
    auto const store = data->open_store("shop", {}, settings()).value();
    EXPECT_EQ(store->statistics().damaged_records, partition.lost_ids.size());
    for (auto const& id : partition.lost_ids) {
        EXPECT_EQ(store->read(id).error().code, errc::corrupt_record);
    }
}

TEST(Check, EveryDamagedByteOfASegmentIsSeen) {
    auto const files = stored();
    for (std::size_t at = 0; at < files.at(first_segment).size(); at += 5) {
        auto damaged = files;
        damaged[first_segment][at] ^= 0x40;
        auto const found = check(damaged, false);
        ASSERT_FALSE(found.report.sound()) << "byte " << at;
        ASSERT_EQ(check(damaged, true).files, files) << "byte " << at;
    }
}

TEST(Check, ADamagedCheckpointIsSeenAndHarmsNothing) {
    auto damaged = stored();
    auto& checkpoint = damaged.at("/db/stores/shop/p001/checkpoint");
    checkpoint[checkpoint.size() / 2] ^= 1;
    auto const found = check(damaged, false);
    EXPECT_TRUE(found.report.sound());
    EXPECT_THAT(found.report.partitions[1].notes,
                testing::ElementsAre(testing::HasSubstr("the checkpoint is not whole")));
}

TEST(Check, ASegmentWithoutItsFooterIsCompleted) {
    auto damaged = stored();
    auto const whole = damaged;
    damaged.erase(first_parity);
    damaged[first_segment].resize(damaged[first_segment].size() - 128);
    EXPECT_EQ(check(damaged, false).report.partitions[0].segments[0].state.outcome, healing_outcome::healable);
    EXPECT_EQ(check(damaged, true).files, whole);
}

TEST(Check, SaysWhatCannotBeCheckedAndChecksTheRest) {
    auto files = stored();
    files["/db/stores/broken/STORE"] = "nonsense";
    std::erase_if(files, [](auto const& each) { return each.first.find("p001/") != std::string::npos; });
    auto const found = check(files, false);
    ASSERT_EQ(found.report.partitions.size(), 3U);
    EXPECT_TRUE(found.report.partitions[0].failure) << "of the broken store";
    EXPECT_FALSE(found.report.partitions[0].partition) << "no partition of it is to blame";
    EXPECT_EQ(found.report.partitions[2].partition, 1U);
    EXPECT_TRUE(found.report.partitions[1].sound());
    EXPECT_TRUE(found.report.partitions[2].failure) << "its directory is gone";
    EXPECT_FALSE(found.report.sound());
    EXPECT_EQ(mkdb::check_database<checked_policies>("/nowhere", {}, environment_type{{}, {}, mkdb::random::seeded(2)})
                  .error()
                  .code,
              errc::not_found);
}

TEST(Check, AStoreThatLostItsIdentityIsNotPassedOver) {
    auto files = stored();
    files.erase("/db/stores/shop/STORE");
    auto const found = check(files, false);
    EXPECT_FALSE(found.report.sound());
    ASSERT_EQ(found.report.partitions.size(), 1U);
    EXPECT_EQ(found.report.partitions[0].store, "shop");
    EXPECT_THAT(found.report.partitions[0].failure->message, testing::HasSubstr("no file STORE"));
}

TEST(Check, ADamagedCopyOfTheManifestIsSeen) {
    auto damaged = stored();
    damaged["/db/stores/shop/p000/manifest-0000000001-a"][80] ^= 1;
    auto const found = check(damaged, true);
    EXPECT_FALSE(found.report.partitions[0].manifest_sound);
    EXPECT_THAT(found.report.partitions[0].notes, testing::Contains(testing::HasSubstr("manifest")));
}

} // namespace
