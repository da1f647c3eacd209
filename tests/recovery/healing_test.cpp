// Damage to sealed segments that have parity: healed byte for byte when the log is opened and when it is read, or
// named.
#include "support/parity_log.hpp"

#include <gmock/gmock.h>

#include <algorithm>

namespace {

using namespace mkdb::testing;
using mkdb::errc;
using mkdb::log::healing_outcome;

using file_map = std::map<std::string, std::string>;

bool is_segment(std::string const& name) {
    return name.find("/segment-") != name.npos;
}

/// All comes back, and the files are what they were.
void expect_healed(file_map const& damaged, file_map const& whole) {
    auto const found = reopen(damaged);
    EXPECT_EQ(found.delivered.size(), numbered_records);
    EXPECT_TRUE(found.report.lost.empty());
    EXPECT_EQ(found.files, whole);
}

TEST(Healing, AProtectedLogHasParityForEverySegmentAndIsLeftAloneByOpening) {
    auto const files = protected_log();
    auto const segments = std::ranges::count_if(files, [](auto const& each) { return is_segment(each.first); });
    EXPECT_GT(segments, 2);
    for (std::uint32_t number = 1; number <= static_cast<std::uint32_t>(segments); ++number) {
        EXPECT_TRUE(files.contains(parity_name(number)));
    }
    auto const found = reopen(files);
    EXPECT_EQ(found.files, files);
    EXPECT_THAT(found.report.notes, testing::IsEmpty());
    EXPECT_EQ(found.statistics.unprotected_bytes, 0U);
    EXPECT_GT(found.statistics.parity_bytes, 0U);
}

TEST(Healing, EveryDamagedByteOfEverySegmentIsHealedWhenTheLogIsOpened) {
    auto const files = protected_log();
    for (auto const& [name, text] : files) {
        for (std::size_t at = 0; is_segment(name) && at < text.size(); ++at) {
            SCOPED_TRACE(name + " byte " + std::to_string(at));
            auto damaged = files;
            damaged[name][at] = static_cast<char>(text[at] ^ static_cast<char>(1U << at % 8));
            expect_healed(damaged, files);
            ASSERT_FALSE(HasFailure());
        }
    }
}

TEST(Healing, EveryDamagedByteUnderARecordIsHealedWhenItIsRead) {
    std::map<std::uint64_t, mkdb::storage::location> places;
    auto const files = protected_log(small_parity(), &places);
    auto machine = machine_with(files);
    auto backend = open_protected(machine).value();
    replay_all(backend);
    std::vector<std::string> told;
    backend.watch({[&](std::string const& note) { told.push_back(note); }, {}});
    std::uint64_t healed = 0;
    for (auto const& [sequence, where] : places) {
        auto const name = segment_name(where.segment);
        for (std::uint32_t at = where.offset; at < where.offset + where.length; ++at) {
            SCOPED_TRACE("record " + std::to_string(sequence) + " byte " + std::to_string(at));
            auto text = files.at(name);
            text[at] = static_cast<char>(text[at] ^ 0x40);
            overwrite(machine.files, name, text);
            auto const found = backend.read(where);
            ASSERT_TRUE(found) << found.error().message;
            ASSERT_EQ(found->value(), value_of(sequence));
            // Padding is in no checksum of a record: nothing was wrong with it for the reader.
            healed += snapshot(machine.files, "/").at(name) == files.at(name) ? 1 : 0;
            overwrite(machine.files, name, files.at(name));
        }
    }
    EXPECT_EQ(backend.statistics().healed_segments, told.size());
    EXPECT_EQ(healed, told.size());
    EXPECT_GT(healed, 2000U);
    EXPECT_THAT(told.front(), testing::HasSubstr("restored from parity"));
}

TEST(Healing, AnErrorOfTheDiskIsALostBlock) {
    auto const files = protected_log();
    faulty_parity_machine machine{fault_file_system::holding(tree_of(files), 1), {}, mkdb::random::seeded(3)};
    auto backend = open_protected(machine).value();
    auto const all = replay_all(backend);
    for (auto const& [sequence, where] : all.places) {
        machine.files.plan().reads = 0;
        machine.files.plan().fail_read_at = 1;
        auto const found = backend.read(where);
        ASSERT_TRUE(found) << found.error().message;
        EXPECT_EQ(found->value(), value_of(sequence));
    }
}

TEST(Healing, AnyReadThatFailsWhileALogIsOpenedCostsNothing) {
    auto const files = protected_log();
    for (std::uint64_t at = 1;; ++at) {
        SCOPED_TRACE("read " + std::to_string(at));
        faulty_parity_machine machine{fault_file_system::holding(tree_of(files), 1), {}, mkdb::random::seeded(3)};
        machine.files.plan().fail_read_at = at;
        auto backend = open_protected(machine);
        if (!backend) {
            // The manifest itself could not be read: refused, and nothing changed.
            EXPECT_EQ(backend.error().code, errc::io);
        } else {
            EXPECT_EQ(replay_all(*backend).sequences.size(), numbered_records);
            EXPECT_TRUE(backend->recovery().lost.empty());
        }
        machine.files.plan().fail_read_at = 0;
        auto again = open_protected(machine).value();
        EXPECT_EQ(replay_all(again).sequences.size(), numbered_records);
        if (machine.files.plan().reads < at) {
            EXPECT_GT(at, 10U);
            break;
        }
    }
}

TEST(Healing, BeyondTheBudgetNothingIsTouchedAndExactlyTheLostIsNamed) {
    std::map<std::uint64_t, mkdb::storage::location> places;
    auto const files = protected_log(small_parity(), &places);
    auto damaged = files;
    std::set<std::uint64_t> hit;
    auto const name = segment_name(1);
    int count = 0;
    for (auto const& [sequence, where] : places) {
        if (where.segment == 1 && count++ < 5) {
            damaged[name][where.offset + where.length - 12] ^= 0x20;
            hit.insert(sequence);
        }
    }
    auto const found = reopen(damaged);
    EXPECT_EQ(found.files.at(name), damaged.at(name));
    std::set<std::uint64_t> named;
    for (auto const& each : found.report.lost) {
        named.insert(each.sequence);
        EXPECT_EQ(each.id, id_of(each.sequence));
    }
    EXPECT_EQ(named, hit);
    EXPECT_EQ(found.delivered.size(), numbered_records - hit.size());
    EXPECT_EQ(found.statistics.unrecoverable_segments, 1U);
    EXPECT_THAT(found.report.notes, testing::Contains(testing::HasSubstr("parity makes up for 3")));
}

TEST(Healing, AFileThatCannotBeOpenedForAMomentIsNoDamageThatIsRemembered) {
    std::map<std::uint64_t, mkdb::storage::location> places;
    auto const files = protected_log(small_parity(), &places);
    auto damaged = files;
    damaged[segment_name(1)][places.at(1).offset + 50] ^= 1;
    for (auto const& refused : {mkdb::log::names::segment(1), mkdb::log::names::parity(1)}) {
        SCOPED_TRACE(refused);
        faulty_parity_machine machine{fault_file_system::holding(tree_of(damaged), 1), {}, mkdb::random::seeded(3)};
        auto backend = open_protected(machine).value();
        machine.files.plan().refused_open = refused;
        EXPECT_EQ(backend.read(places.at(1)).error().code, errc::corrupt_record);
        auto const healed = backend.heal(1);
        ASSERT_FALSE(healed);
        EXPECT_EQ(healed.error().code, errc::io);
        EXPECT_THAT(healed.error().message, testing::HasSubstr("injected failure to open " + refused));
        EXPECT_EQ(backend.statistics().unrecoverable_segments, 0U);
        machine.files.plan().refused_open.clear();
        EXPECT_TRUE(backend.read(places.at(1)));
        EXPECT_EQ(backend.statistics().healed_segments, 1U);
    }
}

TEST(Healing, ParityThatCannotBeOpenedSaysNothingOfAWholeSegmentAndStays) {
    auto const files = protected_log();
    faulty_parity_machine machine{fault_file_system::holding(tree_of(files), 1), {}, mkdb::random::seeded(3)};
    machine.files.plan().refused_open = mkdb::log::names::parity(1);
    auto backend = open_protected(machine).value();
    EXPECT_THAT(backend.recovery().notes, testing::ElementsAre(testing::HasSubstr("it is left alone")));
    EXPECT_EQ(backend.heal(1).value().outcome, healing_outcome::clean);
    protect_all(backend);
    auto pass = backend.begin_scrub(1).value();
    while (pass.step().value() > 0) {
    }
    EXPECT_THAT(pass.finding().parity_message, testing::HasSubstr("injected failure to open"));
    protect_all(backend);
    machine.files.plan().refused_open.clear();
    EXPECT_EQ(snapshot(machine.files.after_power_cut(kept_bytes::all, kept_names::all, 1), "/"), files);
    auto again = open_protected(machine).value();
    EXPECT_THAT(again.recovery().notes, testing::IsEmpty());
    EXPECT_EQ(again.statistics().unprotected_bytes, 0U);
}

/// The files of a protected log without its parity.
file_map without_parity(file_map files) {
    std::erase_if(files, [](auto const& each) { return each.first.find("/parity-") != std::string::npos; });
    return files;
}

/// Makes parity until nothing is missing or an error is told.
std::optional<mkdb::error> protect_until_told(log_backend<faulty_parity_machine>& backend) {
    for (;;) {
        auto const step = backend.protect_step();
        if (!step || *step == 0) {
            return step ? std::nullopt : std::optional(step.error());
        }
    }
}

TEST(Healing, AMissingSegmentDoesNotKeepTheOthersFromTheirParity) {
    auto const files = without_parity(protected_log());
    faulty_parity_machine machine{fault_file_system::holding(tree_of(files), 1), {}, mkdb::random::seeded(3)};
    auto backend = open_protected(machine).value();
    machine.files.remove(segment_name(1)).value();
    std::vector<std::string> told;
    backend.watch({[&](std::string const& note) { told.push_back(note); }, {}});
    protect_all(backend);
    EXPECT_EQ(backend.statistics().unprotected_bytes, files.at(segment_name(1)).size());
    EXPECT_EQ(backend.statistics().unrecoverable_segments, 1U);
    EXPECT_THAT(told, testing::ElementsAre(testing::HasSubstr("is missing and cannot be restored")));
}

TEST(Healing, ASegmentThatCannotBeOpenedIsToldOfWhenTheOthersHaveTheirParity) {
    auto const files = without_parity(protected_log());
    faulty_parity_machine machine{fault_file_system::holding(tree_of(files), 1), {}, mkdb::random::seeded(3)};
    auto backend = open_protected(machine).value();
    machine.files.plan().refused_open = mkdb::log::names::segment(1);
    auto const told = protect_until_told(backend);
    ASSERT_TRUE(told);
    EXPECT_THAT(told->message, testing::HasSubstr("injected failure to open"));
    EXPECT_EQ(backend.statistics().unprotected_bytes, files.at(segment_name(1)).size());
    EXPECT_TRUE(protect_until_told(backend)) << "it is tried again";
    machine.files.plan().refused_open.clear();
    protect_all(backend);
    EXPECT_EQ(backend.statistics().unprotected_bytes, 0U);
}

TEST(Healing, DamageThatCannotBeHealedNowDoesNotKeepTheOthersFromTheirParity) {
    auto const whole = protected_log();
    auto files = without_parity(whole);
    files[segment_name(1)][300] ^= 1;
    files[parity_name(1)] = "short"; // No use to anybody, and so to be made anew.
    faulty_parity_machine machine{fault_file_system::holding(tree_of(files), 1), {}, mkdb::random::seeded(3)};
    auto backend = open_protected(machine).value();
    machine.files.plan().refused_open = mkdb::log::names::parity(1);
    EXPECT_TRUE(protect_until_told(backend));
    EXPECT_EQ(backend.statistics().unprotected_bytes, files.at(segment_name(1)).size());
    machine.files.plan().refused_open.clear();
    protect_all(backend);
    EXPECT_EQ(backend.statistics().unrecoverable_segments, 1U);
}

TEST(Healing, ASegmentBeyondRestoringIsNotSurveyedByEveryRead) {
    std::map<std::uint64_t, mkdb::storage::location> places;
    auto files = protected_log(small_parity(), &places);
    faulty_parity_machine machine{fault_file_system::holding(tree_of(files), 1), {}, mkdb::random::seeded(3)};
    auto backend = open_protected(machine).value();
    replay_all(backend);
    std::string const zeros(files.at(segment_name(1)).size(), '\0');
    machine.files.open(segment_name(1), mkdb::file::open_mode::read_write)
        .value()
        .write_at(0, mkdb::as_bytes(zeros))
        .value();
    EXPECT_EQ(backend.read(places.at(1)).error().code, errc::corrupt_record);
    auto const before = machine.files.plan().reads;
    EXPECT_EQ(backend.read(places.at(1)).error().code, errc::corrupt_record);
    EXPECT_EQ(machine.files.plan().reads, before + 1);
    auto whole = machine.files.open(segment_name(1), mkdb::file::open_mode::read_write).value();
    whole.write_at(0, mkdb::as_bytes(files.at(segment_name(1)))).value();
    EXPECT_EQ(backend.heal(1).value().outcome, healing_outcome::clean) << "whoever asks is answered anew";
    EXPECT_TRUE(backend.read(places.at(1)));
    EXPECT_EQ(backend.statistics().unrecoverable_segments, 0U);
}

} // namespace
