#include "support/compacting_store.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <thread>

namespace {

using namespace mkdb::testing;
using mkdb::errc;

std::vector<std::string> names_with(fault_file_system& disk, std::string const& prefix) {
    std::vector<std::string> found;
    for (auto const& name : disk.list(compacting_store::log_directory).value()) {
        if (name.starts_with(prefix)) {
            found.push_back(name);
        }
    }
    return found;
}

std::string content(fault_file_system& disk, std::string const& name) {
    return mkdb::file::read_whole(disk, compacting_store::log_directory / name).value();
}

void flip(fault_file_system& disk, std::string const& name, std::uint64_t at) {
    auto file = disk.open(compacting_store::log_directory / name, mkdb::file::open_mode::read_write).value();
    std::array<std::byte, 1> byte{};
    file.read_at(at, byte).value();
    byte[0] ^= std::byte{0x10};
    file.write_at(at, byte).value();
    file.sync().value();
}

class Scrub : public testing::Test {
protected:
    Scrub() : with(fault_file_system(4), {}) {
        expected = fill_for_compaction(with);
        EXPECT_TRUE(with.store->scrub()) << "protects what is sealed";
    }

    compacting_store with;
    compacting_store::content expected;
};

TEST_F(Scrub, OfAWholeStoreFindsNothingAndProtectsWhatIsSealed) {
    auto const report = with.store->scrub();
    ASSERT_TRUE(report);
    EXPECT_GT(report->segments, 4U);
    EXPECT_GT(report->bytes, with.store->statistics().storage.bytes);
    EXPECT_EQ(report->damaged_blocks + report->parity_rebuilt, 0U);
    EXPECT_THAT(report->notes, testing::IsEmpty());
    auto const now = with.store->statistics();
    EXPECT_EQ(now.scrub.passes, 2U);
    EXPECT_GT(now.storage.parity_bytes, 0U);
    EXPECT_EQ(names_with(with.disk, "parity-").size() + 1, names_with(with.disk, "segment-").size())
        << "the segment that is written to has none";
}

TEST_F(Scrub, FindsAndHealsEveryPlantedFaultInOnePass) {
    auto const segments = names_with(with.disk, "segment-");
    std::map<std::string, std::string> whole;
    for (auto const& name : segments) {
        whole[name] = content(with.disk, name);
    }
    for (std::size_t i = 0; i + 1 < segments.size(); ++i) {
        flip(with.disk, segments[i], 140 + i * 8);
    }
    auto const report = with.store->scrub();
    ASSERT_TRUE(report);
    EXPECT_EQ(report->healed_segments, segments.size() - 1);
    EXPECT_EQ(report->healed_blocks, segments.size() - 1);
    EXPECT_EQ(report->damaged_blocks, segments.size() - 1);
    EXPECT_THAT(report->lost_ids, testing::IsEmpty());
    for (auto const& name : segments) {
        EXPECT_EQ(content(with.disk, name), whole.at(name));
    }
    EXPECT_EQ(with.all(), expected);
    auto const told = std::ranges::count_if(with.events, [](mkdb::event const& each) {
        return each.level == mkdb::event::severity::recovery && each.source == "s";
    });
    EXPECT_EQ(static_cast<std::size_t>(told), segments.size() - 1);
    EXPECT_EQ(with.store->scrub()->damaged_blocks, 0U);
}

TEST_F(Scrub, NamesEveryRecordThatDamageBeyondParityTook) {
    auto const name = names_with(with.disk, "segment-").front();
    auto const parity = names_with(with.disk, "parity-").front();
    with.disk.remove(compacting_store::log_directory / parity).value();
    auto file = with.disk.open(compacting_store::log_directory / name, mkdb::file::open_mode::read_write).value();
    file.write_at(128, std::vector<std::byte>(file.size().value() - 256)).value();
    auto const report = with.store->scrub();
    ASSERT_TRUE(report);
    ASSERT_EQ(report->unrecoverable.size(), 1U);
    EXPECT_EQ(report->unrecoverable[0].segment, 1U);
    EXPECT_THAT(report->unrecoverable[0].message, testing::HasSubstr(name));
    std::vector<std::string> lost;
    for (auto const& [id, text] : expected) {
        if (auto const found = with.store->read(id); !found) {
            EXPECT_EQ(found.error().code, errc::corrupt_record);
            lost.push_back(id);
        } else {
            EXPECT_EQ(found->json, text);
        }
    }
    EXPECT_EQ(report->lost_ids, lost);
    EXPECT_EQ(with.store->statistics().storage.unrecoverable_segments, 1U);
}

TEST_F(Scrub, SeesDamageInTheSegmentThatIsBeingWritten) {
    with.put("last", 77).value();
    auto const name = names_with(with.disk, "segment-").back();
    flip(with.disk, name, 128 + 64 + 40);
    auto const report = with.store->scrub();
    ASSERT_TRUE(report);
    ASSERT_EQ(report->unrecoverable.size(), 1U);
    EXPECT_THAT(report->unrecoverable[0].message, testing::HasSubstr("still being written"));
}

TEST_F(Scrub, RebuildsDamagedParity) {
    auto const name = names_with(with.disk, "parity-").front();
    auto const whole = content(with.disk, name);
    flip(with.disk, name, whole.size() / 2);
    auto const report = with.store->scrub();
    ASSERT_TRUE(report);
    EXPECT_EQ(report->parity_rebuilt, 1U);
    EXPECT_EQ(report->damaged_blocks, 0U);
    EXPECT_EQ(content(with.disk, name), whole);
}

TEST_F(Scrub, PausedRefusesAndAClosedStoreToo) {
    with.store->pause_scrub();
    EXPECT_EQ(with.store->scrub().error().code, errc::cancelled);
    EXPECT_TRUE(with.store->statistics().scrub.paused);
    with.store->resume_scrub();
    EXPECT_TRUE(with.store->scrub());
    with.store->close().value();
    EXPECT_EQ(with.store->scrub().error().code, errc::closed);
}

TEST_F(Scrub, CompactionHealsADamagedVictimAndTakesItsParityAlong) {
    for (auto const& name : names_with(with.disk, "segment-")) {
        if (name != names_with(with.disk, "segment-").back()) {
            flip(with.disk, name, 150);
        }
    }
    auto const report = with.store->compact();
    ASSERT_TRUE(report);
    EXPECT_GT(report->segments_in, 0U);
    EXPECT_EQ(with.store->statistics().compaction.segments_set_aside, 0U);
    EXPECT_GT(with.store->statistics().storage.healed_segments, 0U);
    EXPECT_EQ(with.all(), expected);
    for (auto const& name : names_with(with.disk, "parity-")) {
        EXPECT_TRUE(with.disk.exists(compacting_store::log_directory / ("segment-" + name.substr(7))).value());
    }
    EXPECT_TRUE(with.store->scrub());
    with.open();
    EXPECT_EQ(with.all(), expected);
    EXPECT_THAT(with.strangers(), testing::IsEmpty());
    EXPECT_EQ(with.store->statistics().storage.unprotected_bytes, 0U) << "closing protected the last one";
}

TEST_F(Scrub, AHotRecordIsHealedUnderItsReaders) {
    auto const name = names_with(with.disk, "segment-").front();
    std::atomic<std::uint64_t> wrong{0};
    std::atomic<bool> stop{false};
    std::vector<std::thread> threads;
    for (int reader = 0; reader < 3; ++reader) {
        threads.emplace_back([&] {
            while (!stop) {
                for (auto const& [id, text] : expected) {
                    auto const found = with.store->read(id);
                    wrong += found && found->json == text ? 0 : 1;
                }
            }
        });
    }
    auto const size = content(with.disk, name).size();
    for (std::uint64_t round = 0; round < 50; ++round) {
        flip(with.disk, name, 130 + round * 13 % (size - 270));
        wrong += with.store->scrub() ? 0 : 1;
    }
    stop = true;
    for (auto& each : threads) {
        each.join();
    }
    EXPECT_EQ(wrong, 0U);
}

} // namespace
