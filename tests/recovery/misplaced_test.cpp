// Whole bytes in a wrong place, and damage to parity itself: never believed, and healed from what can be believed.
#include "support/parity_log.hpp"

#include <gmock/gmock.h>

#include <random>

namespace {

using namespace mkdb::testing;
using mkdb::errc;
using file_map = std::map<std::string, std::string>;

void expect_healed(file_map const& damaged, file_map const& whole) {
    auto const found = reopen(damaged);
    EXPECT_EQ(found.delivered.size(), numbered_records);
    EXPECT_TRUE(found.report.lost.empty());
    EXPECT_EQ(found.files, whole);
    EXPECT_FALSE(found.report.notes.empty());
}

/// T18, within the budget of three blocks of 64 bytes.
TEST(MisplacedBytes, AreHealed) {
    auto const files = protected_log();
    auto const name = segment_name(2);
    auto const& text = files.at(name);
    auto const& other = files.at(segment_name(3));
    auto const block = [](std::string const& from, std::size_t number) { return from.substr(number * 64, 64); };
    for (std::size_t at = 0; at + 3 < text.size() / 64; ++at) {
        SCOPED_TRACE("block " + std::to_string(at));
        auto zeroed = files;
        zeroed[name].replace(at * 64, 192, std::string(192, '\0'));
        expect_healed(zeroed, files);
        auto swapped = files;
        swapped[name].replace(at * 64, 64, block(text, at + 1));
        swapped[name].replace((at + 1) * 64, 64, block(text, at));
        expect_healed(swapped, files);
        auto strange = files;
        strange[name].replace(at * 64, 64, block(other, at));
        expect_healed(strange, files);
        auto doubled = files;
        doubled[name].replace((at + 2) * 64, 64, block(text, at));
        expect_healed(doubled, files);
    }
}

TEST(MisplacedBytes, AnOlderCopyOfTheSameBytesElsewhereIsNotBelieved) {
    auto const files = protected_log();
    auto const older = protected_log(small_parity(), nullptr, 99);
    auto damaged = files;
    auto const name = segment_name(1);
    damaged[name].replace(128, 128, older.at(name).substr(128, 128));
    EXPECT_NE(damaged.at(name), files.at(name)) << "the uuids of the segments differ";
    expect_healed(damaged, files);
}

TEST(MisplacedBytes, AGrownOrShortenedFileGetsItsLengthBack) {
    auto const files = protected_log();
    auto const name = segment_name(1);
    auto grown = files;
    grown[name] += "something behind it";
    auto const found = reopen(grown);
    EXPECT_EQ(found.files, files);
    for (std::size_t cut = 1; cut <= 128; ++cut) {
        auto shorter = files;
        shorter[name].resize(files.at(name).size() - cut);
        EXPECT_EQ(reopen(shorter).files, files) << cut;
    }
}

TEST(MisplacedBytes, ASegmentOfAnotherLogIsRefusedAndAnotherOneIsNotMadeOfIt) {
    auto const files = protected_log();
    auto swapped = files;
    std::swap(swapped.at(segment_name(1)), swapped.at(segment_name(2)));
    auto machine = machine_with(swapped);
    auto const refused = open_protected(machine);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, errc::corrupt_file);
    EXPECT_EQ(snapshot(machine.files, "/"), swapped);
}

TEST(MisplacedBytes, AMissingSegmentIsRefusedUnlessParityHasAllOfIt) {
    auto files = protected_log();
    files.erase(segment_name(1));
    auto machine = machine_with(files);
    auto const refused = open_protected(machine);
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, testing::HasSubstr("is missing"));
    auto const large = small_parity(100);
    auto const whole = protected_log(large);
    auto missing = whole;
    missing.erase(segment_name(1));
    auto const found = reopen(missing, large);
    EXPECT_EQ(found.delivered.size(), numbered_records);
    EXPECT_EQ(found.files, whole);
}

