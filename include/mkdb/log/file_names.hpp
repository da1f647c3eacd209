#pragma once

#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

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

/// The parity of the segment of this number.
[[nodiscard]] inline std::string parity(std::uint32_t number) {
    return numbered("parity-", number);
}

/// What a file is called until it is complete and can take its name.
[[nodiscard]] inline std::string unfinished(std::string const& name) {
    return name + ".new";
}

/// Whether a name is that of a CURRENT, a copy or a parity that was being made: nothing that another file does not
/// hold.
[[nodiscard]] inline bool is_unfinished(std::string_view name) {
    return name == unfinished(current) ||
           (name.ends_with(".new") && (name.starts_with("segment-") || name.starts_with("parity-")));
}

/// A manifest is kept twice; `copy` is 0 or 1.
[[nodiscard]] inline std::string manifest(std::uint32_t generation, unsigned copy) {
    return numbered("manifest-", generation, copy == 0 ? "-a" : "-b");
}

[[nodiscard]] inline bool is_manifest(std::string_view name) {
    return name.starts_with("manifest-");
}

} // namespace mkdb::log::names
