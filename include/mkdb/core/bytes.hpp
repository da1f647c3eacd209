#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <type_traits>

namespace mkdb {

static_assert(std::endian::native == std::endian::little, "files are little-endian and read in place");

inline constexpr std::uint64_t kibibyte = 1024;
inline constexpr std::uint64_t mebibyte = 1024 * kibibyte;

[[nodiscard]] inline std::span<std::byte const> as_bytes(std::string_view text) noexcept {
    return std::as_bytes(std::span(text.data(), text.size()));
}

[[nodiscard]] inline std::string_view as_text(std::span<std::byte const> bytes) noexcept {
    return {reinterpret_cast<char const*>(bytes.data()), bytes.size()};
}

/// Reads a trivially copyable value from unaligned little-endian bytes.
template <class T>
    requires std::is_trivially_copyable_v<T>
[[nodiscard]] T load(std::byte const* from) noexcept {
    T value;
    std::memcpy(&value, from, sizeof value);
    return value;
}

/// Writes a trivially copyable value to unaligned little-endian bytes.
template <class T>
    requires std::is_trivially_copyable_v<T>
void store_at(std::byte* to, T const& value) noexcept {
    std::memcpy(to, &value, sizeof value);
}

/// Copies bytes, also none from nowhere (which `memcpy` does not allow), and returns where the next ones go.
inline std::byte* copy_bytes(std::byte* to, std::span<std::byte const> from) noexcept {
    if (!from.empty()) {
        std::memcpy(to, from.data(), from.size());
    }
    return to + from.size();
}

/// Rounds up to a multiple of `alignment`, which is a power of two.
[[nodiscard]] constexpr std::uint64_t align_up(std::uint64_t value, std::uint64_t alignment) noexcept {
    return (value + alignment - 1) & ~(alignment - 1);
}

} // namespace mkdb
