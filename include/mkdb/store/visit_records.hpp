#pragma once

#include <mkdb/core/error.hpp>
#include <mkdb/core/result.hpp>
#include <mkdb/engine/record.hpp>

#include <cstdint>
#include <string>
#include <utility>

namespace mkdb {

/// Visits the records of all partitions whose text `is_kept(json)`, until `visit(record)` returns false. Returns how
/// many damaged ones were skipped. Errors: `io`.
template <class Partitions, class IsKept, class Visit>
[[nodiscard]] result<std::uint64_t> visit_records(Partitions const& partitions, IsKept const& is_kept, Visit&& visit) {
    std::uint64_t damaged = 0;
    for (auto const& partition : partitions) {
        auto const [rows, lost] =
            partition->inspect([](auto const& state) { return std::pair(state.rows.live(), state.lost.size()); });
        damaged += lost;
        for (auto const row : rows) {
            auto found = partition->read_for_scan(row);
            if (!found && found.error().code != errc::corrupt_record) {
                return found.error();
            }
            damaged += found ? 0 : 1;
            if (found && *found && is_kept((*found)->text()) &&
                !visit(record{std::move((*found)->id), std::string((*found)->text()), (*found)->revision})) {
                return damaged;
            }
        }
    }
    return damaged;
}

} // namespace mkdb
