#pragma once

#include "server_policies.hpp"

#include <boost/json/object.hpp>

namespace mkdb::server {

/// What a store takes on the disk, and what it has done since it was opened: `name, records, damaged_records,
/// buffered_records, partitions, last_sequence, segments, bytes, live_bytes, dead_bytes, space_amplification,
/// write_amplification, unprotected_bytes, protection{parity_bytes,healed_blocks,healed_segments,
/// unrecoverable_segments,scrubs,scrub_running,last_scrub_ms}, bytes_per_record,
/// appended{records,batches,bytes,syncs}, cache{entries,estimated_bytes,hits,misses,evictions}`.
[[nodiscard]] boost::json::object storage_report(server_store const& store);

} // namespace mkdb::server
