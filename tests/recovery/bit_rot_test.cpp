// Damage to data that was committed: reported by name where a name is left, never a reason to drop anything else.
#include "support/log_driver.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace {

using namespace mkdb::testing;

constexpr std::uint64_t record_count = 40;

std::map<std::string, std::string> closed_log() {
    memory_environment machine;
    auto backend = open_log(machine, 1024).value();
    for (std::uint64_t at = 1; at < record_count; at += 4) {
        append_numbered(backend, at, 4).value();
        backend.sync().value();
    }
    backend.close().value();
    return snapshot(machine.files, "/");
}

/// Sequences that a log over these files delivers, and what it says of the others.
struct outcome {
    std::set<std::uint64_t> delivered;
    mkdb::storage::recovery_report report;
};

outcome open_damaged(std::map<std::string, std::string> const& files) {
    memory_environment machine{tree_of(files), {}, mkdb::random::seeded(3)};
    auto backend = open_log(machine);
    EXPECT_TRUE(backend) << backend.error().message;
    outcome all;
    auto const found = replay_all(*backend);
    all.delivered.insert(found.sequences.begin(), found.sequences.end());
    EXPECT_EQ(all.delivered.size(), found.sequences.size()) << "a version came twice";
    for (auto const& [sequence, where] : found.places) {
        EXPECT_TRUE(backend->read(where));
    }
    all.report = backend->recovery();
    EXPECT_TRUE(append_numbered(*backend, 1000, 1)) << "damage must not stop new writes";
    return all;
}

/// All is there, or what is not there is announced.
void expect_honest(outcome const& found) {
    std::set<std::uint64_t> named;
    bool unnamed = false;
    for (auto const& lost : found.report.lost) {
        unnamed |= lost.id.empty();
        if (!lost.id.empty()) {
            EXPECT_EQ(lost.id, id_of(lost.sequence));
            named.insert(lost.sequence);
        }
    }
    for (std::uint64_t at = 1; at <= record_count; ++at) {
        EXPECT_TRUE(found.delivered.contains(at) || named.contains(at) || unnamed) << "silently gone: " << at;
    }
    EXPECT_TRUE(found.delivered.size() == record_count || !found.report.notes.empty());
}

TEST(BitRot, EveryFlippedByteOfEverySegmentIsFoundAndCostsAtMostOneRecord) {
    auto const files = closed_log();
    std::uint64_t flipped = 0;
    std::mt19937_64 chance(20260101);
    for (auto const& [name, text] : files) {
        if (name.find("segment-") == name.npos) {
            continue;
        }
        for (std::size_t at = 0; at < text.size(); ++at) {
            SCOPED_TRACE(name + " byte " + std::to_string(at));
            auto damaged = files;
            damaged[name][at] = static_cast<char>(text[at] ^ static_cast<char>(1U << chance() % 8));
            auto const found = open_damaged(damaged);
            expect_honest(found);
            EXPECT_GE(found.delivered.size(), record_count - 1);
            EXPECT_FALSE(found.report.notes.empty());
            ASSERT_FALSE(HasFailure());
            ++flipped;
        }
    }
    EXPECT_GT(flipped, 3000U);
}

TEST(BitRot, AZeroedSectorLosesOnlyWhatWasInIt) {
    auto const files = closed_log();
    for (auto const& [name, text] : files) {
        for (std::size_t at = 0; name.find("segment-") != name.npos && at < text.size(); at += 512) {
            SCOPED_TRACE(name + " sector at " + std::to_string(at));
            auto damaged = files;
            auto const end = std::min(text.size(), at + 512);
            std::fill(damaged[name].begin() + std::ptrdiff_t(at), damaged[name].begin() + std::ptrdiff_t(end), '\0');
            auto const found = open_damaged(damaged);
            expect_honest(found);
            EXPECT_GE(found.delivered.size(), record_count - 8);
        }
    }
}

TEST(BitRot, AShortenedSegmentIsNoticed) {
    auto const files = closed_log();
    auto const name = (log_directory / mkdb::log::names::segment(1)).string();
    for (std::size_t size = 0; size < files.at(name).size() - sizeof(mkdb::log::segment_footer); size += 8) {
        SCOPED_TRACE(size);
        auto damaged = files;
        damaged[name].resize(size);
        expect_honest(open_damaged(damaged));
    }
}

