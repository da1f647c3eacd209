#pragma once

#include <chrono>
#include <concepts>

namespace mkdb::clock {

using monotonic_time = std::chrono::steady_clock::time_point;
using wall_time = std::chrono::system_clock::time_point;

/// Time for an engine. Timers, limits and ages use `monotonic()`; `wall()` is shown to people, and
/// read when a store is opened, for records that are over some day.
///
/// Thread safety: both calls are safe from any thread.
template <class C>
concept clock_source = std::move_constructible<C> && requires(C const& clock) {
    { clock.monotonic() } -> std::same_as<monotonic_time>;
    { clock.wall() } -> std::same_as<wall_time>;
};

} // namespace mkdb::clock
