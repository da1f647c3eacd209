#pragma once

#include "server_policies.hpp"

#include <boost/json/object.hpp>

namespace mkdb::server {

/// What a store takes on the disk, and what it has done since it was opened: `name, records, damaged_records,
/// buffered_records, partitions, last_sequence, segments, bytes, bytes_per_record,
/// appended{records,batches,bytes,syncs}, cache{entries,estimated_bytes,hits,misses,evictions}`.
[[nodiscard]] boost::json::object storage_report(server_store const& store);

} // namespace mkdb::server
