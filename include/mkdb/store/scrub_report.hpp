#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace mkdb {

/// What scrubbing looked at and mended.
struct scrub_counts {
    std::uint64_t segments = 0;
    std::uint64_t bytes = 0; ///< Read, those of parity too.
    std::uint64_t damaged_blocks = 0;
    std::uint64_t healed_blocks = 0;
    std::uint64_t healed_segments = 0;
    std::uint64_t parity_rebuilt = 0; ///< Parity files that were damaged or of no use.
    std::uint64_t unrecoverable_segments = 0;

    scrub_counts& operator+=(scrub_counts const& more) noexcept {
        segments += more.segments;
        bytes += more.bytes;
        damaged_blocks += more.damaged_blocks;
        healed_blocks += more.healed_blocks;
        healed_segments += more.healed_segments;
        parity_rebuilt += more.parity_rebuilt;
        unrecoverable_segments += more.unrecoverable_segments;
        return *this;
    }
};

/// A segment whose damage stays.
struct unrecoverable_segment {
    std::uint32_t partition = 0;
    std::uint32_t segment = 0;
    std::string message; ///< What is damaged, and how far it is beyond what parity makes up for.
};

/// What one pass over a store found and did.
struct scrub_report : scrub_counts {
    std::vector<unrecoverable_segment> unrecoverable;
    std::vector<std::string> lost_ids; ///< All records that these segments took, by id.
    std::vector<std::string> notes;    ///< What was mended or could not be looked at, one plain sentence each.
    std::chrono::milliseconds duration{0};
};

/// What scrubbing has done since the store was opened.
struct scrub_statistics : scrub_counts {
    std::uint64_t passes = 0;
    std::int64_t last_started_ms = 0;  ///< Of the pass that is under way or was the last; since 1970; 0: never.
    std::int64_t last_finished_ms = 0; ///< Of the last complete pass, also of an earlier run of the program.
    bool running = false;
    bool paused = false;
};

} // namespace mkdb
