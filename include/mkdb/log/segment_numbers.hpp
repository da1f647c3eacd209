#pragma once

#include <mkdb/core/result.hpp>

#include <cstdint>
#include <string>

namespace mkdb::log {

/// Every number of a segment is below this. None is used twice, so that a log has used them up one day.
inline constexpr std::uint32_t segment_number_limit = 1U << 22;

/// A recovery after the last roll must not fail for want of a number: it takes one, and leaves nothing to recover.
inline constexpr std::uint32_t numbers_for_recovery = 1;

/// The writer stops so many numbers before the end, so that what is in the log can still be compacted then.
inline constexpr std::uint32_t numbers_for_upkeep = 4096;

/// Errors: `limit_exceeded` unless the number is below the limit and leaves so many behind it.
[[nodiscard]] inline result<> check_segment_number(std::uint32_t number, std::uint32_t to_leave = 0) {
    if (number < segment_number_limit - to_leave) {
        return {};
    }
    return fail(errc::limit_exceeded, "the log has used up its segment numbers, which end below " +
                                          std::to_string(segment_number_limit - to_leave) +
                                          (to_leave > 0 ? " for this" : "") + ": copy its records into a new store");
}

} // namespace mkdb::log
