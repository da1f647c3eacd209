#include "auth/password_hash.hpp"
#include "auth/secret.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <array>
#include <charconv>
#include <optional>

namespace mkdb::server {
namespace {

constexpr std::string_view scheme = "pbkdf2:sha256:";
constexpr std::size_t key_bytes = 32;

struct parsed_hash {
    std::uint32_t iterations = 0;
    std::string_view salt;
    std::string_view hex;
};

std::optional<parsed_hash> parse(std::string_view stored) {
    if (!stored.starts_with(scheme)) {
        return std::nullopt;
    }
    stored.remove_prefix(scheme.size());
    auto const first = stored.find(':');
    auto const last = stored.rfind(':');
    if (first == std::string_view::npos || first == last) {
        return std::nullopt;
    }
    parsed_hash parsed{0, stored.substr(first + 1, last - first - 1), stored.substr(last + 1)};
    auto const [end, failure] = std::from_chars(stored.data(), stored.data() + first, parsed.iterations);
    if (failure != std::errc() || end != stored.data() + first || parsed.iterations < minimum_iterations ||
        parsed.iterations > maximum_iterations || parsed.hex.size() != 2 * key_bytes) {
        return std::nullopt;
    }
    return parsed;
}

result<std::string> derive(std::string_view password, std::string_view salt, std::uint32_t iterations) {
    std::array<unsigned char, key_bytes> key;
    auto const done =
        PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()),
                          reinterpret_cast<unsigned char const*>(salt.data()), static_cast<int>(salt.size()),
                          static_cast<int>(iterations), EVP_sha256(), static_cast<int>(key.size()), key.data());
    if (done != 1) {
        return fail(errc::io, "OpenSSL could not hash a password");
    }
    auto hex = to_hex(std::as_bytes(std::span(key)));
    OPENSSL_cleanse(key.data(), key.size());
    return hex;
}

} // namespace

result<std::string> hash_password(std::string_view password, std::uint32_t iterations) {
    if (password.size() > maximum_password_bytes) {
        return fail(errc::invalid_argument, "The password is longer than 1024 bytes");
    }
    MKDB_TRY_ASSIGN(auto const salt, random_hex(16));
    MKDB_TRY_ASSIGN(auto const hex, derive(password, salt, iterations));
    return std::string(scheme) + std::to_string(iterations) + ":" + salt + ":" + hex;
}

bool password_matches(std::string_view password, std::string_view stored) {
    auto const parsed = parse(stored);
    if (!parsed || password.size() > maximum_password_bytes) {
        return false;
    }
    auto const hex = derive(password, parsed->salt, parsed->iterations);
    return hex && CRYPTO_memcmp(hex->data(), parsed->hex.data(), parsed->hex.size()) == 0;
}

bool needs_upgrade(std::string_view stored) {
    auto const parsed = parse(stored);
    return parsed && parsed->iterations < recommended_iterations;
}

void burn_password_check(std::string_view password) {
    static_cast<void>(derive(password.substr(0, maximum_password_bytes), "no such user", recommended_iterations));
}

} // namespace mkdb::server
