#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mkdb::query {

enum class metric_kind : std::uint8_t { count, sum, min, max, avg, distinct, histogram };

[[nodiscard]] constexpr std::string_view to_string(metric_kind kind) noexcept {
    switch (kind) {
    case metric_kind::count: return "count";
    case metric_kind::sum: return "sum";
    case metric_kind::min: return "min";
    case metric_kind::max: return "max";
    case metric_kind::avg: return "avg";
    case metric_kind::distinct: return "distinct";
    case metric_kind::histogram: return "histogram";
    }
    return "unknown";
}

/// One figure that is wanted of the matching records.
struct metric {
    std::string name; ///< What the answer calls it.
    metric_kind kind = metric_kind::count;
    std::string field;   ///< Empty, for `count` alone: of all records.
    double interval = 0; ///< Of `histogram`: the width of a bucket, above 0.
};

/// Figures of all matching records, or of those of each value of a field.
struct aggregate_request {
    std::vector<metric> metrics;
    std::optional<std::string> group_by;
};

} // namespace mkdb::query
