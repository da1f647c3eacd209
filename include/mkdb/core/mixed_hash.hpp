#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

namespace mkdb {

/// `std::hash` with its bits mixed (MurmurHash3's 64-bit finalizer), for tables that probe linearly.
///
/// The standard library hashes an integer to itself, so that dense row numbers fill dense runs of buckets; a number
/// that wraps around into such a run would be searched through all of it.
template <class Key>
struct mixed_hash {
    [[nodiscard]] std::size_t operator()(Key const& key) const noexcept(noexcept(std::hash<Key>()(key))) {
        std::uint64_t bits = std::hash<Key>()(key);
        bits = (bits ^ (bits >> 33U)) * 0xFF51AFD7ED558CCDU;
        bits = (bits ^ (bits >> 33U)) * 0xC4CEB9FE1A85EC53U;
        return bits ^ (bits >> 33U);
    }
};

} // namespace mkdb
