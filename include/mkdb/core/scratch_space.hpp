#pragma once

#include <cstddef>

namespace mkdb {

/// Memory that lies on a disk: for what is too much for RAM and need not outlive the process.
///
/// Its bytes are at addresses that its user has reserved, and are read and written there; the system keeps in RAM what
/// is in use. A disk that cannot give back what it took ends the process (SIGBUS): nothing of this is the only copy.
/// Thread safety: none of its own.
class scratch_space {
public:
    scratch_space() = default;
    scratch_space(scratch_space const&) = delete;
    scratch_space& operator=(scratch_space const&) = delete;
    /// The addresses are as they were before: reserved.
    virtual ~scratch_space() = default;

    /// Puts `bytes` zeroes of the disk at `at`, both in whole pages. They have their room on the disk from then on.
    /// False when there is none, or the disk fails; nothing has changed then.
    [[nodiscard]] virtual bool back(std::byte* at, std::size_t bytes) noexcept = 0;

    /// Gives back the room of what lies there, in whole pages; it is not touched any more.
    virtual void discard(std::byte* at, std::size_t bytes) noexcept = 0;
};

} // namespace mkdb
