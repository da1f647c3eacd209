// One copy of the list of segments is enough; without any, a log is refused and never begun anew.
#include "support/log_driver.hpp"

#include <gtest/gtest.h>

namespace {

using namespace mkdb::testing;
using mkdb::errc;

constexpr std::uint64_t record_count = 40;

std::map<std::string, std::string> closed_log(std::uint64_t seed = 0) {
    memory_environment machine{{}, {}, mkdb::random::seeded(seed)};
    auto backend = open_log(machine, 1024).value();
    for (std::uint64_t at = 1; at < record_count; at += 4) {
        append_numbered(backend, at, 4).value();
    }
    backend.close().value();
    return snapshot(machine.files, "/");
}

std::string in_log(std::string const& name) {
    return (log_directory / name).string();
}
std::string copy_name(unsigned copy) {
    return in_log(mkdb::log::names::manifest(1, copy));
}

/// Everything is there, and the second opening finds nothing more to mend.
void expect_mended(std::map<std::string, std::string> const& files, bool noted = true) {
    memory_environment machine{tree_of(files), {}, mkdb::random::seeded(5)};
    {
        auto backend = open_log(machine);
        ASSERT_TRUE(backend) << backend.error().message;
        EXPECT_EQ(replay_all(*backend).sequences.size(), record_count);
        EXPECT_EQ(backend->recovery().notes.empty(), !noted);
        EXPECT_TRUE(backend->recovery().lost.empty());
    }
    auto const mended = snapshot(machine.files, "/");
    auto again = open_log(machine).value();
    EXPECT_EQ(replay_all(again).sequences.size(), record_count);
    EXPECT_TRUE(again.recovery().notes.empty());
    EXPECT_EQ(snapshot(machine.files, "/"), mended);
}

void expect_refused(std::map<std::string, std::string> const& files, errc code) {
    memory_environment machine{tree_of(files), {}, mkdb::random::seeded(5)};
    auto const refused = open_log(machine);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, code) << refused.error().message;
    EXPECT_EQ(snapshot(machine.files, "/"), files) << "a refused log was changed";
}

TEST(ManifestDamage, EveryFlippedByteOfOneCopyIsMended) {
    auto const files = closed_log();
    for (unsigned copy = 0; copy < 2; ++copy) {
        for (std::size_t at = 0; at < files.at(copy_name(copy)).size(); ++at) {
            SCOPED_TRACE("copy " + std::to_string(copy) + " byte " + std::to_string(at));
            auto damaged = files;
            damaged[copy_name(copy)][at] ^= 4;
            expect_mended(damaged);
            ASSERT_FALSE(HasFailure());
        }
    }
}

TEST(ManifestDamage, OneCopyCutAnywhereOrGoneIsMended) {
    auto const files = closed_log();
    for (unsigned copy = 0; copy < 2; ++copy) {
        for (std::size_t size = 0; size < files.at(copy_name(copy)).size(); ++size) {
            SCOPED_TRACE("copy " + std::to_string(copy) + " cut to " + std::to_string(size));
            auto damaged = files;
            damaged[copy_name(copy)].resize(size);
            expect_mended(damaged);
            ASSERT_FALSE(HasFailure());
        }
        auto missing = files;
        missing.erase(copy_name(copy));
        expect_mended(missing);
    }
}

TEST(ManifestDamage, TheSameByteFlippedInBothCopiesIsRefused) {
    auto const files = closed_log();
    for (std::size_t at = 0; at < files.at(copy_name(0)).size(); ++at) {
        SCOPED_TRACE(at);
        auto damaged = files;
        damaged[copy_name(0)][at] ^= 4;
        damaged[copy_name(1)][at] ^= 4;
        expect_refused(damaged, errc::corrupt_file);
        ASSERT_FALSE(HasFailure());
    }
}

TEST(ManifestDamage, DifferentEditsDamagedInEachCopyAreMended) {
    auto damaged = closed_log();
    damaged[copy_name(0)][80] ^= 1;
    damaged[copy_name(1)].back() ^= 1;
    expect_mended(damaged);
}

/// A partition that was written like this one: its manifest has the same edits, of other segments.
TEST(ManifestDamage, ACopyOfAnotherLogIsMendedAndNeverMixedIn) {
    auto const files = closed_log();
    auto const other = closed_log(99);
    for (unsigned copy = 0; copy < 2; ++copy) {
        SCOPED_TRACE(copy);
        ASSERT_EQ(other.at(copy_name(copy)).size(), files.at(copy_name(copy)).size());
        auto misplaced = files;
        misplaced[copy_name(copy)] = other.at(copy_name(copy));
        expect_mended(misplaced);
        // Without a segment, nothing tells which of the two belongs here.
        auto untold = misplaced;
        std::erase_if(untold, [](auto const& each) { return each.first.find("/segment-") != std::string::npos; });
        expect_refused(untold, errc::corrupt_file);
    }
    auto both = files;
    both[copy_name(0)] = other.at(copy_name(0));
    both[copy_name(1)] = other.at(copy_name(1));
    expect_refused(both, errc::corrupt_file);
}

TEST(ManifestDamage, ACopyInThePlaceOfTheOtherIsMended) {
    auto const files = closed_log();
    for (unsigned copy = 0; copy < 2; ++copy) {
        auto doubled = files;
        doubled[copy_name(copy)] = files.at(copy_name(1 - copy));
        expect_mended(doubled);
    }
}

