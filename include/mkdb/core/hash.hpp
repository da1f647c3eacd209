#pragma once

#ifndef XXH_INLINE_ALL
#define XXH_INLINE_ALL
#endif
#include <xxhash.h>

#include <cstdint>
#include <string_view>

namespace mkdb {

/// XXH3-64 of `text`. Tables that outsiders can fill take a secret seed, so that nobody can choose colliding keys.
[[nodiscard]] inline std::uint64_t hash64(std::string_view text, std::uint64_t seed) noexcept {
    return XXH3_64bits_withSeed(text.data(), text.size(), seed);
}

/// The partition of an id. The seed is part of the store's format: it never changes.
[[nodiscard]] inline std::uint32_t partition_of(std::string_view id, std::uint32_t partitions) noexcept {
    return static_cast<std::uint32_t>(hash64(id, 0) % partitions);
}

} // namespace mkdb