TEST(BitRot, DamageBelowTheDurableMarkOfAnUnsealedSegmentIsNotATornTail) {
    memory_environment machine;
    auto backend = open_log(machine, 1U << 20).value();
    std::vector<mkdb::storage::location> where;
    for (std::uint64_t at = 1; at <= record_count; at += 4) {
        append_numbered(backend, at, 4, &where).value();
        backend.sync().value();
    }
    auto files = snapshot(machine.files, "/");
    auto const name = (log_directory / mkdb::log::names::segment(1)).string();
    files[name][where[9].offset + where[9].length - 12] ^= 1;
    auto const found = open_damaged(files);
    expect_honest(found);
    EXPECT_EQ(found.delivered.size(), record_count - 1);
    ASSERT_EQ(found.report.lost.size(), 1U);
    EXPECT_EQ(found.report.lost[0].sequence, 10U);
    EXPECT_EQ(found.report.torn_bytes, 0U);
}

TEST(BitRot, AnUnsealedSegmentOfWhichNothingIsLeftIsReportedAndKept) {
    memory_environment machine;
    auto backend = open_log(machine, 1U << 20).value();
    for (std::uint64_t at = 1; at <= record_count; at += 4) {
        append_numbered(backend, at, 4).value();
        backend.sync().value();
    }
    auto const files = snapshot(machine.files, "/");
    auto const name = (log_directory / mkdb::log::names::segment(1)).string();
    auto const whole = files.at(name).size();
    for (auto const size :
         {std::size_t{0}, std::size_t{1}, std::size_t{127}, std::size_t{128}, std::size_t{1000}, whole}) {
        SCOPED_TRACE(size);
        auto damaged = files;
        damaged[name].assign(size, '\0');
        for (int opening = 1; opening <= 3; ++opening) {
            memory_environment again{tree_of(damaged), {}, mkdb::random::seeded(3)};
            auto reopened = open_log(again);
            ASSERT_TRUE(reopened) << reopened.error().message;
            EXPECT_EQ(replay_all(*reopened).sequences.size(), opening - 1U);
            ASSERT_EQ(reopened->recovery().lost.size(), 1U) << "opening " << opening;
            EXPECT_EQ(reopened->recovery().lost[0].id, "");
            append_numbered(*reopened, 1000U + static_cast<unsigned>(opening), 1).value();
            ASSERT_TRUE(reopened->close());
            damaged = snapshot(again.files, "/");
            EXPECT_TRUE(damaged.contains(name)) << "it is not removed";
        }
    }
}

TEST(BitRot, ReadingADamagedRecordIsAnErrorAndNeverWrongBytes) {
    memory_environment machine;
    auto backend = open_log(machine, 1U << 20).value();
    std::vector<mkdb::storage::location> where;
    append_numbered(backend, 1, 3, &where).value();
    auto file =
        machine.files.open(log_directory / mkdb::log::names::segment(1), mkdb::file::open_mode::read_write).value();
    auto const content = snapshot(machine.files, "/").at((log_directory / mkdb::log::names::segment(1)).string());
    for (std::uint32_t at = 0; at < where[1].length; ++at) {
        auto const place = where[1].offset + at;
        file.write_at(place, std::as_bytes(std::span("\xA5", 1))).value();
        auto const found = backend.read(where[1]);
        bool const padding = found && found->value() == value_of(2);
        EXPECT_TRUE(padding || found.error().code == mkdb::errc::corrupt_record);
        file.write_at(place, mkdb::as_bytes(std::string_view(content).substr(place, 1))).value();
    }
    EXPECT_TRUE(backend.read(where[0]) && backend.read(where[1]) && backend.read(where[2]));
}

TEST(BitRot, SwappedSegmentsAreRefused) {
    auto files = closed_log();
    auto const first = (log_directory / mkdb::log::names::segment(1)).string();
    auto const second = (log_directory / mkdb::log::names::segment(2)).string();
    std::swap(files.at(first), files.at(second));
    memory_environment machine{tree_of(files), {}, mkdb::random::seeded(3)};
    auto const refused = open_log(machine);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, mkdb::errc::corrupt_file);
    EXPECT_EQ(snapshot(machine.files, "/"), files);
}

TEST(BitRot, ABatchCopiedToAnotherPlaceIsNotBelieved) {
    auto files = closed_log();
    auto const name = (log_directory / mkdb::log::names::segment(1)).string();
    auto& text = files.at(name);
    auto const header =
        mkdb::load<mkdb::log::batch_header>(mkdb::as_bytes(text).data() + mkdb::log::segment_data_start);
    auto const size = sizeof header + header.body_length;
    auto const first = text.substr(mkdb::log::segment_data_start, size);
    text.replace(mkdb::log::segment_data_start + size, first.size(), first);
    expect_honest(open_damaged(files));
}

} // namespace
