#pragma once

#include <mkdb/clock/concept.hpp>

#include <string>

namespace mkdb::server {

/// Seconds since 1970 with milliseconds, as the events and metrics carry time.
[[nodiscard]] double unix_seconds(clock::wall_time when);

/// `2026-01-31T12:00:00.250Z`.
[[nodiscard]] std::string iso_time(clock::wall_time when);

} // namespace mkdb::server
