#pragma once

#include <mkdb/clock/concept.hpp>

namespace mkdb::clock {

/// The operating system's clocks.
class system {
public:
    [[nodiscard]] monotonic_time monotonic() const noexcept { return std::chrono::steady_clock::now(); }
    [[nodiscard]] wall_time wall() const noexcept { return std::chrono::system_clock::now(); }
};

static_assert(clock_source<system>);

} // namespace mkdb::clock
