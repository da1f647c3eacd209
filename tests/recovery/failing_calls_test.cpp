// The n-th call to the disk fails, for every n: nothing is acknowledged that is not kept.
#include "support/parity_log.hpp"

#include <gtest/gtest.h>

#include <optional>

namespace {

using namespace mkdb::testing;
using mkdb::errc;

struct acknowledged {
    std::uint64_t tried = 0;
    std::uint64_t durable = 0;
    std::uint64_t after_failure = 0; ///< Acknowledgements given after a call had failed for good.
    std::optional<mkdb::error> first_failure;
};

/// Appends and syncs through several rolls; goes on after failures, as a careless caller would.
acknowledged careless_program(fault_environment& machine) {
    acknowledged told;
    auto backend = open_log(machine, 1024);
    if (!backend) {
        told.first_failure = backend.error();
        return told;
    }
    for (int i = 0; i < 12; ++i) {
        auto const first = told.tried + 1;
        auto appended = append_numbered(*backend, first, 3);
        told.tried += appended ? 3 : 0;
        auto synced = backend->sync();
        if (appended && synced) {
            told.durable = told.tried;
            told.after_failure += told.first_failure ? 1 : 0;
        }
        if (!told.first_failure && !(appended && synced)) {
            told.first_failure = appended ? synced.error() : appended.error();
        }
    }
    auto closed = backend->close();
    if (!closed && !told.first_failure) {
        told.first_failure = closed.error();
    }
    return told;
}

void expect_all_acknowledged_kept(fault_environment const& machine, acknowledged const& told, std::uint64_t seed) {
    for (auto const data : {kept_bytes::none, kept_bytes::subset, kept_bytes::all}) {
        memory_environment after{
            machine.files.after_power_cut(data, kept_names::none, seed), {}, mkdb::random::seeded(1)};
        auto opened = open_log(after);
        ASSERT_TRUE(opened) << opened.error().message;
        auto const found = replay_all(*opened);
        EXPECT_GE(found.sequences.size(), told.durable);
        EXPECT_TRUE(opened->recovery().lost.empty());
    }
}

void sweep(bool sticky, errc code, std::string const& only) {
    std::uint64_t failed = 0;
    for (std::uint64_t at = 1;; ++at) {
        SCOPED_TRACE("call " + std::to_string(at) + (only.empty() ? "" : " of " + only));
        fault_environment machine{fault_file_system(at), {}, mkdb::random::seeded(at)};
        machine.files.plan().fail_at = at;
        machine.files.plan().sticky = sticky;
        machine.files.plan().code = code;
        machine.files.plan().only = only;
        auto const told = careless_program(machine);
        expect_all_acknowledged_kept(machine, told, at);
        ASSERT_FALSE(::testing::Test::HasFailure());
        if (machine.files.plan().calls < at) {
            break;
        }
        ++failed;
        // A disk that is full for a moment may have room for less, which is enough.
        ASSERT_TRUE(told.first_failure || (code == errc::no_space && !sticky));
        if (only == "sync" || only == "write" || only == "sync_directory") {
            EXPECT_EQ(told.after_failure, 0U) << "acknowledged after a failed " << only;
        }
    }
    EXPECT_GT(failed, 5U);
}

TEST(FailingCalls, AnyCallFailingOnceLosesNothingAcknowledged) {
    sweep(false, errc::io, "");
}
TEST(FailingCalls, AnyCallFailingForGoodLosesNothingAcknowledged) {
    sweep(true, errc::io, "");
}
TEST(FailingCalls, AFullDiskLosesNothingAcknowledged) {
    sweep(true, errc::no_space, "");
}
TEST(FailingCalls, ADiskThatIsFullForAMomentLosesNothingAcknowledged) {
    sweep(false, errc::no_space, "");
}
TEST(FailingCalls, NothingIsAcknowledgedAfterAFailedSync) {
    sweep(false, errc::io, "sync");
}
TEST(FailingCalls, NothingIsAcknowledgedAfterAFailedWrite) {
    sweep(false, errc::io, "write");
}
TEST(FailingCalls, NothingIsAcknowledgedAfterAFailedSyncOfADirectory) {
    sweep(false, errc::io, "sync_directory");
}

TEST(FailingCalls, AFailedSyncLeavesTheOutcomeOpenAndStopsWriting) {
    fault_environment machine;
    auto backend = open_log(machine).value();
    std::vector<mkdb::storage::location> where;
    append_numbered(backend, 1, 1, &where).value();
    machine.files.plan().only = "sync";
    machine.files.plan().calls = 0;
    machine.files.plan().fail_at = 1;
    EXPECT_EQ(backend.sync().error().code, errc::outcome_unknown);
    EXPECT_EQ(backend.sync().error().code, errc::read_only);
    auto const refused = append_numbered(backend, 2, 1);
    EXPECT_EQ(refused.error().code, errc::read_only);
    EXPECT_NE(refused.error().message.find("injected failure of sync"), std::string::npos);
    EXPECT_TRUE(backend.read(where[0])) << "reading goes on";
}

TEST(FailingCalls, ADiskThatCannotReserveSpaceRefusesAndRecoversWithoutARestart) {
    fault_environment machine;
    auto backend = open_log(machine, 1024).value();
    append_numbered(backend, 1, 20).value();
    machine.files.plan().only = "preallocate";
    machine.files.plan().calls = 0;
    machine.files.plan().fail_at = 1;
    machine.files.plan().sticky = true;
    machine.files.plan().code = errc::no_space;
    for (int attempt = 0; attempt < 3; ++attempt) {
        auto const refused = append_numbered(backend, 21, 20);
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, errc::no_space);
        EXPECT_TRUE(backend.sync());
    }
    machine.files.plan().fail_at = 0;
    EXPECT_TRUE(append_numbered(backend, 21, 20));
    EXPECT_TRUE(backend.sync());
    EXPECT_TRUE(backend.close());
    auto again = open_log(machine).value();
    EXPECT_EQ(replay_all(again).sequences.size(), 40U);
}

