#pragma once

#include <cstdint>
#include <cstdio>
#include <string>

/// Names in the directory of a log.
namespace mkdb::log::names {

inline constexpr char const* current = "CURRENT";
inline constexpr char const* quarantine = "quarantine";
/// Not the log's own: who replays it may keep there what came of it.
inline constexpr char const* checkpoint = "checkpoint";
inline constexpr char const* new_checkpoint = "checkpoint.new";

[[nodiscard]] inline std::string numbered(char const* prefix, std::uint32_t number, char const* suffix = "") {
    char digits[16];
    std::snprintf(digits, sizeof digits, "%010u", number);
    return std::string(prefix) + digits + suffix;
}

[[nodiscard]] inline std::string segment(std::uint32_t number) {
    return numbered("segment-", number);
}

/// A manifest is kept twice; `copy` is 0 or 1.
[[nodiscard]] inline std::string manifest(std::uint32_t generation, unsigned copy) {
    return numbered("manifest-", generation, copy == 0 ? "-a" : "-b");
}

} // namespace mkdb::log::names
