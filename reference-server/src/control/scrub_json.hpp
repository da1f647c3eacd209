#pragma once

#include <mkdb/store/scrub_report.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <string_view>

namespace mkdb::server {

/// What one pass of scrubbing over a store found and did, for programs.
[[nodiscard]] inline boost::json::object scrub_json(std::string_view store, scrub_report const& report) {
    boost::json::array unrecoverable;
    for (auto const& each : report.unrecoverable) {
        unrecoverable.push_back(boost::json::object{
            {"partition", each.partition}, {"segment", each.segment}, {"message", each.message}});
    }
    return {{"store", store},
            {"segments", report.segments},
            {"bytes", report.bytes},
            {"damaged_blocks", report.damaged_blocks},
            {"healed_blocks", report.healed_blocks},
            {"healed_segments", report.healed_segments},
            {"parity_rebuilt", report.parity_rebuilt},
            {"unrecoverable", std::move(unrecoverable)},
            {"lost_ids", boost::json::array(report.lost_ids.begin(), report.lost_ids.end())},
            {"notes", boost::json::array(report.notes.begin(), report.notes.end())},
            {"duration_ms", report.duration.count()}};
}

} // namespace mkdb::server
