#pragma once

#include <cstdint>

/// What operator new of this process does; see failing_allocator_test.cpp, which replaces it.
namespace mkdb::testing::famine {

/// Which call of operator new fails, of any thread, counted from when memory got short.
struct plan {
    std::uint64_t nth = 0; ///< From 1; 0: none.
    bool sticky = false;   ///< And all after it.
};

void begin(plan const& wanted) noexcept;
/// Returns how many calls there were since `begin`.
std::uint64_t end() noexcept;

/// What was allocated with operator new and not given back.
struct live_memory {
    std::int64_t blocks = 0;
    std::int64_t bytes = 0;

    friend bool operator==(live_memory const&, live_memory const&) = default;
};
[[nodiscard]] live_memory live() noexcept;

} // namespace mkdb::testing::famine
