#pragma once

#include <mkdb/core/result.hpp>

#include <array>
#include <cstddef>
#include <span>
#include <string>

namespace mkdb::log {

/// Sixteen random bytes that no other file shares (RFC 9562, version 4).
using uuid = std::array<std::byte, 16>;

/// Errors: `io` when the source fails.
template <class Random>
[[nodiscard]] result<uuid> make_uuid(Random& random) {
    uuid made{};
    MKDB_TRY(random.fill(made));
    made[6] = (made[6] & std::byte{0x0F}) | std::byte{0x40};
    made[8] = (made[8] & std::byte{0x3F}) | std::byte{0x80};
    return made;
}

} // namespace mkdb::log
