// The power goes, or the disk fails, at every call while parity is made and while a segment is healed.
#include "support/parity_log.hpp"

#include <gmock/gmock.h>

#include <array>

namespace {

using namespace mkdb::testing;
using mkdb::errc;
using file_map = std::map<std::string, std::string>;

constexpr std::array data_choices{kept_bytes::none, kept_bytes::all, kept_bytes::prefix, kept_bytes::subset,
                                  kept_bytes::zeros};
constexpr std::array name_choices{kept_names::none, kept_names::all, kept_names::subset};

/// What is done until a call fails: it leaves the log open, as a program that is cut off does.
using deed = std::function<void(log_backend<faulty_parity_machine>&)>;

void protect(log_backend<faulty_parity_machine>& backend) {
    for (auto bytes = backend.protect_step(); bytes && *bytes > 0; bytes = backend.protect_step()) {
    }
}

void read_everything(log_backend<faulty_parity_machine>& backend,
                     std::map<std::uint64_t, mkdb::storage::location> const& places) {
    for (auto const& [sequence, where] : places) {
        auto const found = backend.read(where);
        EXPECT_TRUE(!found || found->value() == value_of(sequence)) << "wrong bytes";
    }
}

/// After the cut the log holds everything, heals what was still damaged, and can be protected to the last byte.
void expect_whole(mkdb::file::memory left, file_map const& whole, std::uint64_t seed) {
    faulty_parity_machine after{fault_file_system::holding(std::move(left), seed), {}, mkdb::random::seeded(seed)};
    auto backend = open_protected(after);
    ASSERT_TRUE(backend) << backend.error().message;
    EXPECT_EQ(replay_all(*backend).sequences.size(), numbered_records);
    EXPECT_TRUE(backend->recovery().lost.empty());
    EXPECT_TRUE(backend->recovery().quarantined.empty());
    protect_all(*backend);
    EXPECT_EQ(backend->statistics().unprotected_bytes, 0U);
    auto const kept = after.files.after_power_cut(kept_bytes::none, kept_names::none, seed);
    EXPECT_EQ(snapshot(kept, "/"), whole) << "all of it is durable";
}

/// Cuts at every call of the deed, in every way. Returns how many calls there are.
std::uint64_t cut_everywhere(file_map const& before, file_map const& whole, deed const& work) {
    for (std::uint64_t cut = 1;; ++cut) {
        bool reached = false;
        for (auto const data : data_choices) {
            for (auto const names : name_choices) {
                SCOPED_TRACE("cut at call " + std::to_string(cut) + ", data " + std::to_string(static_cast<int>(data)) +
                             ", names " + std::to_string(static_cast<int>(names)));
                faulty_parity_machine machine{
                    fault_file_system::holding(tree_of(before), cut), {}, mkdb::random::seeded(cut)};
                auto backend = open_protected(machine).value();
                machine.files.plan().calls = 0;
                machine.files.plan().fail_at = cut;
                machine.files.plan().sticky = true;
                work(backend);
                reached = machine.files.plan().calls >= cut;
                expect_whole(machine.files.after_power_cut(data, names, cut), whole, cut);
                if (testing::Test::HasFailure()) {
                    return cut;
                }
            }
        }
        if (!reached) {
            return cut - 1;
        }
    }
}

TEST(ParityCrash, EveryCutWhileParityIsMadeLeavesWholeFilesOrNone) {
    auto const whole = protected_log();
    auto before = whole;
    std::erase_if(before, [](auto const& each) { return each.first.find("/parity-") != std::string::npos; });
    EXPECT_GT(cut_everywhere(before, whole, protect), 20U);
}

TEST(ParityCrash, EveryCutWhileDamagedParityIsReplacedLeavesOneThatIsWhole) {
    auto const whole = protected_log();
    auto before = whole;
    before[parity_name(1)][30] ^= 1;
    EXPECT_GT(cut_everywhere(before, whole, protect), 5U);
}

TEST(ParityCrash, EveryCutWhileASegmentIsHealedLeavesTheOldOrTheHealedOne) {
    std::map<std::uint64_t, mkdb::storage::location> places;
    auto const whole = protected_log(small_parity(), &places);
    auto before = whole;
    before[segment_name(1)][places.at(1).offset + 50] ^= 1;
    before[segment_name(2)][400] ^= 1;
    EXPECT_GT(cut_everywhere(before, whole, [&](auto& backend) { read_everything(backend, places); }), 8U);
}

/// One call fails and the machine goes on.
TEST(ParityCrash, AFailingCallIsAnErrorAndTheNextReadHeals) {
    std::map<std::uint64_t, mkdb::storage::location> places;
    auto const whole = protected_log(small_parity(), &places);
    auto before = whole;
    before[segment_name(1)][places.at(1).offset + 50] ^= 1;
    for (auto const code : {errc::io, errc::no_space}) {
        for (std::uint64_t at = 1;; ++at) {
            SCOPED_TRACE(std::string(to_string(code)) + " at call " + std::to_string(at));
            faulty_parity_machine machine{
                fault_file_system::holding(tree_of(before), at), {}, mkdb::random::seeded(at)};
            auto backend = open_protected(machine).value();
            machine.files.plan().calls = 0;
            machine.files.plan().fail_at = at;
            machine.files.plan().code = code;
            auto const first = backend.read(places.at(1));
            EXPECT_TRUE(first || first.error().code == errc::corrupt_record) << first.error().message;
            bool const reached = machine.files.plan().calls >= at;
            machine.files.plan().fail_at = 0;
            auto const second = backend.read(places.at(1));
            ASSERT_TRUE(second) << second.error().message;
            EXPECT_EQ(second->value(), value_of(1));
            EXPECT_TRUE(append_numbered(backend, 500, 1)) << "healing is no reason to stop writing";
            if (!reached) {
                EXPECT_GT(at, 5U);
                break;
            }
        }
    }
}

TEST(ParityCrash, AFailingCallWhileParityIsMadeCostsNothingButTime) {
    auto const whole = protected_log();
    auto before = whole;
    std::erase_if(before, [](auto const& each) { return each.first.find("/parity-") != std::string::npos; });
    for (std::uint64_t at = 1;; ++at) {
        SCOPED_TRACE("call " + std::to_string(at));
        faulty_parity_machine machine{fault_file_system::holding(tree_of(before), at), {}, mkdb::random::seeded(at)};
        auto backend = open_protected(machine).value();
        machine.files.plan().calls = 0;
        machine.files.plan().fail_at = at;
        bool failed = false;
        for (auto bytes = backend.protect_step(); !bytes || *bytes > 0; bytes = backend.protect_step()) {
            failed |= !bytes;
        }
        EXPECT_EQ(failed, machine.files.plan().calls >= at);
        EXPECT_EQ(backend.statistics().unprotected_bytes, 0U);
        ASSERT_EQ(snapshot(machine.files.after_power_cut(kept_bytes::none, kept_names::none, 1), "/"), whole);
        if (machine.files.plan().calls < at) {
            break;
        }
    }
}

} // namespace