/// All that writes, until something fails: that failure, if there is one.
mkdb::result<> use_until_failure(log_backend<faulty_parity_machine>& backend) {
    std::uint64_t last = 0;
    for (int i = 0; i < 4; ++i) {
        MKDB_TRY(append_numbered(backend, last + 1, 8));
        last += 8;
        MKDB_TRY(backend.seal_lasting());
        MKDB_TRY(backend.seal_lasting());
        MKDB_TRY(append_numbered(backend, last + 1, 1));
        MKDB_TRY(backend.mark());
        MKDB_TRY(append_numbered(backend, last + 2, 1));
        MKDB_TRY(backend.freeze([](auto const&) { return false; }));
        last += 10;
        MKDB_TRY(backend.spend(last));
    }
    return {};
}

TEST(FailingCalls, AFullDiskIsNamedAsTheReasonOnlyWhereNothingIsFinal) {
    std::uint64_t harmless = 0;
    std::uint64_t final = 0;
    for (std::uint64_t at = 1;; ++at) {
        SCOPED_TRACE("call " + std::to_string(at));
        faulty_parity_machine machine{fault_file_system(at), {}, mkdb::random::seeded(at)};
        auto backend = open_protected(machine).value();
        machine.files.plan() = {.fail_at = at, .code = errc::no_space};
        auto const outcome = use_until_failure(backend);
        if (machine.files.plan().calls < at) {
            break;
        }
        if (outcome) {
            continue;
        }
        bool const may_go_on = mkdb::storage::left_no_trace(outcome.error());
        (may_go_on ? harmless : final) += 1;
        auto const next = append_numbered(backend, 1000, 1);
        EXPECT_EQ(next.has_value(), may_go_on) << outcome.error().message;
        EXPECT_TRUE(next || next.error().code == errc::read_only) << next.error().message;
        EXPECT_NE(outcome.error().message.find("injected failure"), std::string::npos) << outcome.error().message;
    }
    EXPECT_GT(harmless, 5U);
    EXPECT_GT(final, 20U);
}

TEST(FailingCalls, AReadThatFailsIsAnErrorOfThatReadAlone) {
    fault_environment machine;
    auto backend = open_log(machine).value();
    std::vector<mkdb::storage::location> where;
    append_numbered(backend, 1, 1, &where).value();
    machine.files.plan().fail_read_at = machine.files.plan().reads + 1;
    EXPECT_EQ(backend.read(where[0]).error().code, errc::io);
    EXPECT_TRUE(backend.read(where[0]));
}

TEST(FailingCalls, AnyReadFailingDuringOpeningChangesNothingThatMatters) {
    memory_environment before;
    {
        auto backend = open_log(before, 1024).value();
        for (std::uint64_t at = 1; at < 30; at += 3) {
            append_numbered(backend, at, 3).value();
            backend.sync().value();
        }
    }
    for (std::uint64_t at = 1;; ++at) {
        fault_environment machine{fault_file_system::holding(before.files, at), {}, mkdb::random::seeded(at)};
        machine.files.plan().fail_read_at = at;
        {
            auto opened = open_log(machine);
            std::uint64_t delivered = 0;
            auto const replayed_well =
                opened && opened->replay([&](auto const&, auto const&) { ++delivered; }).has_value();
            // A sealed segment that is found whole when it is read again is read on.
            EXPECT_TRUE(!replayed_well || delivered == 30) << "read " << at;
            if (machine.files.plan().reads < at) {
                EXPECT_TRUE(replayed_well);
                break;
            }
            // Not every failed read is worth a note: what is kept twice, or is made anew, is not missed.
        }
        auto again = open_log(machine);
        ASSERT_TRUE(again) << again.error().message;
        EXPECT_EQ(replay_all(*again).sequences.size(), 30U);
    }
}

} // namespace
