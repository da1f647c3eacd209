#pragma once

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

} // namespace mkdb::cli
