#pragma once

namespace mkdb::cli {

/// While it lives, the first SIGINT or SIGTERM asks the command to finish what it has begun; a second one ends the
/// program at once. One at a time.
class interrupt_guard {
public:
    interrupt_guard();
    ~interrupt_guard();
    interrupt_guard(interrupt_guard const&) = delete;
    interrupt_guard& operator=(interrupt_guard const&) = delete;
};

/// Whether the command was asked to finish. Waits are cut into pieces of at most `interrupt_check_ms` to look.
[[nodiscard]] bool interrupted() noexcept;

inline constexpr int interrupt_check_ms = 200;

} // namespace mkdb::cli