TEST(ManifestDamage, ACopyOfAnotherGenerationIsMended) {
    auto const files = closed_log();
    for (unsigned copy = 0; copy < 2; ++copy) {
        auto older = files;
        auto& text = older[copy_name(copy)];
        auto header = mkdb::load<mkdb::log::manifest_header>(mkdb::as_bytes(text).data());
        header.generation = 7;
        header = mkdb::log::sealed(header);
        text.replace(0, sizeof header, mkdb::as_text(std::as_bytes(std::span(&header, 1))));
        expect_mended(older);
    }
}

TEST(ManifestDamage, BothCopiesGoneIsRefused) {
    auto damaged = closed_log();
    damaged.erase(copy_name(0));
    damaged.erase(copy_name(1));
    expect_refused(damaged, errc::corrupt_file);
    damaged.erase(in_log("CURRENT"));
    expect_refused(damaged, errc::corrupt_file);
}

TEST(ManifestDamage, CurrentIsFoundAgainWhenItIsDamagedOrGone) {
    auto const files = closed_log();
    for (std::size_t at = 0; at < files.at(in_log("CURRENT")).size(); ++at) {
        SCOPED_TRACE(at);
        auto damaged = files;
        damaged[in_log("CURRENT")][at] ^= 2;
        expect_mended(damaged);
        damaged[in_log("CURRENT")].resize(at);
        expect_mended(damaged);
    }
    auto missing = files;
    missing.erase(in_log("CURRENT"));
    expect_mended(missing);
}

TEST(ManifestDamage, AMissingSegmentIsRefusedByName) {
    auto damaged = closed_log();
    damaged.erase(in_log(mkdb::log::names::segment(2)));
    expect_refused(damaged, errc::corrupt_file);
}

TEST(ManifestDamage, ANewerVersionIsRefusedBeforeAnythingIsWritten) {
    auto const files = closed_log();
    auto newer = files;
    for (unsigned copy = 0; copy < 2; ++copy) {
        auto& text = newer[copy_name(copy)];
        auto header = mkdb::load<mkdb::log::manifest_header>(mkdb::as_bytes(text).data());
        header.version = 2;
        header = mkdb::log::sealed(header);
        std::memcpy(text.data(), &header, sizeof header);
    }
    newer[in_log("stranger")] = "not to be touched";
    expect_refused(newer, errc::format_newer);

    auto segment_newer = files;
    auto& text = segment_newer[in_log(mkdb::log::names::segment(1))];
    auto header = mkdb::load<mkdb::log::segment_header>(mkdb::as_bytes(text).data());
    header.version = 2;
    header = mkdb::log::sealed(header);
    std::memcpy(text.data(), &header, sizeof header);
    expect_refused(segment_newer, errc::format_newer);

    auto current_newer = files;
    std::string const claim = "MkDB log 2, manifest 1";
    current_newer[in_log("CURRENT")] =
        claim + ", checksum " + std::to_string(mkdb::crc32c(mkdb::as_bytes(claim))) + "\n";
    expect_refused(current_newer, errc::format_newer);
}

TEST(ManifestDamage, AnotherByteOrderAndAnotherProgramAreRefused) {
    auto files = closed_log();
    for (unsigned copy = 0; copy < 2; ++copy) {
        auto& text = files[copy_name(copy)];
        auto header = mkdb::load<mkdb::log::manifest_header>(mkdb::as_bytes(text).data());
        header.byte_order = 0x04030201;
        header = mkdb::log::sealed(header);
        std::memcpy(text.data(), &header, sizeof header);
    }
    expect_refused(files, errc::format_newer);
    for (unsigned copy = 0; copy < 2; ++copy) {
        auto& text = files[copy_name(copy)];
        auto header = mkdb::load<mkdb::log::manifest_header>(mkdb::as_bytes(text).data());
        header.magic = {'S', 'O', 'M', 'E', 'D', 'B', '.', 'X'};
        header = mkdb::log::sealed(header);
        std::memcpy(text.data(), &header, sizeof header);
    }
    expect_refused(files, errc::format_unknown);
}

TEST(ManifestDamage, StrangersAreMovedAsideAndNamedAndKept) {
    auto files = closed_log();
    files[in_log("notes.txt")] = "somebody's";
    files[in_log(mkdb::log::names::segment(4000))] = files.at(in_log(mkdb::log::names::segment(1)));
    memory_environment machine{tree_of(files), {}, mkdb::random::seeded(5)};
    for (int round = 0; round < 2; ++round) {
        auto backend = open_log(machine).value();
        EXPECT_EQ(replay_all(backend).sequences.size(), record_count);
        auto const expected = std::vector<std::string>{"notes.txt", mkdb::log::names::segment(4000)};
        EXPECT_EQ(backend.recovery().quarantined, round == 0 ? expected : std::vector<std::string>{});
    }
    machine.files.open(log_directory / "notes.txt", mkdb::file::open_mode::create_new).value();
    static_cast<void>(open_log(machine).value());
    auto const after = snapshot(machine.files, log_directory / "quarantine");
    EXPECT_EQ(after.at(in_log("quarantine/notes.txt")), "somebody's");
    EXPECT_TRUE(after.contains(in_log("quarantine/notes.txt.1")));
    EXPECT_EQ(after.size(), 3U);
}

} // namespace
