#pragma once

#include <mkdb/storage/concept.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace mkdb {

/// What one compaction of a store did.
struct compaction_report : storage::rewrite_counts {
    std::chrono::milliseconds duration{0};
    std::vector<std::string> notes; ///< What was left alone and why, one plain sentence each.
};

/// What compaction has done since the store was opened.
struct compaction_statistics : storage::rewrite_counts {
    std::uint64_t runs = 0;        ///< That found something to do.
    std::uint64_t failed_runs = 0; ///< That ended early; they are tried again.
    std::uint64_t segments_set_aside = 0; ///< Damaged, and left in place until they are mended.
    bool running = false;
    bool paused = false;
};

} // namespace mkdb
