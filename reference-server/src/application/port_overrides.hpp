#pragma once

#include "control/planes.hpp"

#include <array>
#include <cstdint>
#include <optional>

namespace mkdb::server {

/// Ports that replace the configured ones for one run, by plane.
using port_overrides = std::array<std::optional<std::uint16_t>, all_planes.size()>;

} // namespace mkdb::server
