#pragma once

#include <mkdb/parity/concept.hpp>
#include <mkdb/parity/detail/matrix.hpp>

namespace mkdb::parity::detail {

/// A row of factors for each parity block, a column for each data block: row i, column j is 1 / ((data + i) xor j).
///
/// Preconditions: at most 256 blocks, one for each element of the field.
[[nodiscard]] inline matrix cauchy_generator(geometry shape) {
    matrix generator(shape.parity, shape.data);
    for (std::size_t i = 0; i < shape.parity; ++i) {
        for (std::size_t j = 0; j < shape.data; ++j) {
            generator.at(i, j) = gf256::inverse(static_cast<gf256::element>((shape.data + i) ^ j));
        }
    }
    return generator;
}

} // namespace mkdb::parity::detail
