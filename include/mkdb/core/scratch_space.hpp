#pragma once

#include <mkdb/core/bytes.hpp>
#include <mkdb/core/result.hpp>

#include <cstddef>
#include <memory>

namespace mkdb {

/// Whether the disk of a `scratch_space` still has what was written there. It may outlive the space.
/// Thread safety: all members from any thread.
class scratch_watch {
public:
    scratch_watch() = default;
    scratch_watch(scratch_watch const&) = delete;
    scratch_watch& operator=(scratch_watch const&) = delete;
    virtual ~scratch_watch() = default;

    /// Errors: `io` and `no_space` when the disk did not take something since the space was made, from then on at every
    /// call: what lies there may be other bytes than were written. It was so before whoever read such bytes had them.
    [[nodiscard]] virtual result<> check() = 0;
};

/// Memory that lies on a disk: for what is too much for RAM and need not outlive the process.
///
/// Its bytes are at addresses that its user has reserved, and are read and written there; the system keeps in RAM what
/// is in use. A disk that cannot give back what it took ends the process (SIGBUS); one that did not take what was
/// written gives zeros or older bytes afterwards, which `watch` tells: nothing of this is the only copy.
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

    /// Not null.
    [[nodiscard]] virtual std::shared_ptr<scratch_watch> watch() const noexcept = 0;
};

} // namespace mkdb
