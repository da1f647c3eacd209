#pragma once

#include <mkdb/core/result.hpp>
#include <mkdb/engine/options.hpp>

#include <chrono>
#include <cstdint>

namespace mkdb {

/// When to compact, and how fast.
struct compaction_settings {
    double dead_ratio = 0.3;
    std::chrono::milliseconds interval{60000}; ///< Between two looks for victims; 0: only when asked.
    std::uint64_t bytes_per_second = 0;        ///< Of victims read; 0: no limit.
};

/// Errors: `invalid_argument`.
[[nodiscard]] inline result<> check_compaction(store_options const& wanted) {
    bool const sensible = wanted.compaction_dead_ratio >= 0 && wanted.compaction_dead_ratio <= 1 &&
                          wanted.compaction_interval.count() >= 0;
    return sensible ? result<>()
                    : fail(errc::invalid_argument,
                           "Compaction needs a dead ratio between 0 and 1 and an interval that is not negative");
}

} // namespace mkdb
