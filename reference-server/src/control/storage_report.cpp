#include "control/storage_report.hpp"

namespace mkdb::server {

boost::json::object storage_report(server_store const& store) {
    auto const now = store.statistics();
    auto const& log = now.storage;
    boost::json::object report{{"name", store.name()},
                               {"records", now.records},
                               {"damaged_records", now.damaged_records},
                               {"buffered_records", now.buffered_records},
                               {"partitions", now.partitions},
                               {"last_sequence", now.last_sequence},
                               {"segments", log.segments},
                               {"bytes", log.bytes}};
    report["live_bytes"] = now.live_bytes;
    report["dead_bytes"] = now.dead_bytes();
    report["space_amplification"] = now.space_amplification();
    report["write_amplification"] = now.write_amplification();
    report["unprotected_bytes"] = log.unprotected_bytes;
    report["protection"] = boost::json::object{{"parity_bytes", log.parity_bytes},
                                               {"healed_blocks", log.healed_blocks},
                                               {"healed_segments", log.healed_segments},
                                               {"unrecoverable_segments", log.unrecoverable_segments},
                                               {"scrubs", now.scrub.passes},
                                               {"scrub_running", now.scrub.running},
                                               {"last_scrub_ms", now.scrub.last_finished_ms}};
    report["bytes_per_record"] = now.records == 0 ? 0 : log.bytes / now.records;
    report["appended"] = boost::json::object{{"records", log.records_appended},
                                             {"batches", log.batches_appended},
                                             {"bytes", log.bytes_appended},
                                             {"syncs", log.syncs}};
    report["cache"] = boost::json::object{{"entries", now.cache.entries},
                                          {"estimated_bytes", now.cache.estimated_bytes},
                                          {"hits", now.cache.hits},
                                          {"misses", now.cache.misses},
                                          {"evictions", now.cache.evictions}};
    report["indexes"] = boost::json::object{{"ram_bytes", now.index_ram_bytes}, {"disk_bytes", now.index_disk_bytes}};
    return report;
}

} // namespace mkdb::server
