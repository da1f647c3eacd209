#pragma once

#include <mkdb/core/result.hpp>

#include <concepts>
#include <cstddef>
#include <span>
#include <string>

namespace mkdb::parity {

/// A stripe: `data` blocks that hold what is protected, then `parity` blocks computed from them.
struct geometry {
    std::size_t data = 0;
    std::size_t parity = 0;

    [[nodiscard]] constexpr std::size_t blocks() const noexcept { return data + parity; }
    friend bool operator==(geometry const&, geometry const&) = default;
};

/// Computes parity blocks, and from them blocks that were lost. All blocks of one stripe have one length.
///
/// `make` fails with `errc::invalid_argument` for a geometry that the model cannot serve.
/// `format_name` is kept beside the parity it made and checked before it is used: equal names, equal bytes.
/// `encode` reads the data blocks and overwrites the parity blocks.
/// `reconstruct` takes all blocks in order, data first, and the ascending numbers of the lost ones, whose bytes it
/// overwrites; the others must be right, which the caller has checked. With more losses than the parity makes up for
/// it fails with `errc::corrupt_record` and writes nothing.
///
/// Preconditions: as many blocks as the geometry says, of equal length; lost numbers ascend and exist.
/// Thread safety: a codec never changes: safe from any thread over distinct stripes.
template <class P>
concept parity_codec = std::movable<P> &&
    requires(P const& codec, geometry shape, std::span<std::span<std::byte const> const> data,
             std::span<std::span<std::byte> const> blocks, std::span<std::size_t const> lost) {
    { P::make(shape) } -> std::same_as<result<P>>;
    { codec.shape() } -> std::same_as<geometry>;
    { codec.format_name() } -> std::same_as<std::string>;
    { codec.encode(data, blocks) } -> std::same_as<void>;
    { codec.reconstruct(blocks, lost) } -> std::same_as<result<>>;
};

} // namespace mkdb::parity
