#pragma once

#ifdef __linux__
#include <sys/resource.h>
#include <unistd.h>
#endif

#include <cstddef>
#include <cstdint>
#include <fstream>
#include <limits>

namespace mkdb {

/// How many bytes of addresses the process may still use (`ulimit -v`), about; the most there is without a limit, or
/// where nobody tells.
[[nodiscard]] inline std::size_t addresses_left() {
    auto left = std::numeric_limits<std::size_t>::max();
#ifdef __linux__
    struct rlimit most {};
    if (::getrlimit(RLIMIT_AS, &most) == 0 && most.rlim_cur != RLIM_INFINITY) {
        std::uint64_t pages = 0; // Unknown: none.
        std::ifstream("/proc/self/statm") >> pages;
        auto const used = pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
        left = used < most.rlim_cur ? most.rlim_cur - used : 0;
    }
#endif
    return left;
}

} // namespace mkdb
