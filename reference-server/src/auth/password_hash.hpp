#pragma once

#include <mkdb/core/result.hpp>

#include <cstdint>
#include <string>
#include <string_view>

/// PBKDF2-HMAC-SHA256 in the text form of config.json: `pbkdf2:sha256:<iterations>:<salt>:<hex>`.
///
/// The salt of the computation is the bytes of the printed salt text; 32 bytes come out, printed in lower-case hex.
namespace mkdb::server {

inline constexpr std::uint32_t recommended_iterations = 600000;
/// Older files hold fewer than is recommended; more than the maximum would stop the server for seconds a login.
inline constexpr std::uint32_t minimum_iterations = 1000;
inline constexpr std::uint32_t maximum_iterations = 10000000;
inline constexpr std::size_t maximum_password_bytes = 1024;

/// Hashes with a salt of 128 random bits.
[[nodiscard]] result<std::string> hash_password(std::string_view password,
                                                std::uint32_t iterations = recommended_iterations);

/// Compares in constant time. A text that is not of the form, or has an iteration count out of range, matches nothing.
[[nodiscard]] bool password_matches(std::string_view password, std::string_view stored);

/// Whether a hash has fewer iterations than new ones get.
[[nodiscard]] bool needs_upgrade(std::string_view stored);

/// Costs what comparing with a new hash does and matches nothing: for users that do not exist.
void burn_password_check(std::string_view password);

} // namespace mkdb::server
