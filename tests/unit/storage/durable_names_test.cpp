// What was moved or removed stays so over a power cut, once the call that did it has returned; and what is written in
// bulk is synced on the way, so that the sync at its end is short.
#include "support/parity_log.hpp"

#include <mkdb/log/checkpoint_writer.hpp>

#include <gmock/gmock.h>

#include <algorithm>
#include <vector>

namespace {

using namespace mkdb::testing;
using mkdb::storage::location;
using mkdb::storage::log_record;

template <class Files>
std::vector<std::string> names_in(Files& files, std::filesystem::path const& directory) {
    auto names = files.exists(directory).value() ? files.list(directory).value() : std::vector<std::string>();
    std::ranges::sort(names);
    return names;
}

class DurableNames : public testing::Test {
protected:
    /// The power goes now: every name is where the program saw it, though no other sync followed.
    static void expect_durable(fault_file_system& disk, std::filesystem::path const& beside = log_directory) {
        auto left = disk.after_power_cut(kept_bytes::all, kept_names::none, 1);
        for (auto const& directory : {log_directory, log_directory / "quarantine", beside}) {
            EXPECT_EQ(names_in(left, directory), names_in(disk, directory)) << directory;
        }
    }

    static fault_environment machine_holding(mkdb::file::memory tree) {
        return {fault_file_system::holding(std::move(tree), 1), {}, mkdb::random::seeded(5)};
    }

    template <class Backend>
    static std::vector<std::uint32_t> fill(Backend& backend) {
        for (std::uint64_t at = 1; at <= 100; at += 5) {
            append_numbered(backend, at, 5).value();
        }
        backend.sync().value();
        std::vector<std::uint32_t> sealed;
        for (auto const& each : backend.segments()) {
            if (each.sealed) {
                sealed.push_back(each.segment);
            }
        }
        return sealed;
    }

    template <class Backend>
    static auto copied(Backend& backend, std::vector<std::uint32_t> const& victims) {
        auto run = backend.begin_rewrite(victims).value();
        while (run.step([](log_record const& each, location const&) { return each.sequence % 2 == 0; }).value() > 0) {
        }
        return run;
    }

    /// A closed log without records, with other files beside its own.
    static mkdb::file::memory log_beside(std::vector<std::string> const& others) {
        memory_environment machine;
        open_log(machine).value().close().value();
        for (auto const& name : others) {
            std::ignore = machine.files.open(log_directory / name, mkdb::file::open_mode::create_new).value();
        }
        return machine.files;
    }
};

TEST_F(DurableNames, OfStrangersThatWereSetAside) {
    auto machine = machine_holding(log_beside({"stranger", "another"}));
    auto const backend = open_log(machine).value();
    EXPECT_THAT(backend.recovery().quarantined, testing::UnorderedElementsAre("another", "stranger"));
    expect_durable(machine.files);
}

TEST_F(DurableNames, OfCopiesThatWereNotFinished) {
    auto machine = machine_holding(log_beside({"segment-0000000007.new", "parity-0000000007.new"}));
    auto const backend = open_log(machine).value();
    EXPECT_FALSE(machine.files.exists(log_directory / "segment-0000000007.new").value());
    expect_durable(machine.files);
}

TEST_F(DurableNames, OfASegmentThatNeverGotARecord) {
    fault_environment begun{fault_file_system(1), {}, mkdb::random::seeded(4)};
    auto unsynced = open_log(begun).value();
    append_numbered(unsynced, 1, 3).value();
    auto machine = machine_holding(begun.files.after_power_cut(kept_bytes::none, kept_names::all, 1));
    auto const before = names_in(machine.files, log_directory);
    auto backend = open_log(machine).value();
    EXPECT_TRUE(replay_all(backend).sequences.empty());
    EXPECT_LT(names_in(machine.files, log_directory).size(), before.size());
    expect_durable(machine.files);
}

TEST_F(DurableNames, OfManifestsThatWereBegunAnew) {
    memory_environment first;
    auto grown = open_log(first).value();
    for (std::uint64_t at = 1; at <= 700; ++at) {
        grown.spend(at).value();
    }
    grown.close().value();
    auto machine = machine_holding(first.files);
    auto const backend = open_log(machine).value();
    EXPECT_TRUE(machine.files.exists(log_directory / mkdb::log::names::manifest(2, 0)).value());
    EXPECT_FALSE(machine.files.exists(log_directory / mkdb::log::names::manifest(1, 0)).value());
    expect_durable(machine.files);
}

TEST_F(DurableNames, OfWhatCompactionRemovesAlsoWhereParityLiesElsewhere) {
    faulty_parity_machine machine{fault_file_system(1), {}, mkdb::random::seeded(5)};
    auto options = small_parity();
    options.parity_directory = "/other-disk";
    auto backend = open_protected(machine, options).value();
    auto const victims = fill(backend);
    protect_all(backend);
    // Each log has a directory of its own there.
    auto const place = options.parity_directory / names_in(machine.files, options.parity_directory).front();
    auto const before = names_in(machine.files, place).size();
    auto run = copied(backend, victims);
    run.commit().value();
    run.release().value();
    EXPECT_LT(names_in(machine.files, place).size(), before);
    expect_durable(machine.files, place);
}

TEST_F(DurableNames, OfTheCopiesOfACompactionThatIsGivenUp) {
    fault_environment machine{fault_file_system(1), {}, mkdb::random::seeded(5)};
    auto backend = open_log(machine, 1024).value();
    auto const victims = fill(backend);
    auto const before = names_in(machine.files, log_directory);
    { auto const run = copied(backend, victims); }
    EXPECT_EQ(names_in(machine.files, log_directory), before);
    expect_durable(machine.files);
}

TEST(PacedSyncs, ACheckpointIsSyncedEvery32Mebibytes) {
    fault_file_system disk(1);
    disk.create_directories(log_directory).value();
    std::vector<mkdb::log::checkpoint_section> sections;
    sections.push_back({mkdb::log::section_kind::mark, std::string(48 * mkdb::mebibyte, 'x')});
    mkdb::log::checkpoint_writer writer(disk, log_directory, std::move(sections));
    while (writer.step().value()) {
    }
    EXPECT_EQ(disk.plan().by_kind["sync"], 2U);
}

TEST(PacedSyncs, ACompactionIsSyncedEvery8Mebibytes) {
    fault_environment machine{fault_file_system(1), {}, mkdb::random::seeded(5)};
    auto backend = open_log(machine, 32 * mkdb::mebibyte).value();
    std::string const value = "{\"v\":\"" + std::string(256 * mkdb::kibibyte, 'x') + "\"}";
    for (std::uint64_t at = 1; backend.segments().size() < 2; ++at) {
        std::vector<log_record> const batch{{mkdb::storage::record_kind::put, at, at, "id", value}};
        std::vector<location> out(1);
        backend.append(batch, out).value();
    }
    backend.sync().value();
    auto run = backend.begin_rewrite(std::vector<std::uint32_t>{backend.segments().front().segment}).value();
    auto& syncs = machine.files.plan().by_kind["sync"];
    syncs = 0;
    while (run.step([](log_record const&, location const&) { return true; }).value() > 0) {
    }
    EXPECT_GT(syncs, 3U) << "one for the end, and one for each 8 of the 32 MiB";
}

} // namespace
