// A disk that withholds some of its pages: what was committed there is reported as other rot is, and keeps nothing else
// from being opened. The disk may give it later, so that nothing is decided that the page could disprove.
#include "support/log_driver.hpp"

#include <gtest/gtest.h>

#include <set>

namespace {

using namespace mkdb::testing;
using mkdb::errc;

constexpr std::uint64_t record_count = 1200;
constexpr std::uint64_t page = 4096;
constexpr std::uint64_t threshold = 6 * page;

using file_map = std::map<std::string, std::string>;

file_map log_files(bool closed) {
    memory_environment machine;
    auto backend = open_log(machine, threshold).value();
    for (std::uint64_t at = 1; at < record_count; at += 6) {
        append_numbered(backend, at, 6).value();
        backend.sync().value();
    }
    if (closed) {
        backend.close().value();
    }
    return snapshot(machine.files, "/");
}

fault_environment machine_with(file_map const& files) {
    return {fault_file_system::holding(tree_of(files), 1), {}, mkdb::random::seeded(3)};
}

std::string in_log(std::string const& name) {
    return (log_directory / name).string();
}

/// All of it is there again once the disk can be read.
void expect_all(fault_environment& machine) {
    machine.files.plan().bad_file.clear();
    auto backend = open_log(machine, threshold).value();
    EXPECT_EQ(replay_all(backend).sequences.size(), record_count);
    EXPECT_TRUE(backend.recovery().lost.empty());
}

TEST(UnreadableDisk, APageOfASealedSegmentCostsOnlyWhatIsInIt) {
    auto const files = log_files(true);
    std::uint64_t pages = 0;
    for (auto const& [name, text] : files) {
        for (std::uint64_t at = 0; name.starts_with(in_log("segment-")) && at < text.size(); at += page, ++pages) {
            SCOPED_TRACE(name + " page at " + std::to_string(at));
            auto machine = machine_with(files);
            machine.files.plan().bad_file = std::filesystem::path(name).filename().string();
            machine.files.plan().bad_begin = at;
            machine.files.plan().bad_end = at + page;
            {
                auto backend = open_log(machine, threshold);
                ASSERT_TRUE(backend) << backend.error().message;
                auto const found = replay_all(*backend);
                // No record is smaller than 64 bytes, and one may reach in from each side.
                EXPECT_GE(found.sequences.size(), record_count - page / 64 - 2);
                EXPECT_LT(found.sequences.size(), record_count);
                EXPECT_FALSE(backend->recovery().lost.empty());
                EXPECT_FALSE(backend->recovery().notes.empty());
            }
            expect_all(machine);
            ASSERT_FALSE(HasFailure());
        }
    }
    EXPECT_GT(pages, 20U);
}

TEST(UnreadableDisk, ASegmentOfWhichNothingCanBeReadLeavesTheOthers) {
    auto const files = log_files(true);
    auto machine = machine_with(files);
    machine.files.plan().bad_file = mkdb::log::names::segment(2);
    {
        auto backend = open_log(machine, threshold);
        ASSERT_TRUE(backend) << backend.error().message;
        auto const found = replay_all(*backend);
        EXPECT_GT(found.sequences.size(), record_count / 2);
        ASSERT_FALSE(backend->recovery().lost.empty());
        EXPECT_TRUE(backend->recovery().lost.front().id.empty()) << "nobody can tell whose they were";
        EXPECT_TRUE(append_numbered(*backend, record_count + 1, 1)) << "it must not stop new writes";
    }
    machine.files.plan().bad_file.clear();
    auto backend = open_log(machine, threshold).value();
    EXPECT_EQ(replay_all(backend).sequences.size(), record_count + 1);
}

TEST(UnreadableDisk, OneCopyOfTheManifestIsEnough) {
    auto const files = log_files(true);
    for (auto const& name :
         {mkdb::log::names::manifest(1, 0), mkdb::log::names::manifest(1, 1), std::string(mkdb::log::names::current)}) {
        SCOPED_TRACE(name);
        auto machine = machine_with(files);
        machine.files.plan().bad_file = name;
        {
            auto backend = open_log(machine, threshold);
            ASSERT_TRUE(backend) << backend.error().message;
            EXPECT_EQ(replay_all(*backend).sequences.size(), record_count);
            EXPECT_FALSE(backend->recovery().notes.empty());
        }
        expect_all(machine);
    }
}

/// Refused with what the disk says, without a change, and whole when the disk can be read.
void expect_refused(fault_environment machine, std::string const& unreadable) {
    machine.files.plan().bad_file = unreadable;
    auto const refused = open_log(machine, threshold);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, errc::io) << refused.error().message;
    EXPECT_EQ(machine.files.plan().calls, 0U) << "a refused log was changed";
    expect_all(machine);
}

TEST(UnreadableDisk, WithoutAnyManifestALogIsRefusedAndNotChanged) {
    expect_refused(machine_with(log_files(true)), "manifest-");
}

TEST(UnreadableDisk, ACopyOfTheManifestThatIsDamagedDoesNotStandForOneThatMayBeWhole) {
    auto const files = log_files(true);
    for (unsigned damaged = 0; damaged < 2; ++damaged) {
        auto const name = in_log(mkdb::log::names::manifest(1, damaged));
        for (std::size_t at = 0; at < files.at(name).size(); at += 5) {
            SCOPED_TRACE(name + " byte " + std::to_string(at));
            auto changed = files;
            changed[name][at] = static_cast<char>(changed[name][at] ^ 0x10);
            expect_refused(machine_with(changed), mkdb::log::names::manifest(1, 1 - damaged));
            ASSERT_FALSE(HasFailure());
        }
    }
}

TEST(UnreadableDisk, WhichManifestOfSeveralCountsIsNotGuessed) {
    auto files = log_files(true);
    files[in_log(mkdb::log::names::manifest(2, 0))] = "left behind by a start that ended too early";
    expect_refused(machine_with(files), std::string(mkdb::log::names::current));
}

TEST(UnreadableDisk, ATailThatCannotBeReadIsNotTakenForATornOne) {
    auto const files = log_files(false);
    auto const last = std::ranges::max_element(files, {}, [](auto const& each) {
        return each.first.starts_with(in_log("segment-")) ? each.first : std::string();
    });
    expect_refused(machine_with(files), std::filesystem::path(last->first).filename().string());
}

TEST(UnreadableDisk, ADiskThatGivesNextToNothingIsNotTakenForRot) {
    memory_environment made;
    {
        auto backend = open_log(made, mkdb::mebibyte).value();
        for (std::uint64_t at = 1; at < record_count * 4; at += 600) {
            append_numbered(backend, at, 600).value();
        }
        backend.close().value();
    }
    auto machine = machine_with(snapshot(made.files, "/"));
    auto backend = open_log(machine, mkdb::mebibyte).value();
    machine.files.plan().bad_file = mkdb::log::names::segment(1);
    auto const found = backend.replay([](auto const&, auto const&) {});
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().code, errc::io) << found.error().message;
    machine.files.plan().bad_file.clear();
    EXPECT_EQ(replay_all(backend).sequences.size(), record_count * 4);
}

} // namespace
