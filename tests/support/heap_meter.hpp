#pragma once

#include <cstddef>

namespace mkdb::test {

/// How much the heap of this program has grown at most since `begin`. Only in programs whose own operator new counts,
/// as those of tests/hostile; other threads count too.
class heap_meter {
public:
    static void begin() noexcept;
    [[nodiscard]] static std::size_t growth() noexcept;
};

} // namespace mkdb::test
