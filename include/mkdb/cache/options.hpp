#pragma once

#include <mkdb/eviction/concept.hpp>

#include <cstddef>
#include <cstdint>

namespace mkdb::cache {

/// How much a cache keeps, and what leaves first.
struct options {
    std::size_t max_entries = 1000; ///< 0: nothing is kept.
    std::uint64_t max_bytes = 0;    ///< If not 0, the bound, and `max_entries` only says whether anything is kept.
    bool update_on_access = true;   ///< Whether a read counts as a use; otherwise only a write does.
    eviction::options eviction{};

    friend bool operator==(options const&, options const&) = default;
};

struct statistics {
    std::uint64_t entries = 0;
    std::uint64_t estimated_bytes = 0; ///< Texts and what keeping them costs.
    std::uint64_t hits = 0;
    std::uint64_t misses = 0;
    std::uint64_t evictions = 0; ///< Left to make room, or because their time was over.
    std::uint64_t max_size = 0;  ///< `options::max_entries`.
};

} // namespace mkdb::cache
