#pragma once

#include <mkdb/parity/detail/matrix.hpp>

#include <concepts>
#include <cstddef>
#include <span>

namespace mkdb::parity::detail {

/// Where the blocks of a sum begin, and where those begin that it is written to.
using sources = std::span<std::byte const* const>;
using targets = std::span<std::byte* const>;

/// Sums of blocks under one matrix of factors: target i becomes the sum over j of factors(i, j) times source j.
///
/// Models differ in the machine that they need and in speed, never in a byte that they write.
/// Preconditions: `is_available()`; as many sources as the matrix has columns and targets as it has rows, all of them
/// `length` bytes at any address; no target overlaps a source or another target.
/// Thread safety: constant after construction: safe from any thread over distinct targets.
template <class S>
concept block_sums = std::movable<S> && std::constructible_from<S, matrix const&> &&
    requires(S const& sums, sources from, targets into, std::size_t length) {
    { S::is_available() }
    noexcept->std::same_as<bool>;
    { sums.write(from, into, length) }
    noexcept->std::same_as<void>;
};

} // namespace mkdb::parity::detail
