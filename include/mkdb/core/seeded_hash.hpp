#pragma once

#include <mkdb/core/hash.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace mkdb {

/// For tables whose keys come from clients, who must not know which of them collide: the seed is secret and random.
///
/// `std::hash` has a seed that everybody knows. A robin-hood table full of keys that collide under it does not only
/// become slow: it doubles with every further key, until the memory is gone.
struct seeded_hash {
    using is_transparent = void;

    [[nodiscard]] std::size_t operator()(std::string_view key) const noexcept { return hash64(key, seed); }

    std::uint64_t seed = 0;
};

} // namespace mkdb
