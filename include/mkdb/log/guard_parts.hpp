#pragma once

#include <mkdb/log/reader_epochs.hpp>
#include <mkdb/log/segment_table.hpp>
#include <mkdb/log/shared_manifest.hpp>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

namespace mkdb::log {

/// How a log is protected.
struct parity_settings {
    std::uint32_t blocks = 0; ///< Of a full stripe; 0: no parity is made.
    std::uint32_t block_bytes = 4096;
    std::filesystem::path directory{}; ///< Where parity files lie.
};

/// The parts of an open log that a guard works with.
template <class Files>
struct guarded_log {
    Files* files;
    std::filesystem::path directory;
    shared_manifest<Files>* list;
    segment_table<typename Files::file>* table;
    reader_epochs* readers;
};

/// What a guard tells while the log is in use. Called from whatever thread comes upon it, without a lock of the guard.
struct guard_watch {
    std::function<void(std::string const&)> on_recovery{}; ///< Damage was found, and healed or not.
    std::function<void()> on_unprotected{};                ///< A segment was sealed that has no parity yet.
};

/// What a guard has counted.
struct guard_counts {
    std::uint64_t protected_bytes = 0; ///< Of segments whose parity is on the disk.
    std::uint64_t parity_bytes = 0;
    std::uint64_t healed_blocks = 0;
    std::uint64_t healed_segments = 0;
    std::uint64_t unrecoverable_segments = 0;
};

} // namespace mkdb::log
