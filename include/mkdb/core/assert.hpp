#pragma once

#include <cstdio>
#include <cstdlib>

namespace mkdb::detail {

[[noreturn]] inline void assertion_failed(char const* condition, char const* file, int line) noexcept {
    std::fprintf(stderr, "mkdb: broken contract: %s (%s:%d)\n", condition, file, line);
    std::abort();
}

} // namespace mkdb::detail

/// A broken precondition stops the process in every build: wrong data is worse than no answer.
#define MKDB_ASSERT(condition)                                                                                         \
    ((condition) ? static_cast<void>(0) : ::mkdb::detail::assertion_failed(#condition, __FILE__, __LINE__))