/// What may become of a parity file: not there, shortened, grown, another's, and each byte of it another.
std::vector<std::string> damaged_states(std::string const& text, std::string const& other) {
    std::vector<std::string> states{
        "", "short", text.substr(0, text.size() / 2), text + "more", other, std::string(text.size(), '\0')};
    for (std::size_t at = 0; at < text.size(); ++at) {
        states.push_back(text);
        states.back()[at] = static_cast<char>(text[at] ^ 0x10);
    }
    return states;
}

/// T19: whatever happens to parity, the data is as it was, and whole parity is there again afterwards. Two budgets,
/// since the table of one of them ends in padding.
TEST(DamagedParity, IsMadeAnewFromWhatWasVerified) {
    for (auto const& options : {small_parity(2), small_parity(3)}) {
        auto const files = protected_log(options);
        for (auto const& state : damaged_states(files.at(parity_name(1)), files.at(parity_name(2)))) {
            auto damaged = files;
            damaged[parity_name(1)] = state;
            auto machine = machine_with(damaged);
            auto backend = open_protected(machine, options).value();
            EXPECT_EQ(replay_all(backend).sequences.size(), numbered_records);
            auto pass = backend.begin_scrub(1).value();
            while (pass.step().value() > 0) {
            }
            EXPECT_EQ(pass.finding().segment.outcome, mkdb::log::healing_outcome::clean);
            EXPECT_TRUE(pass.finding().parity_damaged);
            protect_all(backend);
            EXPECT_EQ(backend.statistics().unprotected_bytes, 0U);
            ASSERT_EQ(snapshot(machine.files, "/"), files);
        }
    }
}

TEST(DamagedParity, DeletedParityIsMadeAgain) {
    auto const files = protected_log();
    auto damaged = files;
    damaged.erase(parity_name(1));
    auto machine = machine_with(damaged);
    auto backend = open_protected(machine).value();
    EXPECT_GT(backend.statistics().unprotected_bytes, 0U);
    EXPECT_THAT(backend.recovery().notes, testing::IsEmpty()) << "a log that never had parity is no news";
    replay_all(backend);
    protect_all(backend);
    EXPECT_EQ(snapshot(machine.files, "/"), files);
}

TEST(DamagedParity, OneWholeCopyOfHeaderAndTableIsEnoughToHeal) {
    auto const files = protected_log();
    auto const layout = mkdb::log::plan_parity(files.at(segment_name(1)).size(), 3, 64);
    mkdb::log::parity_map const map(layout);
    for (unsigned header = 0; header < 2; ++header) {
        for (unsigned table = 0; table < 2; ++table) {
            auto damaged = files;
            damaged[parity_name(1)][map.header_offset(header) + 20] ^= 1;
            damaged[parity_name(1)][map.table_offset(table) + 5] ^= 1;
            damaged[segment_name(1)][200] ^= 1;
            auto const found = reopen(damaged);
            EXPECT_EQ(found.delivered.size(), numbered_records);
            EXPECT_EQ(found.files.at(segment_name(1)), files.at(segment_name(1)));
        }
    }
}

TEST(DamagedParity, IsNeverMadeFromADamagedSegment) {
    auto const files = protected_log();
    auto damaged = files;
    damaged.erase(parity_name(1));
    damaged[segment_name(1)][300] ^= 1;
    auto machine = machine_with(damaged);
    auto backend = open_protected(machine).value();
    replay_all(backend);
    protect_all(backend);
    EXPECT_FALSE(machine.files.exists(parity_name(1)).value());
    EXPECT_EQ(backend.statistics().unrecoverable_segments, 1U);
    EXPECT_GT(backend.statistics().unprotected_bytes, 0U);
    EXPECT_EQ(snapshot(machine.files, "/"), damaged);
}

