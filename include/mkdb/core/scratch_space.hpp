#pragma once

#include <mkdb/core/bytes.hpp>

#include <cstddef>

namespace mkdb {

/// Memory that lies on a disk: for what is too much for RAM and need not outlive the process.
///
/// Its bytes are at addresses that its user has reserved, and are read and written there; the system keeps in RAM what
/// is in use. A disk that cannot give back what it took ends the process (SIGBUS): nothing of this is the only copy.
/// Thread safety: none of its own.
class scratch_space {
public:
    /// All of it comes and goes in whole units, counted from the first address. No smaller than a page of memory.
    static constexpr std::size_t unit = 64 * kibibyte;

    scratch_space() = default;
    scratch_space(scratch_space const&) = delete;
    scratch_space& operator=(scratch_space const&) = delete;
    /// The addresses are as they were before: reserved.
    virtual ~scratch_space() = default;

    /// Puts `bytes` of the disk at `at`: right behind what was put somewhere before, or where `discard` was. They have
    /// their room on the disk from then on, also for being written again and again; what is in them is anything.
    /// False when there is none, or the disk fails; nothing has changed then.
    [[nodiscard]] virtual bool back(std::byte* at, std::size_t bytes) noexcept = 0;

    /// Gives back the room of what lies there; it is not touched before `back`.
    virtual void discard(std::byte* at, std::size_t bytes) noexcept = 0;
};

} // namespace mkdb
