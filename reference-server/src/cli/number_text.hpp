#pragma once

#include <chrono>
#include <cmath>
#include <cstdint>
#include <string>

namespace mkdb::cli {

/// As `63,440`.
[[nodiscard]] inline std::string grouped(std::uint64_t number) {
    auto text = std::to_string(number);
    for (auto at = text.size(); at > 3;) {
        at -= 3;
        text.insert(at, 1, ',');
    }
    return text;
}

/// In no time, all of them.
[[nodiscard]] inline std::uint64_t per_second(std::uint64_t count, std::chrono::duration<double> took) {
    return took.count() > 0 ? static_cast<std::uint64_t>(std::llround(static_cast<double>(count) / took.count()))
                            : count;
}

} // namespace mkdb::cli
