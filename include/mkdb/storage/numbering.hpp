#pragma once

#include <mkdb/core/result.hpp>

#include <concepts>
#include <cstdint>

namespace mkdb::storage {

/// A backend that remembers which sequence numbers were given out, though it may never hold a version that has them.
///
/// When `spend(last)` has returned, `last_sequence()` is at least `last`, also after a crash. Called by the thread that
/// appends. Its failures are those of `append`, and as final.
template <class B>
concept numbering_backend = requires(B& backend, std::uint64_t last) {
    { backend.spend(last) } -> std::same_as<result<>>;
};

} // namespace mkdb::storage
