#pragma once

#include <mkdb/core/result.hpp>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace mkdb::server {

[[nodiscard]] std::string to_hex(std::span<std::byte const> bytes);

/// That many random bytes from the system's cryptographic source, in lower-case hex.
[[nodiscard]] result<std::string> random_hex(std::size_t bytes);

/// Lower-case hex of the SHA-256 of `text`: what is kept of a token.
[[nodiscard]] std::string sha256_hex(std::string_view text);

/// A password of 128 random bits for people to copy: groups of letters and digits that are not mistaken for each other.
[[nodiscard]] result<std::string> random_password();

/// Overwrites a secret before its memory is given back.
void wipe(std::string& secret) noexcept;

} // namespace mkdb::server
