#pragma once

#include "log_driver.hpp"

#include <mkdb/parity/reed_solomon.hpp>

#include <functional>
#include <set>

namespace mkdb::testing {

template <class Files>
using parity_environment = environment<Files, clock::manual, random::seeded, parity::reed_solomon>;

using parity_machine = parity_environment<file::memory>;
using faulty_parity_machine = parity_environment<fault_file_system>;

/// Small segments, small blocks, small stripes: what takes mebibytes otherwise.
inline storage::rolling_log::options small_parity(std::uint32_t parity_blocks = 3, std::uint32_t block_bytes = 64) {
    return {.segment_threshold = 1024, .parity_blocks = parity_blocks, .parity_block_bytes = block_bytes};
}

template <class Environment>
result<log_backend<Environment>> open_protected(Environment& machine,
                                                storage::rolling_log::options const& options = small_parity()) {
    return log_backend<Environment>::open(machine, log_directory, options);
}

template <class Backend>
void protect_all(Backend& backend) {
    while (backend.protect_step().value() > 0) {
    }
}

inline std::string segment_name(std::uint32_t number) {
    return (log_directory / log::names::segment(number)).string();
}
inline std::string parity_name(std::uint32_t number) {
    return (log_directory / log::names::parity(number)).string();
}

constexpr std::uint64_t numbered_records = 40;

/// The files of a closed log of several sealed segments, all of them with parity.
inline std::map<std::string, std::string> protected_log(storage::rolling_log::options const& options = small_parity(),
                                                        std::map<std::uint64_t, storage::location>* places = nullptr,
                                                        std::uint64_t seed = 7) {
    parity_machine machine{{}, {}, random::seeded(seed)};
    auto backend = open_protected(machine, options).value();
    for (std::uint64_t at = 1; at < numbered_records; at += 4) {
        std::vector<storage::location> where;
        append_numbered(backend, at, 4, &where).value();
        backend.sync().value();
        for (std::uint64_t i = 0; places != nullptr && i < where.size(); ++i) {
            (*places)[at + i] = where[i];
        }
    }
    backend.close().value();
    EXPECT_EQ(backend.statistics().unprotected_bytes == 0, options.parity_blocks > 0);
    return snapshot(machine.files, "/");
}

inline parity_machine machine_with(std::map<std::string, std::string> const& files) {
    return {tree_of(files), {}, random::seeded(11)};
}

/// What opening a log over these files gives: each version as it was written, or named.
struct reopened {
    std::set<std::uint64_t> delivered;
    storage::recovery_report report;
    storage::storage_statistics statistics;
    std::map<std::string, std::string> files; ///< Afterwards.
};

inline reopened reopen(std::map<std::string, std::string> const& files,
                       storage::rolling_log::options const& options = small_parity()) {
    auto machine = machine_with(files);
    auto backend = open_protected(machine, options);
    reopened found;
    EXPECT_TRUE(backend) << backend.error().message;
    if (backend) {
        auto const all = replay_all(*backend);
        found.delivered.insert(all.sequences.begin(), all.sequences.end());
        EXPECT_EQ(found.delivered.size(), all.sequences.size()) << "a version came twice";
        for (auto const& [sequence, where] : all.places) {
            EXPECT_TRUE(backend->read(where));
        }
        found.report = backend->recovery();
        found.statistics = backend->statistics();
    }
    found.files = snapshot(machine.files, "/");
    return found;
}

/// Gives the bytes of a file in memory other content, as a disk does behind a program's back.
inline void overwrite(file::memory& files, std::filesystem::path const& path, std::string const& content) {
    auto file = files.open(path, file::open_mode::read_write).value();
    file.resize(content.size()).value();
    file.write_at(0, as_bytes(content)).value();
}

} // namespace mkdb::testing
