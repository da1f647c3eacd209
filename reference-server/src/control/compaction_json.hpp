#pragma once

#include <mkdb/store/compaction_report.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <string_view>

namespace mkdb::server {

/// What one compaction of a store did, for programs.
[[nodiscard]] inline boost::json::object compaction_json(std::string_view store, compaction_report const& report) {
    return {{"store", store},
            {"segments_in", report.segments_in},
            {"segments_out", report.segments_out},
            {"bytes_in", report.bytes_in},
            {"bytes_out", report.bytes_out},
            {"records_copied", report.records_copied},
            {"tombstones_dropped", report.tombstones_dropped},
            {"duration_ms", report.duration.count()},
            {"notes", boost::json::array(report.notes.begin(), report.notes.end())}};
}

} // namespace mkdb::server
