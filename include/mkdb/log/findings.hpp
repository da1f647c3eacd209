#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace mkdb::log {

/// What opening a log found and did.
struct findings {
    std::uint64_t torn_bytes = 0;
    std::vector<std::string> quarantined;
    std::vector<std::string> notes;
    std::uint64_t healed_segments = 0;
    std::uint64_t healed_blocks = 0;
};

} // namespace mkdb::log
