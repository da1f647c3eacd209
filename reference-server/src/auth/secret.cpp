#include "auth/secret.hpp"

#include <mkdb/core/assert.hpp>
#include <mkdb/random/system.hpp>

#include <openssl/crypto.h>
#include <openssl/sha.h>

#include <array>
#include <vector>

namespace mkdb::server {

std::string to_hex(std::span<std::byte const> bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string hex;
    hex.reserve(2 * bytes.size());
    for (auto const byte : bytes) {
        hex += digits[std::to_integer<std::size_t>(byte >> 4)];
        hex += digits[std::to_integer<std::size_t>(byte & std::byte{0xF})];
    }
    return hex;
}

result<std::string> random_hex(std::size_t bytes) {
    std::vector<std::byte> buffer(bytes);
    MKDB_TRY(random::system().fill(buffer));
    return to_hex(buffer);
}

std::string sha256_hex(std::string_view text) {
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest;
    SHA256(reinterpret_cast<unsigned char const*>(text.data()), text.size(), digest.data());
    return to_hex(std::as_bytes(std::span(digest)));
}

result<std::string> random_password() {
    // 32 signs are 5 bits each: 26 of them carry 130 bits, and a byte modulo 32 is not biased.
    constexpr std::string_view signs = "abcdefghjkmnpqrstuvwxyz123456789";
    static_assert(signs.size() == 32);
    std::array<std::byte, 26> bytes;
    MKDB_TRY(random::system().fill(bytes));
    std::string password;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        password += i > 0 && i % 6 == 0 ? "-" : "";
        password += signs[std::to_integer<std::size_t>(bytes[i]) % signs.size()];
    }
    return password;
}

void wipe(std::string& secret) noexcept {
    OPENSSL_cleanse(secret.data(), secret.size());
    secret.clear();
}

} // namespace mkdb::server
