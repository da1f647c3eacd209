#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace mkdb::log {

/// What became of a segment that was looked at block by block.
enum class healing_outcome {
    clean,         ///< Every byte is as it was written.
    healed,        ///< It was damaged, and now every byte is as it was written.
    healable,      ///< It is damaged and parity can restore it; nothing was changed, as was asked.
    unrecoverable, ///< It is damaged, and stays as it is.
};

/// A stripe that has lost more blocks than its parity makes up for.
struct stripe_deficit {
    std::uint64_t stripe = 0;
    std::uint64_t lost = 0; ///< Of data and parity.
    std::uint64_t parity = 0;
};

/// What was found and done, with one sentence for the operator unless the segment was clean.
struct healing {
    healing_outcome outcome = healing_outcome::clean;
    std::uint64_t damaged_blocks = 0;
    std::vector<stripe_deficit> deficits{};
    std::string message{};

    [[nodiscard]] bool sound() const noexcept {
        return outcome == healing_outcome::clean || outcome == healing_outcome::healed;
    }
};

} // namespace mkdb::log
