// A manifest is a log of edits: when nearly all of them have been overtaken, opening begins it anew.
#include "support/log_driver.hpp"

#include <gmock/gmock.h>

namespace {

using namespace mkdb::testing;
using mkdb::errc;
using mkdb::log::names::manifest;

constexpr std::uint64_t record_count = 12;
constexpr std::uint64_t last_spent = 5000;

/// A closed log whose manifest has so many edits that no longer matter.
mkdb::file::memory log_with_edits(std::uint64_t edits) {
    memory_environment machine;
    auto backend = open_log(machine, 1024).value();
    append_numbered(backend, 1, record_count).value();
    for (std::uint64_t at = 0; at < edits; ++at) {
        backend.spend(last_spent - edits + at + 1).value();
    }
    backend.close().value();
    return tree_of(snapshot(machine.files, "/"));
}

std::size_t manifest_size(mkdb::file::memory const& tree, std::uint32_t generation, unsigned copy) {
    return snapshot(tree, log_directory).at((log_directory / manifest(generation, copy)).string()).size();
}

template <class Environment>
void expect_all_there(Environment& machine) {
    auto backend = open_log(machine, 1024);
    ASSERT_TRUE(backend) << backend.error().message;
    EXPECT_EQ(replay_all(*backend).sequences.size(), record_count);
    EXPECT_EQ(backend->last_sequence(), last_spent);
    EXPECT_THAT(backend->recovery().notes, testing::IsEmpty());
    EXPECT_THAT(backend->recovery().quarantined, testing::IsEmpty());
}

TEST(ManifestGrowth, IsEndedByTheNextOpening) {
    memory_environment machine{log_with_edits(700), {}, mkdb::random::seeded(5)};
    ASSERT_GT(manifest_size(machine.files, 1, 0), 64 * mkdb::kibibyte);
    expect_all_there(machine);
    auto const after = snapshot(machine.files, "/");
    for (unsigned copy = 0; copy < 2; ++copy) {
        EXPECT_LT(manifest_size(machine.files, 2, copy), 1024U);
        EXPECT_FALSE(after.contains((log_directory / manifest(1, copy)).string()));
    }
    expect_all_there(machine);
    EXPECT_EQ(snapshot(machine.files, "/"), after);
}

TEST(ManifestGrowth, OfAFewEditsIsLeftAlone) {
    memory_environment machine{log_with_edits(100), {}, mkdb::random::seeded(5)};
    auto const before = snapshot(machine.files, "/");
    expect_all_there(machine);
    EXPECT_EQ(snapshot(machine.files, "/"), before);
}

TEST(ManifestGrowth, ThatIsOfSegmentsWhichAreThereIsLeftAlone) {
    memory_environment machine;
    {
        auto backend = open_log(machine, 1024).value();
        for (std::uint64_t at = 0; at < 300; ++at) {
            append_numbered(backend, at * 12 + 1, 12).value();
        }
        backend.close().value();
    }
    ASSERT_GT(manifest_size(machine.files, 1, 0), 64 * mkdb::kibibyte);
    auto const before = snapshot(machine.files, "/");
    static_cast<void>(open_log(machine, 1024).value());
    EXPECT_EQ(snapshot(machine.files, "/"), before);
}

TEST(ManifestGrowth, GoesOnWhileTheDiskIsTooFullForAnother) {
    auto const tree = log_with_edits(700);
    auto const before = snapshot(tree, "/");
    for (std::string const kind : {"create", "write", "sync"}) {
        SCOPED_TRACE(kind);
        fault_environment machine{fault_file_system::holding(tree, 1), {}, mkdb::random::seeded(5)};
        machine.files.plan() = {.fail_at = 1, .sticky = true, .code = errc::no_space, .only = kind};
        expect_all_there(machine);
        machine.files.plan().fail_at = 0;
        EXPECT_EQ(snapshot(machine.files.after_power_cut(kept_bytes::all, kept_names::all, 1), "/"), before);
        expect_all_there(machine);
        EXPECT_LT(manifest_size(machine.files.after_power_cut(kept_bytes::none, kept_names::none, 1), 2, 0), 1024U);
    }
}

} // namespace
