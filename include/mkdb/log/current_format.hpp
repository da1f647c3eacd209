#pragma once

#include <mkdb/core/checksum.hpp>
#include <mkdb/core/result.hpp>

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// The file CURRENT names the generation of the manifest that counts: one line of text, checked by its last word.
namespace mkdb::log {

[[nodiscard]] inline std::string encode_current(std::uint32_t generation) {
    auto const claim = "MkDB log 1, manifest " + std::to_string(generation);
    return claim + ", checksum " + std::to_string(crc32c(as_bytes(claim))) + "\n";
}

/// Nothing if the line is damaged; `format_newer` if it is good and begins with another version.
[[nodiscard]] inline result<std::optional<std::uint32_t>> decode_current(std::string_view line) {
    constexpr std::string_view mine = "MkDB log 1, manifest ";
    constexpr std::string_view divider = ", checksum ";
    auto const divided = line.rfind(divider);
    if (divided == line.npos || line.back() != '\n') {
        return std::optional<std::uint32_t>();
    }
    auto const claim = line.substr(0, divided);
    auto const checksum = line.substr(divided + divider.size(), line.size() - divided - divider.size() - 1);
    if (checksum != std::to_string(crc32c(as_bytes(claim)))) {
        return std::optional<std::uint32_t>();
    }
    if (!claim.starts_with(mine)) {
        return fail(errc::format_newer, "CURRENT says '" + std::string(claim) + "': written by a newer version");
    }
    std::uint32_t generation = 0;
    auto const digits = claim.substr(mine.size());
    std::from_chars(digits.data(), digits.data() + digits.size(), generation);
    return std::optional(generation);
}

} // namespace mkdb::log
