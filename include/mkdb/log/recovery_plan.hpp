#pragma once

#include <mkdb/log/scan.hpp>

#include <algorithm>
#include <span>
#include <vector>

namespace mkdb::log {

/// What to do with the segment that was being written when the program ended.
struct recovery_plan {
    std::uint64_t durable_end = segment_data_start; ///< Below: committed, so damage is rot. The segment is sealed here.
    std::vector<stretch> carried;                   ///< Whole batches after it, to be copied into a fresh segment.
    std::uint64_t torn_bytes = 0;                   ///< The rest: never known durable, dropped.
    bool rot = false;                               ///< There is damage below `durable_end`.
};

/// Tells rot from a torn tail (R9): never by a checksum alone, nor by what follows, since writes that were not synced
/// may reach the disk in any order. What the highest durable mark covers was synced once; damage there is rot. Above
/// it, batches count up to the first that is not whole.
[[nodiscard]] inline recovery_plan plan_recovery(std::span<stretch const> found, std::uint32_t segment,
                                                 std::uint64_t durable_by_manifest) {
    recovery_plan plan;
    plan.durable_end = std::max(durable_by_manifest, segment_data_start);
    for (auto const& each : found) {
        if (each.condition != stretch::state::unreadable && each.header.durable_segment == segment) {
            plan.durable_end = std::max<std::uint64_t>(plan.durable_end, each.header.durable_offset);
        }
    }
    bool torn = false;
    for (auto const& each : found) {
        bool const whole = each.condition == stretch::state::whole;
        if (each.offset < plan.durable_end) {
            plan.rot |= !whole || each.end > plan.durable_end; // A mark is never inside of a batch.
            plan.torn_bytes += each.end > plan.durable_end ? each.end - plan.durable_end : 0;
            torn |= each.end > plan.durable_end;
            continue;
        }
        torn |= !whole;
        if (torn) {
            plan.torn_bytes += each.end - each.offset;
        } else {
            plan.carried.push_back(each);
        }
    }
    auto const seen = found.empty() ? segment_data_start : found.back().end;
    plan.rot |= seen < plan.durable_end;
    return plan;
}

/// For a segment of which neither header nor any batch is left. The header was synced before the manifest named the
/// segment, so no crash does this: what was in the segment is lost, and of the file nothing is dropped.
[[nodiscard]] inline recovery_plan plan_for_nothing_left(std::uint64_t file_size) noexcept {
    // However short the file is, some content is claimed, so that every reading finds it missing.
    auto const claimed = std::max(file_size, segment_data_start + alignment);
    recovery_plan plan;
    plan.durable_end = align_up(claimed, alignment);
    plan.rot = true;
    return plan;
}

} // namespace mkdb::log