TEST(DamagedParity, ParityOfANewerVersionIsLeftAloneAndOfAnotherCodecIsReplaced) {
    auto const files = protected_log();
    auto header = mkdb::load<mkdb::log::parity_header>(mkdb::as_bytes(files.at(parity_name(1))).data());
    auto const with = [&](mkdb::log::parity_header const& changed) {
        auto all = files;
        auto const sealed = mkdb::log::sealed(changed);
        std::string const bytes(mkdb::as_text(std::as_bytes(std::span(&sealed, 1))));
        all[parity_name(1)].replace(0, bytes.size(), bytes);
        all[parity_name(1)].replace(all[parity_name(1)].size() - bytes.size(), bytes.size(), bytes);
        return all;
    };
    auto newer = header;
    newer.version = 2;
    auto machine = machine_with(with(newer));
    auto backend = open_protected(machine).value();
    replay_all(backend);
    protect_all(backend);
    EXPECT_EQ(snapshot(machine.files, "/"), with(newer));
    EXPECT_THAT(backend.recovery().notes, testing::ElementsAre(testing::HasSubstr("newer version; it is left alone")));
    auto other = header;
    other.codec[0] = 'X';
    auto second = machine_with(with(other));
    auto again = open_protected(second).value();
    replay_all(again);
    EXPECT_THAT(again.recovery().notes, testing::ElementsAre(testing::HasSubstr("made by the codec 'X")));
    protect_all(again);
    EXPECT_EQ(snapshot(second.files, "/"), files);
}

TEST(DamagedParity, DamageToBothWithinTheBudgetIsHealedAndThenProtectedAgain) {
    auto const files = protected_log();
    std::mt19937_64 chance(5);
    auto const layout = mkdb::log::plan_parity(files.at(segment_name(1)).size(), 3, 64);
    for (int round = 0; round < 100; ++round) {
        auto damaged = files;
        damaged[segment_name(1)][128 + chance() % (layout.protected_length - 256)] ^= 4;
        auto const lost = chance() % layout.parity_blocks();
        damaged[parity_name(1)][mkdb::log::parity_map(layout).parity_offset(lost) + chance() % 64] ^= 4;
        auto machine = machine_with(damaged);
        auto backend = open_protected(machine).value();
        EXPECT_EQ(replay_all(backend).sequences.size(), numbered_records);
        auto pass = backend.begin_scrub(1).value();
        while (pass.step().value() > 0) {
        }
        protect_all(backend);
        ASSERT_EQ(snapshot(machine.files, "/"), files) << "round " << round;
    }
}

TEST(ParityElsewhere, LiesUnderTheUuidOfItsLogAndHealsFromThere) {
    auto options = small_parity();
    options.parity_directory = "/other/parity";
    auto const files = protected_log(options);
    EXPECT_FALSE(files.contains(parity_name(1)));
    std::vector<std::string> elsewhere;
    for (auto const& [name, text] : files) {
        if (name.starts_with("/other/parity/")) {
            elsewhere.push_back(name);
        }
    }
    EXPECT_GT(elsewhere.size(), 2U);
    auto damaged = files;
    damaged[segment_name(1)][200] ^= 1;
    damaged["/other/parity/" + elsewhere[0].substr(14, 32) + "/parity-0000000077"] = "left behind";
    auto const found = reopen(damaged, options);
    EXPECT_EQ(found.delivered.size(), numbered_records);
    EXPECT_EQ(found.files.at(segment_name(1)), files.at(segment_name(1)));
    EXPECT_THAT(found.report.quarantined, testing::ElementsAre("parity-0000000077"));
}

TEST(ParityElsewhere, ADiskThatIsNotThereCostsProtectionAndNotTheLog) {
    auto options = small_parity();
    options.parity_directory = "/log/CURRENT"; // A file, where a directory should be.
    auto const files = protected_log();
    auto machine = machine_with(files);
    auto backend = open_protected(machine, options);
    ASSERT_TRUE(backend);
    EXPECT_EQ(replay_all(*backend).sequences.size(), numbered_records);
    EXPECT_THAT(backend->recovery().notes, testing::Contains(testing::HasSubstr("nothing is protected by parity")));
    EXPECT_GT(backend->statistics().unprotected_bytes, 0U);
    EXPECT_TRUE(append_numbered(*backend, 1000, 2));
    EXPECT_TRUE(backend->close());
}

} // namespace
