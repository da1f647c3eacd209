#pragma once

#include <mkdb/core/result.hpp>

#include <concepts>
#include <cstddef>
#include <span>

namespace mkdb::random {

/// Random bytes for ids, uuids and hash seeds. The default source is cryptographic.
///
/// Errors: `errc::io` when the system's source fails.
/// Thread safety: `fill` is safe from any thread.
template <class R>
concept random_source = std::move_constructible<R> && requires(R& source, std::span<std::byte> out) {
    { source.fill(out) } -> std::same_as<result<>>;
};

} // namespace mkdb::random
