#pragma once

#ifndef XXH_INLINE_ALL
#define XXH_INLINE_ALL
#endif
#include <xxhash.h>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace mkdb::index::detail {

/// Keys come from clients, who must not know which of them collide: the seed is secret and differs in every instance.
struct seeded_hash {
    using is_transparent = void;

    [[nodiscard]] std::size_t operator()(std::string_view key) const noexcept {
        return XXH3_64bits_withSeed(key.data(), key.size(), seed);
    }

    std::uint64_t seed = 0;
};

} // namespace mkdb::index::detail
